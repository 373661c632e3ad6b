import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { WorkersService, type Claimant } from '../../fleet/index.ts';
import { Database, Gatherer } from '../../platform/index.ts';
import { QueueGateway, type Claiming } from '../queue/index.ts';
import { ClaimsRepository, NotPlainError, textOf } from './claims.repository.ts';
import type { ClaimRequest, Look } from './claim-request.ts';
import { GrantClaims, KeyInUseError, type ClaimedRow, type PoolFacts } from './grant-claims.ts';

/** Most requests of one transaction; with more of them the locks are held for longer than the gathering gains. */
const mostAtOnce = 128;

const nothing: Look = { claims: [], pool: null, wasFull: false };

interface Begun extends Claimant, PoolFacts {
  readonly hasKey: boolean;
  readonly isKnown: boolean;
}

const unknown = { pool: '', isBounded: true, hasKey: false, isKnown: false };

/** What a look found, before it is put into words. */
interface Rows extends Omit<Look, 'claims'> {
  readonly rows: readonly ClaimedRow[];
}

type Found<Finding> = Map<ClaimRequest, Finding | Error>;

/**
 * How a transaction looks. `plain`: what it grants is committed in the same round trip, and it fails where that will not do
 * (NotPlainError). `careful`: it grants whatever may be granted. `patient`: as `careful`, and it waits for others.
 */
type Manner = 'plain' | 'careful' | 'patient';

/**
 * Looks for work for many requests in one transaction (decision 5). Nothing of one request is in the way of the others:
 * where one would have to wait (its worker's intent is being changed, its claim key is in use) or its transaction fails,
 * it is served by a transaction of its own. Nearly all grants are plain; only those that are not take the longer way.
 */
@Injectable()
export class GatheredClaims {
  readonly #gatherer: Gatherer<ClaimRequest, Look>;

  constructor(
    private readonly database: Database,
    private readonly claims: ClaimsRepository,
    private readonly queue: QueueGateway,
    private readonly granting: GrantClaims,
    private readonly workers: WorkersService,
  ) {
    // Two, so that Postgres has work while the answers of one are written and its callers come back.
    this.#gatherer = new Gatherer((requests) => this.#serve(requests), { calls: mostAtOnce, batches: 2 });
  }

  /** Throws WORKER_NOT_FOUND or WORKER_REVOKED. */
  look(request: ClaimRequest): Promise<Look> {
    return this.#gatherer.ask(request);
  }

