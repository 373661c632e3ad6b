import type { Claim } from '@ironwheel/contracts';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { WorkersService, type Claimant } from '../../fleet/index.ts';
import { Database, Gatherer } from '../../platform/index.ts';
import { QueueGateway, type Claiming } from '../queue/index.ts';
import { ClaimsRepository, textOf, type HeldClaimRow } from './claims.repository.ts';
import type { ClaimRequest, Look } from './claim-request.ts';
import { GrantClaims, KeyInUseError, type PoolFacts } from './grant-claims.ts';

/** Most requests of one transaction; with more of them the locks are held for longer than the gathering gains. */
const mostAtOnce = 128;

const nothing: Look = { claims: [], pool: null, wasFull: false };

interface Begun extends Claimant, PoolFacts {
  readonly hasKey: boolean;
  readonly isKnown: boolean;
}

const unknown = { pool: '', isBounded: true, hasKey: false, isKnown: false };

type Found = Map<ClaimRequest, Look | Error>;

/**
 * Looks for work for many requests in one transaction (decision 5). Nothing of one request is in the way of the others:
 * where one would have to wait (its worker's intent is being changed, its claim key is in use) or its transaction fails,
 * it is served by a transaction of its own.
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
  async #lookTogether(requests: readonly ClaimRequest[]): Promise<Found> {
    try {
      return await this.#transact(withoutRepeats(requests), false);
    } catch (error) {
      if (requests.length === 1 && !(error instanceof KeyInUseError)) throw error;
      return new Map();
    }
  }

  async #lookAlone(request: ClaimRequest): Promise<Look> {
    const look = (await this.#transact([request], true)).get(request) ?? nothing;
    if (look instanceof Error) throw look;
    return look;
  }

  async #transact(requests: readonly ClaimRequest[], isPatient: boolean): Promise<Found> {
    if (requests.length === 0) return new Map();
    let tell: () => void = () => undefined;
    const found = await this.queue.claiming((claiming) =>
      this.database.transaction(
        async (tx) => {
          const looked = await this.#look(tx, claiming, requests, isPatient);
          tell = looked.tell;
          return looked.found;
        },
        { plans: 'generic' },
      ),
    );
    tell();
    return found;
  }

  async #look(
    tx: SqlExecutor,
    claiming: Claiming,
    requests: readonly ClaimRequest[],
    isPatient: boolean,
  ): Promise<{ readonly found: Found; readonly tell: () => void }> {
    const found: Found = new Map();
    const begun = await this.#begin(tx, requests, isPatient);
    for (const [request, { refusal }] of begun) if (refusal !== null) found.set(request, refusal);
    const locked = requests.filter((request) => begun.get(request)?.hasKey === true && !found.has(request));
    const held = await this.#findHeld(
      tx,
      locked.filter((request) => begun.get(request)?.isKnown === true),
    );
    for (const [request, claims] of held) found.set(request, { ...nothing, claims });
    const fresh = locked.filter((request) => !held.has(request));
    const granted = await this.granting.grant(
      tx,
      claiming,
      fresh.filter((request) => begun.get(request)?.isBlocked === false),
      (request) => begun.get(request) ?? { pool: '', isBounded: true },
    );
    for (const request of fresh)
      found.set(
        request,
        granted.looks.get(request) ?? { ...nothing, pool: begun.get(request)?.pool ?? null },
      );
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
  async #findHeld(tx: SqlExecutor, requests: readonly ClaimRequest[]): Promise<Map<ClaimRequest, Claim[]>> {
    if (requests.length === 0) return new Map();
    const rows = await this.claims.heldByKeys(tx, requests.map(toKey));
    const byKey = Map.groupBy(rows, (row: HeldClaimRow) => `${row.worker_id} ${row.claim_key}`);
    const claims = await this.granting.toClaims(
      tx,
      rows.map((row) => ({ ...row, attempt_id: row.held_attempt_id })),
    );
    return new Map(
      requests.flatMap((request): [ClaimRequest, Claim[]][] => {
        const own = byKey.get(textOf(toKey(request)));
        return own === undefined
          ? []
          : [[request, own.flatMap((row) => claims.get(row.held_attempt_id) ?? [])]];
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
