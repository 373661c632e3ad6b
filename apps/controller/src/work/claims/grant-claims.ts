import type { Claim } from '@ironwheel/contracts';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { AttemptTokenService, EventBus, Metrics, newId } from '../../platform/index.ts';
import { AttemptEnding } from '../attempts/index.ts';
import { OfferHints } from '../hints/index.ts';
import type { Claiming } from '../queue/index.ts';
import { groupByLanes, mostOf, shareOut, type ClaimRequest, type LaneGroup } from './claim-request.ts';
import { ClaimTermsReader } from './claim-terms.ts';
import { toClaim } from './claim.view.ts';
import { ClaimsRepository, type ClaimedJob, type Grant, type GrantedJob } from './claims.repository.ts';
import { PoolRoom } from './pool-room.ts';

declare module '../../platform/events/event-bus.ts' {
  interface EventPayloads {
    'attempt.claimed': { readonly attemptId: string; readonly jobId: string; readonly workerId: string };
  }
}

/** A claim key was given something by another transaction in the same moment: the request has to begin anew. */
export class KeyInUseError extends Error {}

export interface Granted {
  readonly jobs: Map<ClaimRequest, GrantedJob[]>;
  /** Requests that the end of their pool's room left with nothing. */
  readonly full: ReadonlySet<ClaimRequest>;
  /** To be called after the commit. */
  readonly tell: () => void;
}

/** The pool of a request's worker. */
export interface PoolFacts {
  readonly pool: string;
  /** It has a bound, or takes nothing at all. */
  readonly isBounded: boolean;
}

interface Assignment extends Grant {
  readonly request: ClaimRequest;
}

/** A job with the attempt that a request has of it. */
export type ClaimedRow = ClaimedJob &
  Pick<GrantedJob, 'attempt_id' | 'fencing' | 'number'> & { readonly has_needs?: boolean };

/** Takes from the queue, confirms in Postgres, grants: for all requests of a transaction together. */
@Injectable()
export class GrantClaims {
  readonly #granted;

