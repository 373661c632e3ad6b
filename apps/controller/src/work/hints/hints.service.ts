import type {
  createHintSchema,
  DeletedHint,
  HintApplication,
  hintsQuerySchema,
  HintView,
  replaceHintSchema,
  StatedHint,
} from '@ironwheel/contracts';
import { builtinHints } from '@ironwheel/decisions';
import { normalizeName } from '@ironwheel/packaging';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { AppError, Database, newId, type Actor } from '../../platform/index.ts';
import { checkHint } from './check-hint.ts';
import { HintApplicationsRepository } from './hint-applications.repository.ts';
import { HintCatalogue } from './hint-catalogue.ts';
import { noStats, type Hint } from './hint.row.ts';
import { toApplicationView, toHintView } from './hint.view.ts';
import { HintsRepository } from './hints.repository.ts';

const shippedIds = new Set(builtinHints.map(({ id }) => id));

/** The hints as people see and change them. */
@Injectable()
export class HintsService {
  constructor(
    private readonly database: Database,
    private readonly hints: HintsRepository,
    private readonly catalogue: HintCatalogue,
    private readonly applications: HintApplicationsRepository,
  ) {}

  async list(query: z.output<typeof hintsQuerySchema>): Promise<{ items: HintView[]; total: number }> {
    const { limit, offset, source, package: name } = query;
    const all = (await this.catalogue.list()).filter(
      (hint) =>
        (source === undefined || hint.source === source) &&
        (name === undefined || hint.package === normalizeName(name)),
    );
    const stats = await this.applications.stats(this.database, null);
    const page = all.slice(offset, offset + limit);
    return {
      items: page.map((hint) => toHintView(hint, stats.get(hint.id) ?? noStats(hint.id))),
      total: all.length,
    };
  }

  /** Throws HINT_NOT_FOUND. */
  async view(id: string): Promise<HintView> {
    return this.#view(await this.#get(id));
  }

  /** Throws HINT_NOT_FOUND. */
  async listApplications(id: string, limit: number, offset: number): Promise<{ items: HintApplication[] }> {
    await this.#get(id);
    return { items: (await this.applications.list(id, limit, offset)).map(toApplicationView) };
  }

  /** Throws HINT_INVALID, HINT_PATTERN_INVALID, HINT_TEST_FAILED. */
  async create({ source, ...stated }: z.output<typeof createHintSchema>, actor: Actor): Promise<HintView> {
    const checked = checkHint(stated);
    const hint = await this.database.transaction(async (tx) => {
      const inserted = await this.hints.insert(tx, {
        ...checked,
        id: newId('hint'),
        source: source ?? 'operator',
        rule: null,
        created_by: actor.name,
      });
      await this.catalogue.announce(tx);
      return inserted;
    });
    this.catalogue.forget();
    if (hint === null) throw new Error('the id of a new hint was taken');
    return this.#view(hint);
  }

  /**
   * Replaces a hint; of the catalogue, what a person changed is kept beside it. Throws HINT_NOT_FOUND,
   * REVISION_CONFLICT, HINT_INVALID, HINT_PATTERN_INVALID, HINT_TEST_FAILED.
   */
  async replace(
    id: string,
    { revision, ...stated }: z.output<typeof replaceHintSchema>,
    actor: Actor,
  ): Promise<HintView> {
    const hint = await this.database.transaction(async (tx) => {
      const row = await this.hints.lock(tx, id);
      const before = row ?? (await this.#get(id));
      // The row was deleted while the catalogue still knew it.
      if (row === null && !shippedIds.has(id)) throw notFound(id);
      const isShipped = row === null;
      const seen = isShipped ? 0 : before.revision;
      if (revision !== undefined && revision !== seen) throw conflict(id, seen, revision);
      const next = {
        ...checkHint(withKeptFields(stated, before), before.rule),
        id,
        source: before.source,
        rule: before.rule,
        created_by: before.created_by ?? actor.name,
      };
      const saved = isShipped ? await this.hints.insert(tx, next) : await this.hints.update(tx, next);
      if (saved === null) throw conflict(id, 1, 0);
      await this.catalogue.announce(tx);
      return saved;
    });
    this.catalogue.forget();
    return this.#view(hint);
  }

  /**
   * Deletes a hint; one of the catalogue is then as it was shipped. What it did stays known. Throws HINT_NOT_FOUND,
   * HINT_BUILTIN.
   */
  async remove(id: string, isDryRun: boolean): Promise<DeletedHint> {
    const hint = await this.#get(id);
    const isShipped = shippedIds.has(id);
    if (isShipped && hint.revision === 0) {
      throw new AppError('HINT_BUILTIN', `${id} is an entry of the catalogue as it was shipped.`);
    }
    const view = await this.#view(hint);
    if (isDryRun) return { dry_run: true, deleted: false, restored: false, hint: view };
    await this.database.transaction(async (tx) => {
      await this.hints.remove(tx, id);
      await this.catalogue.announce(tx);
    });
    this.catalogue.forget();
    return { dry_run: false, deleted: !isShipped, restored: isShipped, hint: view };
  }

  async #get(id: string): Promise<Hint> {
    const hint = await this.catalogue.find(id);
    if (hint === null) throw notFound(id);
    return hint;
  }

  async #view(hint: Hint): Promise<HintView> {
    const stats = await this.applications.stats(this.database, [hint.id]);
    return toHintView(hint, stats.get(hint.id) ?? noStats(hint.id));
  }
}

/** What the call of seed 001 (`{pattern, recipes, note}`) does not speak of stays as it is. */
const withKeptFields = (stated: StatedHint, before: Hint): StatedHint => ({
  alongside: before.alongside,
  answers: before.answers,
  package: before.package,
  specifier: before.specifier,
  enabled: before.enabled,
  expires_at: before.expires_at?.toISOString() ?? null,
  note: before.note,
  ...stated,
});

const notFound = (id: string): AppError => new AppError('HINT_NOT_FOUND', `There is no hint ${id}.`);

const conflict = (id: string, is: number, was: number): AppError =>
  new AppError(
    'REVISION_CONFLICT',
    `The hint ${id} was changed since it was read: it has revision ${is} now, not ${was}. Read it again.`,
    { extra: { revision: is } },
  );
