import type { ArtifactView, EventView, JobView } from '@ironwheel/contracts';
import { readEventFacts } from '../history/event-facts.ts';

/** What there is of one version for one target. */
export interface MatrixCell {
  /** A word of `parts/statuses.ts`. */
  readonly status: string;
  /** Why, in words, where there is something to say. */
  readonly reason: string;
  readonly artifact: ArtifactView | null;
  /** The newest job. */
  readonly job: JobView | null;
  readonly attemptId: string | null;
}

export interface MatrixTarget {
  readonly python: string;
  readonly platform: string;
}

export interface Matrix {
  readonly versions: readonly string[];
  readonly targets: readonly MatrixTarget[];
  readonly cellOf: (version: string, target: MatrixTarget) => MatrixCell | null;
}

interface Facts {
  /** The last event of each version and target. */
  readonly events: readonly EventView[];
  readonly jobs: readonly JobView[];
  readonly artifacts: readonly ArtifactView[];
}

interface Tagged {
  readonly version: string;
  readonly python_tag: string;
  readonly platform_tag: string;
}

const collator = new Intl.Collator('en', { numeric: true });
const keyOf = ({ version, python_tag: python, platform_tag: platform }: Tagged): string =>
  `${version} ${python} ${platform}`;
const endedBadly = new Set(['failed', 'unreachable', 'cancelled', 'waiting']);

/** Versions, newest first, against targets. A wheel counts for more than a job, and a job for more than an event of before. */
export function buildMatrix({ events, jobs, artifacts }: Facts): Matrix {
  const all: readonly Tagged[] = [...events, ...jobs, ...artifacts];
  const versions = [...new Set(all.map(({ version }) => version))].sort((left, right) =>
    collator.compare(right, left),
  );
  const targets = new Map(
    all.map(({ python_tag: python, platform_tag: platform }) => [
      `${platform} ${python}`,
      { python, platform },
    ]),
  );
  // The first of each key is the newest, as the lists come.
  const newestJob = firstByKey(jobs);
  const newestEvent = firstByKey(events);
  const bestArtifact = firstByKey([...artifacts].sort(byServed));
  return {
    versions,
    targets: [...targets.values()].sort(
      (left, right) =>
        collator.compare(left.platform, right.platform) || collator.compare(left.python, right.python),
    ),
    cellOf: (version, { python, platform }) => {
      const key = keyOf({ version, python_tag: python, platform_tag: platform });
      const [event, job, artifact] = [newestEvent.get(key), newestJob.get(key), bestArtifact.get(key)];
      if (event === undefined && job === undefined && artifact === undefined) return null;
      return {
        ...describe(event, job, artifact),
        artifact: artifact ?? null,
        job: job ?? null,
        attemptId: event === undefined ? null : readEventFacts(event).attemptId,
      };
    },
  };
}

function describe(
  event: EventView | undefined,
  job: JobView | undefined,
  artifact: ArtifactView | undefined,
): { status: string; reason: string } {
  const isServed = artifact?.yanked === false;
  if (artifact !== undefined && isServed) return { status: 'served', reason: artifact.filename };
  if (job !== undefined && (!endedBadly.has(job.state) || event === undefined))
    return { status: job.state, reason: job.blocked_by?.text ?? job.state_reason ?? '' };
  if (artifact !== undefined)
    return { status: 'yanked', reason: artifact.yanked === false ? '' : artifact.yanked };
  return {
    status: job?.state ?? event?.status ?? 'unknown',
    reason: event?.detail ?? job?.state_reason ?? '',
  };
}

const byServed = (left: ArtifactView, right: ArtifactView): number =>
  Number(left.yanked !== false) - Number(right.yanked !== false) ||
  right.created_at.localeCompare(left.created_at);

function firstByKey<Item extends Tagged>(items: readonly Item[]): Map<string, Item> {
  const found = new Map<string, Item>();
  for (const item of items) if (!found.has(keyOf(item))) found.set(keyOf(item), item);
  return found;
}

/** The newest version that the index serves; null: none. */
export function findNewestServed(artifacts: readonly ArtifactView[]): ArtifactView | null {
  const served = artifacts.filter(({ yanked, accepted_at: at }) => yanked === false && at !== null);
  return served.toSorted((left, right) => collator.compare(right.version, left.version))[0] ?? null;
}
