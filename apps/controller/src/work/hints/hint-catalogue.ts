import { builtinHints, emptyRecipe, mergeRecipes, type Recipe, type UsableHint } from '@ironwheel/decisions';
import { StructuredLogger } from '@ironwheel/logging';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock, NotificationBus } from '../../platform/index.ts';
import type { Hint } from './hint.row.ts';
import { HintsRepository } from './hints.repository.ts';
import { isExpired, isInScope, toShippedHint, toUsable } from './usable-hint.ts';

interface Entry {
  readonly hint: Hint;
  /** Null: a pattern of it cannot be used any more. */
  readonly usable: UsableHint | null;
}

const channel = 'hints_changed';

/**
 * All hints: the catalogue that comes with Ironwheel, what people changed of it, and their own. Kept in memory, since
 * every claim and every failure asks; a change by any controller on the database is heard of by NOTIFY.
 */
@Injectable()
export class HintCatalogue implements OnModuleInit {
  #entries: Promise<readonly Entry[]> | null = null;

  constructor(
    private readonly hints: HintsRepository,
    private readonly notifications: NotificationBus,
    private readonly clock: Clock,
    private readonly logger: StructuredLogger,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.notifications.listen(channel, () => this.forget());
  }

  /** What was read is read again the next time. */
  forget(): void {
    this.#entries = null;
  }

  /** Tells all controllers, when `tx` commits. */
  announce(tx: SqlExecutor): Promise<void> {
    return this.notifications.notify(tx, channel);
  }

  async list(): Promise<readonly Hint[]> {
    return (await this.#load()).map(({ hint }) => hint);
  }

  async find(id: string): Promise<Hint | null> {
    return (await this.list()).find((hint) => hint.id === id) ?? null;
  }

  /** The hints with patterns that may be offered to a build of this project, by normalized name. */
  async usableFor(name: string, version: string): Promise<UsableHint[]> {
    const now = this.clock.now();
    return (await this.#load()).flatMap(({ hint, usable }) =>
      usable !== null && hint.patterns.length > 0 && this.#mayUse(hint, name, version, now) ? [usable] : [],
    );
  }

  /** What stands for this project: the recipes of its hints without a pattern, those of one version last. */
  async standingFor(name: string, version: string): Promise<Recipe> {
    const now = this.clock.now();
    return (await this.#load())
      .filter(({ hint }) => hint.patterns.length === 0 && this.#mayUse(hint, name, version, now))
      .sort((one, other) => Number(one.hint.specifier !== null) - Number(other.hint.specifier !== null))
      .reduce<Recipe>((recipe, { hint }) => mergeRecipes(recipe, hint.recipes), emptyRecipe);
  }

  #mayUse(hint: Hint, name: string, version: string, now: Date): boolean {
    return hint.enabled && !isExpired(hint, now) && isInScope(hint, name, version);
  }

  #load(): Promise<readonly Entry[]> {
    if (this.#entries !== null) return this.#entries;
    const loading = this.#read();
    this.#entries = loading;
    loading.catch(() => {
      if (this.#entries === loading) this.#entries = null;
    });
    return loading;
  }

  async #read(): Promise<readonly Entry[]> {
    const rows = await this.hints.listAll();
    const changed = new Map(rows.map((row) => [row.id, row]));
    const shipped = builtinHints.map((hint) => changed.get(hint.id) ?? toShippedHint(hint));
    const shippedIds = new Set(shipped.map(({ id }) => id));
    const own = rows.filter(({ id }) => !shippedIds.has(id));
    return [...shipped, ...own].map((hint) => ({ hint, usable: this.#compile(hint) }));
  }

  #compile(hint: Hint): UsableHint | null {
    try {
      return toUsable(hint);
    } catch (error) {
      this.logger.error('A hint has a pattern that cannot be used.', { hint_id: hint.id, error });
      return null;
    }
  }
}