  constructor(
    metrics: Metrics,
    private readonly terms: ClaimTermsReader,
    private readonly claims: ClaimsRepository,
    private readonly room: PoolRoom,
    private readonly hints: OfferHints,
    private readonly ending: AttemptEnding,
    private readonly tokens: AttemptTokenService,
    private readonly events: EventBus,
  ) {
    this.#granted = metrics.counter({
      name: 'claims_total',
      help: 'Jobs granted to workers.',
      labels: ['pool'],
    });
  }

  /** With `onlyPlain`, what it grants is committed, and it throws NotPlainError where something has to follow the grant. */
  async grant(
    tx: SqlExecutor,
    { take, leave }: Claiming,
    requests: readonly ClaimRequest[],
    poolOf: (request: ClaimRequest) => PoolFacts,
    onlyPlain: boolean,
  ): Promise<Granted> {
    const { assignments, full } = await this.#take(tx, take, requests, poolOf);
    if (assignments.length === 0) return { jobs: new Map(), full, tell: () => undefined };
    if (onlyPlain)
      return this.#toGranted(
        await this.claims.grantAndCommit(tx, assignments, this.terms.leaseS),
        assignments,
        full,
        [],
      );
    const jobIds = assignments.map(({ jobId }) => jobId);
    const renewing = await this.claims.lockForfeitedOf(tx, jobIds);
    const free = assignments.filter(({ jobId }) => !renewing.has(jobId));
    const jobs = free.length === 0 ? [] : await this.claims.grant(tx, free, this.terms.leaseS);
    if (jobs.some((job) => job.was_known)) throw new KeyInUseError();
    if (jobs.length < assignments.length) {
      const granted = new Set(jobs.map((job) => job.id));
      const rest = jobIds.filter((id) => !granted.has(id));
      const queued = await this.claims.findQueued(tx, rest);
      if (queued.length > 0) await leave(tx, queued);
    }
    return this.#toGranted(jobs, assignments, full, await this.#endForfeited(tx, jobs));
  }

  /** Claims by attempt id, each with a token of its own; outside of any transaction. */
  async toClaims(rows: readonly ClaimedRow[]): Promise<Map<string, Claim>> {
    const needy = rows.filter((row) => row.has_needs !== false).map((row) => row.id);
    const wheels = needy.length === 0 ? new Map<string, never>() : await this.claims.buildWheels(needy);
    return new Map(
      (await this.hints.withRecipes(rows)).map((row) => {
        const { attempt_id: id, fencing, number } = row;
        const attempt = { id, fencing, number, token: this.tokens.issue(id, fencing) };
        return [id, toClaim(row, attempt, this.terms.read(), wheels.get(row.id))];
      }),
    );
  }

  /** What each pool has room for goes to who came first; `full` are those that its end left with nothing. */
  async #take(
    tx: SqlExecutor,
    take: Claiming['take'],
    requests: readonly ClaimRequest[],
    poolOf: (request: ClaimRequest) => PoolFacts,
  ): Promise<{ assignments: Assignment[]; full: Set<ClaimRequest> }> {
    const groups = groupByLanes(
      requests.filter((request) => mostOf(request) > 0),
      (request) => poolOf(request).pool,
    );
    const room = await this.#reserve(tx, groups, poolOf);
    const assignments: Assignment[] = [];
    const full = new Set<ClaimRequest>();
    for (const { pool, lanes, requests: asking } of groups) {
      const free = room.get(pool) ?? 0;
      const wanted = Math.min(free, sumOf(asking));
      const jobIds = wanted === 0 ? [] : await take(tx, lanes, wanted);
      room.set(pool, free - jobIds.length);
      const shares = shareOut(jobIds, asking);
      for (const { jobId, request } of shares) {
        const { workerId, wish } = request;
        const { claim_key: claimKey, capabilities } = wish;
        const attemptId = newId('attempt');
        assignments.push({
          jobId,
          attemptId,
          workerId,
          claimKey,
          runner: capabilities.runner,
          holding: wish.holding,
          request,
        });
      }
      const served = new Set(shares.map(({ request }) => request));
      if (free === jobIds.length) for (const request of asking) if (!served.has(request)) full.add(request);
    }
    return { assignments, full };
  }

  /** Pools with a bound are locked in the order of their names, so that two batches never wait for each other. */
  async #reserve(
    tx: SqlExecutor,
    groups: readonly LaneGroup[],
    poolOf: (request: ClaimRequest) => PoolFacts,
  ): Promise<Map<string, number>> {
    const room = new Map<string, number>();
    const byPool = Map.groupBy(groups, ({ pool }) => pool);
    for (const [pool, own] of [...byPool].sort(([one], [other]) => (one < other ? -1 : 1))) {
      const wanted = own.reduce((sum, { requests }) => sum + sumOf(requests), 0);
      const isBounded = own.some(({ requests }) => requests.some((request) => poolOf(request).isBounded));
      room.set(pool, isBounded ? await this.room.reserve(tx, pool, wanted) : wanted);
    }
    return room;
  }

  /** Only now, that another has the job, the attempt whose lease ended is lost. */
  async #endForfeited(tx: SqlExecutor, jobs: readonly GrantedJob[]): Promise<(() => void)[]> {
    const tells: (() => void)[] = [];
    for (const { forfeited_attempt_id: attemptId } of jobs) {
      const tell = attemptId === null ? null : await this.ending.loseTo(tx, attemptId);
      if (tell !== null) tells.push(tell);
    }
    return tells;
  }

  #toGranted(
    granted: readonly GrantedJob[],
    assignments: readonly Assignment[],
    full: ReadonlySet<ClaimRequest>,
    tellForfeited: readonly (() => void)[],
  ): Granted {
    const byAttempt = new Map(assignments.map((assignment) => [assignment.attemptId, assignment]));
    const pairs = granted.flatMap((job) => {
      const assignment = byAttempt.get(job.attempt_id);
      return assignment === undefined ? [] : [{ job, assignment }];
    });
    const jobs = new Map<ClaimRequest, GrantedJob[]>();
    for (const { job, assignment } of pairs) {
      const own = jobs.get(assignment.request);
      if (own === undefined) jobs.set(assignment.request, [job]);
      else own.push(job);
    }
    return {
      jobs,
      full,
      tell: () => {
        for (const tell of tellForfeited) tell();
        for (const { job, assignment } of pairs) this.#tell(job, assignment);
      },
    };
  }

  #tell(job: GrantedJob, { attemptId, workerId }: Assignment): void {
    this.#granted.inc({ pool: job.pool });
    this.events.publishAfterCommit('attempt.claimed', { attemptId, jobId: job.id, workerId });
  }
}

const sumOf = (requests: readonly ClaimRequest[]): number =>
  requests.reduce((sum, request) => sum + mostOf(request), 0);
