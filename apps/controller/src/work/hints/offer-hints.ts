import { createHash } from 'node:crypto';
import type { AttemptError } from '@ironwheel/contracts';
import {
  emptyRecipe,
  findHintMatches,
  matchHints,
  mergeRecipes,
  type HintContext,
  type LogLine,
  type OfferedHint,
  type PackageManager,
  type Recipe,
} from '@ironwheel/decisions';
import { StructuredLogger } from '@ironwheel/logging';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HintOffers, type HintSource } from '../attempts/index.ts';
import type { JobRow } from '../jobs/index.ts';
import { HintApplicationsRepository } from './hint-applications.repository.ts';
import { HintCatalogue } from './hint-catalogue.ts';
import { toRecipes } from './to-recipes.ts';

/** What of an attempt that ended is asked for; `environment` and `error` are those of its result. */
export interface EndedAttempt {
  readonly id: string;
  readonly runner: string | null;
  readonly environment: Readonly<Record<string, unknown>>;
  readonly error: AttemptError | null;
}

type ClaimedJob = Pick<JobRow, 'name' | 'version' | 'recipes' | 'hint_recipes'>;

/** Hints for attempts that failed: which fit, what was done with them, and what came of it. */
@Injectable()
export class OfferHints implements HintSource, OnModuleInit {
  constructor(
    private readonly catalogue: HintCatalogue,
    private readonly applications: HintApplicationsRepository,
    private readonly door: HintOffers,
    private readonly logger: StructuredLogger,
  ) {}

  onModuleInit(): void {
    this.door.bind(this);
  }

  /** The hints that fit where the failure begins, best first; those that had their turn are marked. */
  async offer(
    tx: SqlExecutor,
    job: JobRow,
    attempt: EndedAttempt,
    lines: readonly LogLine[],
  ): Promise<readonly OfferedHint[]> {
    const all = await this.catalogue.usableFor(job.name, job.version);
    const fitting = findHintMatches(lines, all, job.version).map(({ hint }) => hint);
    if (fitting.length === 0) return [];
    const stats = await this.applications.stats(
      tx,
      fitting.map(({ id }) => id),
    );
    const measured = fitting.map((hint) => {
      const found = stats.get(hint.id);
      if (found === undefined) return hint;
      const { succeeded, moved_on: movedOn, failed } = found;
      return { ...hint, record: { tried: succeeded + movedOn + failed, succeeded } };
    });
    return matchHints(lines, measured, await this.#context(tx, job, attempt));
  }

  /** A hint that was offered is applied: it is noted, and the job's next claim carries the merged recipe. */
  async apply(tx: SqlExecutor, job: JobRow, attempt: EndedAttempt, hintId: string): Promise<void> {
    const lines = linesOfError(attempt.error);
    const all = await this.catalogue.usableFor(job.name, job.version);
    const match = findHintMatches(lines, all, job.version).find(({ hint }) => hint.id === hintId);
    const context = await this.#context(tx, job, attempt);
    const [offered] = match === undefined ? [] : matchHints(lines, [match.hint], context);
    if (match === undefined || offered === undefined) {
      // Offered and withdrawn in the same moment: the attempt must end all the same.
      this.logger.error('A hint that was decided for does not fit its attempt.', {
        hint_id: hintId,
        attempt_id: attempt.id,
      });
      return;
    }
    await this.applications.insert(tx, {
      hintId,
      jobId: job.id,
      attemptId: attempt.id,
      line: offered.line,
      recipeDigest: offered.recipeDigest,
      recipes: toRecipes(match.recipe),
    });
    const merged = mergeRecipes(job.hint_recipes ?? emptyRecipe, match.recipe);
    await this.applications.setJobRecipes(tx, job.id, toRecipes(merged));
  }

  /**
   * Notes what came of the hints of the attempts before. One that fits again, or whose recipe could not be carried out, has
   * failed; an attempt that failed at another place shows that they mended theirs. What is tried again as it was says nothing
   * yet, and what was lost or cancelled nothing at all.
   */
  async noteEnd(
    tx: SqlExecutor,
    job: JobRow,
    attempt: EndedAttempt,
    status: string,
    isTriedAgain: boolean,
  ): Promise<void> {
    if (status !== 'succeeded' && status !== 'failed') return;
    if (job.attempt_count <= 1) return;
    const open = await this.applications.openOf(tx, job.id, attempt.id);
    if (open.length === 0) return;
    const offered =
      status === 'failed' ? await this.offer(tx, job, attempt, linesOfError(attempt.error)) : [];
    const fitsAgain = new Set(offered.map(({ hintId }) => hintId));
    const code = attempt.error?.code ?? '';
    const isCarriedOut = !code.startsWith('RECIPE_') && code !== 'PATCH_FAILED';
    for (const { id, hint_id: hintId } of open) {
      if (status === 'succeeded') await this.applications.settle(tx, id, 'succeeded', attempt.id);
      else if (fitsAgain.has(hintId)) await this.applications.settle(tx, id, 'failed', attempt.id);
      else if (!isTriedAgain)
        await this.applications.settle(tx, id, isCarriedOut ? 'moved_on' : 'failed', attempt.id);
    }
  }

  /** What a claim of the job carries: what stands for its package, what was wished for, and what hints added. */
  async recipeFor(job: ClaimedJob): Promise<Recipe> {
    const standing = await this.catalogue.standingFor(job.name, job.version);
    return mergeRecipes(mergeRecipes(standing, job.recipes), job.hint_recipes ?? emptyRecipe);
  }

  /** The jobs with what their claims carry in place of what was wished for. */
  withRecipes<Job extends ClaimedJob>(jobs: readonly Job[]): Promise<Job[]> {
    return Promise.all(jobs.map(async (job) => ({ ...job, recipes: toRecipes(await this.recipeFor(job)) })));
  }

  async #context(tx: SqlExecutor, job: JobRow, attempt: EndedAttempt): Promise<HintContext> {
    const tried = await this.applications.triedIn(tx, job.id);
    return {
      version: job.version,
      packageManager: packageManagerOf(attempt),
      given: await this.recipeFor(job),
      triedHintIds: new Set(tried.map((row) => row.hint_id)),
      triedDigests: new Set(tried.map((row) => row.recipe_digest)),
      digestOf: (text) => createHash('sha256').update(text).digest('hex'),
    };
  }
}

/** The lines of an error, and last, as line 0, its sentence. */
const linesOfError = (error: AttemptError | null): LogLine[] =>
  error === null
    ? []
    : [...error.lines.map(({ line_no: no, text }) => ({ no, text })), { no: 0, text: error.message }];

/** As the build driver tells it; a bare process installs nothing, whatever is on its host. */
function packageManagerOf({ runner, environment }: EndedAttempt): PackageManager | 'none' | null {
  if (runner === 'runner-process') return 'none';
  const place = environment['environment'];
  if (typeof place !== 'object' || place === null || !('package_manager' in place)) return null;
  switch (place.package_manager) {
    case 'apt-get':
      return 'apt';
    case 'dnf':
    case 'microdnf':
      return 'dnf';
    case null:
      return 'none';
    default:
      return null;
  }
}
