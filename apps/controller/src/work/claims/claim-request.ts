import type { Claim, ClaimNext } from '@ironwheel/contracts';
import type { Lane } from '@ironwheel/plugin-kit';
import { lanePoolsFor } from '../queue/index.ts';

/** One call of `claim-next` that looks for work. */
export interface ClaimRequest {
  readonly workerId: string;
  readonly wish: ClaimNext;
  /** Aborts when the caller hangs up. */
  readonly gone: AbortSignal;
}

/** What a look found. */
export interface Look {
  readonly claims: Claim[];
  /** Of the worker at that moment; null where nothing was looked up. */
  readonly pool: string | null;
  /** The pool had no room. */
  readonly wasFull: boolean;
}

/** Requests of one pool that may take from the same lanes, in the order in which they came. */
export interface LaneGroup {
  readonly pool: string;
  readonly lanes: readonly Lane[];
  readonly requests: ClaimRequest[];
}

/** Most jobs that the request takes. */
export const mostOf = ({ wish }: ClaimRequest): number => Math.min(wish.max, wish.capabilities.free_slots);

export const toLanes = (pool: string, { capabilities }: ClaimNext): Lane[] =>
  lanePoolsFor(pool, capabilities.memory_bytes).flatMap((lanePool) =>
    capabilities.python_tags.flatMap((pythonTag) =>
      capabilities.platform_tags.map((platformTag) => ({ pool: lanePool, platformTag, pythonTag })),
    ),
  );

/** Workers of one kind ask for the same lanes: the queue is asked once for all of them. */
export function groupByLanes(
  requests: readonly ClaimRequest[],
  poolOf: (request: ClaimRequest) => string,
): LaneGroup[] {
  const groups = new Map<string, LaneGroup>();
  for (const request of requests) {
    const pool = poolOf(request);
    const lanes = toLanes(pool, request.wish);
    const key = JSON.stringify([pool, lanes]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { pool, lanes, requests: [request] });
    else group.requests.push(request);
  }
  return [...groups.values()];
}

/** Hands the jobs out in their order: who came first is served first, each with as many as it takes. */
export function shareOut(
  jobIds: readonly string[],
  requests: readonly ClaimRequest[],
): { readonly jobId: string; readonly request: ClaimRequest }[] {
  const left = [...jobIds];
  return requests.flatMap((request) => left.splice(0, mostOf(request)).map((jobId) => ({ jobId, request })));
}
