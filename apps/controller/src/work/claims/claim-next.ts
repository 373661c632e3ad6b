import type { Claim, ClaimNext, ValidateOnlyAnswer } from '@ironwheel/contracts';
import { Injectable } from '@nestjs/common';
import { WorkersService } from '../../fleet/index.ts';
import { Clock, ShutdownSignal } from '../../platform/index.ts';
import { QueueGateway } from '../queue/index.ts';
import { toLanes } from './claim-request.ts';
import { ClaimWaiters } from './claim-waiters.ts';
import { ClaimsRepository } from './claims.repository.ts';
import { ClaimsSwitch } from './claims-switch.ts';
import { GatheredClaims } from './gathered-claims.ts';
import { PoolRoom } from './pool-room.ts';

/** Waits are cut into pieces of this length, so that a lost notification costs no more. */
const lookAgainMs = 10_000;

/** `claim-next`: looks for work, and with nothing to grant waits for NOTIFY and looks again. */
@Injectable()
export class ClaimNextService {
  constructor(
    private readonly gathered: GatheredClaims,
    private readonly waiters: ClaimWaiters,
    private readonly claims: ClaimsRepository,
    private readonly claimsSwitch: ClaimsSwitch,
    private readonly room: PoolRoom,
    private readonly queue: QueueGateway,
    private readonly workers: WorkersService,
    private readonly clock: Clock,
    private readonly shutdown: ShutdownSignal,
  ) {}

  /** Empty when there was nothing for this worker within `wait_s`. Ends early when `gone` aborts. */
  async claim(workerId: string, wish: ClaimNext, gone: AbortSignal): Promise<Claim[]> {
    const { claims, pool } = await this.gathered.look({ workerId, wish, gone });
    return claims.length > 0 || wish.wait_s === 0 ? claims : this.#wait(workerId, wish, gone, pool ?? '');
  }

  /** Checks credentials, match, intent and switch, and claims nothing. */
  async validate(
    workerId: string,
    request: Pick<ClaimNext, 'capabilities' | 'max'>,
  ): Promise<ValidateOnlyAnswer> {
    const worker = await this.workers.get(workerId);
    const intent = await this.workers.intent(workerId);
    const blockedBy: ValidateOnlyAnswer['blocked_by'] = [];
    const state = await this.claimsSwitch.read();
    if (state.paused)
      blockedBy.push({
        code: 'claims_paused',
        text: `All claims are paused${state.reason === null ? '' : `: ${state.reason}`}.`,
      });
    for (const block of intent.blockedBy)
      blockedBy.push({ ...block, until: block.until?.toISOString() ?? null });
    const { capabilities } = request;
    if (capabilities.pool !== undefined && capabilities.pool !== worker.pool) {
      blockedBy.push({
        code: 'pool_mismatch',
        text: `The worker belongs to pool ${worker.pool}, not ${capabilities.pool}.`,
      });
    }
    const room = await this.room.read(worker.pool);
    if (room.blocker !== null) blockedBy.push(room.blocker);
    if (capabilities.free_slots === 0)
      blockedBy.push({ code: 'no_free_slot', text: 'The worker has no free slot.' });
    const claimable = await this.claims.countClaimable(
      {
        pool: worker.pool,
        hostBytes: capabilities.memory_bytes,
        platformTags: capabilities.platform_tags,
        pythonTags: capabilities.python_tags,
      },
      Math.min(request.max, capabilities.free_slots, Math.max(1, room.free)),
      this.queue.can('transactional') ? 'queue_items' : 'jobs',
    );
    if (claimable === 0) blockedBy.push({ code: 'no_work', text: 'No queued job fits this worker.' });
    return { ok: true, would_claim: blockedBy.length === 0 ? claimable : 0, blocked_by: blockedBy };
  }

  async #wait(workerId: string, wish: ClaimNext, gone: AbortSignal, firstPool: string): Promise<Claim[]> {
    const deadline = this.clock.now().getTime() + wish.wait_s * 1000;
    const signal = AbortSignal.any([gone, this.shutdown.signal]);
    const waiting = this.waiters.register(workerId);
    let pool = firstPool;
    try {
      for (;;) {
        waiting.lookAt(toLanes(pool, wish));
        const look = await this.gathered.look({ workerId, wish, gone });
        // Its server went to another pool while it waited: what that one has may have come before it was watched.
        const isElsewhere = look.pool !== null && look.pool !== pool;
        if (isElsewhere) pool = look.pool;
        else waiting.looked(look.wasFull);
        const leftMs = deadline - this.clock.now().getTime();
        if (look.claims.length > 0 || leftMs <= 0) return look.claims;
        if (isElsewhere) continue;
        if (!(await waiting.woken(Math.min(leftMs, lookAgainMs), signal))) return [];
      }
    } finally {
      waiting.release();
    }
  }
}
