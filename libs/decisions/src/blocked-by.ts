import { countOf } from './count-of.ts';
import type { JobState } from './job-state.ts';

/** How an enrolled worker stands to a job of its pool; what comes first stands before what comes after it. */
export const workerStandings = [
  'other_target',
  'too_small',
  'stale',
  'quarantined',
  'paused',
  'draining',
  'stopping',
  'unwell',
  'busy',
  'ready',
] as const;
export type WorkerStanding = (typeof workerStandings)[number];

/** A job that another one waits for. */
export interface NeededJob {
  readonly jobId: string;
  readonly name: string;
  readonly version: string;
  readonly state: JobState;
}

/** Everything that the tests of a claim look at, as it is for one job. */
export interface WaitingFacts {
  readonly state: JobState;
  readonly stateReason: string | null;
  /** Not before this time. */
  readonly notBefore: Date | null;
  readonly pythonTag: string;
  readonly platformTag: string;
  /** Memory that its host must have, in bytes; null: any. */
  readonly memoryBytes: number | null;
  /** Jobs that it needs and that have not succeeded: some of them, and how many there are. */
  readonly needs: { readonly some: readonly NeededJob[]; readonly total: number };
  readonly claims: { readonly paused: boolean; readonly reason: string | null };
  readonly pool: {
    readonly name: string;
    readonly isArchived: boolean;
    readonly maxJobs: number | null;
    readonly held: number;
  };
  readonly workers: Readonly<
    Partial<Record<WorkerStanding, { readonly count: number; readonly until: Date | null }>>
  >;
}

/** The first test of a claim that a job does not pass. */
export interface JobBlock {
  readonly code:
    | 'needs_jobs'
    | 'needs_failed'
    | 'not_before'
    | 'claims_paused'
    | 'pool_archived'
    | 'pool_full'
    | 'no_worker_in_pool'
    | 'no_worker_for_target'
    | 'too_little_memory'
    | 'workers_not_ready'
    | 'workers_busy';
  readonly text: string;
  /** When it ends by itself, where that is known. */
  readonly until: Date | null;
  /** The jobs that it waits for, or that failed; some of them. */
  readonly jobs: readonly NeededJob[];
}

const nameOf = ({ name, version }: NeededJob): string => `${name} ${version}`;

const listJobs = ({ some, total }: WaitingFacts['needs']): string => {
  const rest = total - some.length;
  return `${some.map(nameOf).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
};

/** Why nobody is granted the job now; null: it is claimable, or with a worker, or has ended. Pure. */
export function findBlock(facts: WaitingFacts): JobBlock | null {
  const { needs } = facts;
  if (facts.state === 'blocked') {
    const text =
      needs.total === 0
        ? 'What it needed is there; it is queued next.'
        : `It needs ${countOf(needs.total, 'job')} first: ${listJobs(needs)}.`;
    return { code: 'needs_jobs', text, until: null, jobs: needs.some };
  }
  if (facts.state === 'unreachable') {
    const text = facts.stateReason ?? `It needs ${listJobs(needs)}, which will not be built.`;
    return { code: 'needs_failed', text, until: null, jobs: needs.some };
  }
  if (facts.state === 'waiting') {
    const text = facts.stateReason ?? 'It is not its time yet.';
    return { code: 'not_before', text, until: facts.notBefore, jobs: [] };
  }
  return facts.state === 'queued' ? findQueueBlock(facts) : null;
}

function findQueueBlock({ claims, pool, ...facts }: WaitingFacts): JobBlock | null {
  const block = (code: JobBlock['code'], text: string, until: Date | null = null): JobBlock => ({
    code,
    text,
    until,
    jobs: [],
  });
  if (claims.paused)
    return block(
      'claims_paused',
      `All claims are paused${claims.reason === null ? '' : `: ${claims.reason}`}.`,
    );
  if (pool.isArchived) return block('pool_archived', `The pool ${pool.name} is archived.`);
  if (pool.maxJobs !== null && pool.held >= pool.maxJobs) {
    const text = `The workers of pool ${pool.name} hold ${pool.held} of at most ${pool.maxJobs} jobs.`;
    return block('pool_full', text);
  }
  const { workers, pythonTag, platformTag, memoryBytes } = facts;
  const count = (standing: WorkerStanding): number => workers[standing]?.count ?? 0;
  const sum = (standings: readonly WorkerStanding[]): number =>
    standings.reduce((all, standing) => all + count(standing), 0);
  const target = `${pythonTag} on ${platformTag}`;
  if (sum(workerStandings) === 0)
    return block('no_worker_in_pool', `No worker is enrolled in pool ${pool.name}.`);
  const others = sum(workerStandings.slice(1));
  if (others === 0) {
    const text = `None of the ${countOf(count('other_target'), 'worker')} in pool ${pool.name} builds ${target}.`;
    return block('no_worker_for_target', text);
  }
  const fit = sum(workerStandings.slice(2));
  if (fit === 0) {
    const gib = (memoryBytes ?? 0) / 1024 ** 3;
    const text = `None of the ${countOf(others, 'worker')} that build ${target} has the ${gib} GiB of memory that it needs.`;
    return block('too_little_memory', text);
  }
  if (count('ready') > 0) return null;
  const away = (['stale', 'quarantined', 'paused', 'draining', 'stopping', 'unwell'] as const).filter(
    (standing) => count(standing) > 0,
  );
  if (count('busy') > 0) {
    const rest = away.length === 0 ? '' : `; of the others ${nameStandings(away, count)}`;
    return block(
      'workers_busy',
      `${countOf(count('busy'), 'worker')} could build it, and no slot is free${rest}.`,
    );
  }
  const until = findEarliest(away.map((standing) => workers[standing]?.until ?? null));
  const text = `None of the ${countOf(fit, 'worker')} that could build it is ready: ${nameStandings(away, count)}.`;
  return block('workers_not_ready', text, until);
}

const nameStandings = (
  standings: readonly WorkerStanding[],
  count: (standing: WorkerStanding) => number,
): string => standings.map((standing) => `${count(standing)} ${standing}`).join(', ');

function findEarliest(times: readonly (Date | null)[]): Date | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : new Date(Math.min(...known.map((time) => time.getTime())));
}