  async #serve(requests: readonly ClaimRequest[]): Promise<(Look | Promise<Look>)[]> {
    const present = requests.filter(({ gone }) => !gone.aborted);
    const found = await this.#lookTogether(present);
    return requests.map((request) => {
      if (request.gone.aborted && !found.has(request)) return nothing;
      const look = found.get(request);
      if (look === undefined) return this.#lookAlone(request);
      return look instanceof Error ? Promise.reject(look) : look;
    });
  }

  /** What is not in the answer is served alone. */
  async #lookTogether(requests: readonly ClaimRequest[]): Promise<Found<Look>> {
    const distinct = withoutRepeats(requests);
    try {
      return await this.#transact(distinct, 'plain').catch((error: unknown) => {
        if (!(error instanceof NotPlainError)) throw error;
        return this.#transact(distinct, 'careful');
      });
    } catch (error) {
      if (requests.length === 1 && !(error instanceof KeyInUseError)) throw error;
      return new Map();
    }
  }

  async #lookAlone(request: ClaimRequest): Promise<Look> {
    const look = (await this.#transact([request], 'patient')).get(request) ?? nothing;
    if (look instanceof Error) throw look;
    return look;
  }

  async #transact(requests: readonly ClaimRequest[], manner: Manner): Promise<Found<Look>> {
    if (requests.length === 0) return new Map();
    const { found, tell } = await this.queue.claiming((claiming) =>
      this.database.transaction((tx) => this.#look(tx, claiming, requests, manner), { plans: 'generic' }),
    );
    tell();
    return this.#toLooks(found);
  }

  async #toLooks(found: Found<Rows>): Promise<Found<Look>> {
    const claims = await this.granting.toClaims(
      [...found.values()].flatMap((one) => (one instanceof Error ? [] : one.rows)),
    );
    return new Map(
      [...found].map(([request, one]): [ClaimRequest, Look | Error] => {
        if (one instanceof Error) return [request, one];
        const { rows, ...look } = one;
        return [request, { ...look, claims: rows.flatMap((row) => claims.get(row.attempt_id) ?? []) }];
      }),
    );
  }

  async #look(
    tx: SqlExecutor,
    claiming: Claiming,
    requests: readonly ClaimRequest[],
    manner: Manner,
  ): Promise<{ readonly found: Found<Rows>; readonly tell: () => void }> {
    const found: Found<Rows> = new Map();
    const begun = await this.#begin(tx, requests, manner === 'patient');
    for (const [request, { refusal }] of begun) if (refusal !== null) found.set(request, refusal);
    const locked = requests.filter((request) => begun.get(request)?.hasKey === true && !found.has(request));
    const held = await this.#findHeld(
      tx,
      locked.filter((request) => begun.get(request)?.isKnown === true),
    );
    for (const [request, rows] of held) found.set(request, { rows, pool: null, wasFull: false });
    const fresh = locked.filter((request) => !held.has(request));
    const granted = await this.granting.grant(
      tx,
      claiming,
      fresh.filter((request) => begun.get(request)?.isBlocked === false),
      (request) => begun.get(request) ?? { pool: '', isBounded: true },
      manner === 'plain',
    );
    for (const request of fresh)
      found.set(request, {
        rows: granted.jobs.get(request) ?? [],
        pool: begun.get(request)?.pool ?? null,
        wasFull: granted.full.has(request),
      });
    return { found, tell: granted.tell };
  }

  /** What is not in the answer is in the hands of another transaction, or of an unknown worker. */
  async #begin(
    tx: SqlExecutor,
    requests: readonly ClaimRequest[],
    isPatient: boolean,
  ): Promise<Map<ClaimRequest, Begun>> {
    const begun = new Map<ClaimRequest, Begun>();
    if (isPatient) for (const request of requests) await this.claims.awaitKey(tx, toKey(request));
    for (const row of await this.claims.begin(tx, requests.map(toKey), isPatient)) {
      const request = requests[row.place - 1];
      if (request === undefined) continue;
      const { refusal, isBlocked } = this.workers.toClaimant(row, request.workerId);
      begun.set(request, {
        refusal,
        isBlocked: isBlocked || row.is_paused,
        pool: row.pool,
        isBounded: row.is_pool_bounded,
        hasKey: row.has_key,
        isKnown: row.is_known,
      });
    }
    if (isPatient)
      for (const request of requests)
        if (!begun.has(request))
          begun.set(request, { ...unknown, ...this.workers.toClaimant(null, request.workerId) });
    return begun;
  }

  /** The same claim key gives the same claims again, whatever became of the first answer. */
  async #findHeld(
    tx: SqlExecutor,
    requests: readonly ClaimRequest[],
  ): Promise<Map<ClaimRequest, ClaimedRow[]>> {
    if (requests.length === 0) return new Map();
    const rows = await this.claims.heldByKeys(tx, requests.map(toKey));
    const byKey = Map.groupBy(rows, ({ worker_id: workerId, claim_key: claimKey }) =>
      textOf({ workerId, claimKey }),
    );
    return new Map(
      requests.flatMap((request): [ClaimRequest, ClaimedRow[]][] => {
        const own = byKey.get(textOf(toKey(request)));
        return own === undefined
          ? []
          : [[request, own.map((row) => ({ ...row, attempt_id: row.held_attempt_id }))]];
      }),
    );
  }
}

const toKey = ({ workerId, wish }: ClaimRequest) => ({ workerId, claimKey: wish.claim_key });

/** A key that comes twice at once waits for itself. */
const withoutRepeats = (requests: readonly ClaimRequest[]): ClaimRequest[] =>
  [
    ...new Map(requests.toReversed().map((request) => [textOf(toKey(request)), request])).values(),
  ].toReversed();
