import type { EventView } from '@ironwheel/contracts';
import { readEventFacts } from '../history/event-facts.ts';

/** Failures that say the same, but for names and numbers. */
export interface FailureCluster {
  readonly key: string;
  readonly code: string | null;
  readonly cause: string;
  /** What the newest of them said. */
  readonly detail: string;
  /** Newest first. */
  readonly events: readonly EventView[];
  readonly packages: readonly string[];
  readonly workers: readonly string[];
  readonly pythons: readonly string[];
  /** The newest attempt with a log. */
  readonly attemptId: string | null;
  /** Jobs behind them, each once. */
  readonly jobIds: readonly string[];
}

/** What makes two sentences of one failure differ: digests, paths, quoted words, numbers. */
const toPattern = (detail: string): string =>
  detail
    .slice(0, 300)
    .toLowerCase()
    .replaceAll(/\b[0-9a-f]{7,64}\b/g, '#')
    .replaceAll(/(?:\/[\w.+-]+){2,}/g, '/…')
    .replaceAll(/'[^']*'|"[^"]*"|‘[^’]*’|“[^”]*”/g, '“…”')
    .replaceAll(/\d+/g, '0')
    .slice(0, 160);

/** Puts failures together, those that hit most packages first. `events` come newest first. */
export function clusterFailures(events: readonly EventView[]): FailureCluster[] {
  const groups = new Map<string, EventView[]>();
  for (const event of events) {
    const { errorCode, cause } = readEventFacts(event);
    const key = `${cause ?? 'unknown'} ${errorCode ?? ''} ${toPattern(event.detail.replaceAll(event.name, '…'))}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [event]);
    else group.push(event);
  }
  return [...groups]
    .map(([key, group]) => toCluster(key, group))
    .sort(
      (left, right) =>
        right.packages.length - left.packages.length || right.events.length - left.events.length,
    );
}

function toCluster(key: string, events: readonly EventView[]): FailureCluster {
  const facts = events.map(readEventFacts);
  const [newest] = events;
  return {
    key,
    code: facts[0]?.errorCode ?? null,
    cause: facts[0]?.cause ?? 'unknown',
    detail: newest?.detail ?? '',
    events,
    packages: unique(events.map(({ name }) => name)),
    workers: unique(facts.flatMap(({ workerId }) => workerId ?? [])),
    pythons: unique(events.map(({ python_tag: python }) => python)),
    attemptId: facts.find(({ attemptId }) => attemptId !== null)?.attemptId ?? null,
    jobIds: unique(facts.flatMap(({ jobId }) => jobId ?? [])),
  };
}

const unique = (words: readonly string[]): string[] => [...new Set(words)];

/** Where a cluster is found only: a trace of its cause that no single log shows. Null: it is everywhere. */
export function describeSpread({
  events,
  packages,
  workers,
  pythons,
}: Pick<FailureCluster, 'events' | 'packages' | 'workers' | 'pythons'>): string | null {
  if (events.length < 3) return null;
  if (packages.length > 1 && workers.length === 1) return 'on one worker only';
  if (packages.length > 1 && pythons.length === 1) return `for ${pythons[0] ?? ''} only`;
  if (packages.length === 1) return 'of one package only';
  return null;
}
