import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Claim } from '@ironwheel/contracts';
import type { StructuredLogger } from '@ironwheel/logging';
import { Backoff } from '../controller-link/backoff.ts';
import type { ControllerClient } from '../controller-link/controller-client.ts';
import { ControllerError } from '../controller-link/controller-error.ts';
import { claimNext } from '../controller-link/worker-calls.ts';
import type { AttemptRegistry } from './attempt/attempt-registry.ts';
import { toCapabilities, type CapabilityLimits } from './capabilities.ts';
import type { ClaimKey } from './claim-key.ts';
import type { HealthGate } from './health-gate.ts';
import type { WorkerStatus } from './worker-status.ts';

/** A refusal will not mend itself soon: it is asked again this seldom, in milliseconds. */
const refusedHoldMs = 60_000;

export interface ClaimLoopOptions {
  readonly client: ControllerClient;
  readonly status: WorkerStatus;
  readonly registry: AttemptRegistry;
  readonly gate: HealthGate;
  readonly key: ClaimKey;
  readonly slots: number;
  readonly waitS: number;
  readonly limits: CapabilityLimits;
  readonly logger: StructuredLogger;
  /** Takes a claim: it is on disk when this resolves. */
  accept(claim: Claim): Promise<void>;
}

/** What a refusal means for the operator of this host. */
const adviceOf = (error: ControllerError): string => {
  if (error.code === 'WORKER_REVOKED' || error.code === 'WORKER_NOT_FOUND')
    return 'Enrol this worker anew (`enroll --force`).';
  if (error.status === 401)
    return 'Check the key or CONTROL_PLANE_TOKEN, and the clock of this host; else enrol anew.';
  if (error.status === 403)
    return 'The credential is not one of role worker; unset CONTROL_PLANE_TOKEN or enrol.';
  return 'The controller and this worker may be of different versions.';
};

/** Null when `wake` aborts first; what was asked goes on. */
const unlessWoken = async <Answer>(answer: Promise<Answer>, wake: AbortSignal): Promise<Answer | null> => {
  const over = new AbortController();
  const woken = once(wake, 'abort', { signal: over.signal }).then(() => null);
  woken.catch(() => undefined);
  try {
    return await (wake.aborted ? null : Promise.race([answer, woken]));
  } finally {
    over.abort();
  }
};

/**
 * Claims work while there are free slots and the host is well. Whether the scheduler wants it is the controller's to say:
 * to a worker that is paused, draining or in quarantine it grants nothing, and the request waits there like any other
 * that finds no work. So a resume is felt at once, and a held worker asks no more often than an idle one.
 */
export class ClaimLoop {
  readonly #options: ClaimLoopOptions;
  readonly #backoff = new Backoff();
  #unlinked = false;

  constructor(options: ClaimLoopOptions) {
    this.#options = options;
  }

  /** Ends when the worker drains. */
  async run(): Promise<void> {
    const { status, gate, logger } = this.#options;
    while (status.state === 'working') {
      const wake = status.wakeSignal;
      try {
        await this.#turn(wake);
      } catch (error) {
        // For example a full disk: nothing that a broken loop would mend.
        logger.error('A turn of the claim loop failed; claiming goes on later.', { error });
        await this.#sleep(gate.nextHoldMs(), wake);
      }
    }
  }

  async #turn(wake: AbortSignal): Promise<void> {
    const { registry, slots, waitS } = this.#options;
    const free = slots - registry.usedSlots;
    if (free <= 0) await registry.changed(wake);
    else if (await this.#isHealthy(wake)) await this.#claim(free, waitS, wake);
  }

  /**
   * After `run`: a request that was broken off by the drain is asked once more without a wait, so that a claim which
   * the controller gave just then is built and not forgotten.
   */
  async settle(signal: AbortSignal): Promise<void> {
    if (this.#options.key.isOpen) await this.#claim(1, 0, signal);
  }

  async #isHealthy(wake: AbortSignal): Promise<boolean> {
    const { gate, status, logger } = this.#options;
    // A look at a slow host takes minutes, and a worker that is to end has none to give.
    const health = await unlessWoken(gate.check(), wake);
    if (health === null) return false;
    const wasOk = status.health.ok;
    status.health = health;
    if (health.ok) {
      if (!wasOk) logger.info('The host is well again; claiming goes on.');
      return true;
    }
    const holdMs = gate.nextHoldMs();
    logger.warn('The host is not fit to build; nothing is claimed.', {
      problems: health.problems,
      hold_ms: holdMs,
    });
    await this.#sleep(holdMs, wake);
    return false;
  }

  async #claim(free: number, waitS: number, wake: AbortSignal): Promise<void> {
    const { client, registry, gate, limits, key, status, logger } = this.#options;
    const capabilities = gate.probe === null ? null : toCapabilities(gate.probe, limits, free);
    if (capabilities === null) {
      const text =
        'PYTHON_VERSION or PLATFORM_TAG leaves nothing of what the runner can build; change or unset them.';
      status.health = { ok: false, problems: [{ code: 'NO_TARGET_LEFT', text }] };
      logger.warn('The host is not fit to build; nothing is claimed.', { problems: status.health.problems });
      await this.#sleep(gate.nextHoldMs(), wake);
      return;
    }
    try {
      const claims = await claimNext(
        client,
        {
          capabilities,
          max: free,
          wait_s: waitS,
          validate_only: false,
          holding: registry.live.map(({ attemptId }) => attemptId),
          claim_key: await key.take(),
        },
        wake,
      );
      this.#noteLink();
      for (const claim of claims) await this.#options.accept(claim);
      await key.done();
    } catch (error) {
      // Woken in the middle of a wait: the key stays, the next request with it gets what this one may have claimed.
      if (wake.aborted) return;
      if (!(error instanceof ControllerError)) throw error;
      await this.#noteFailure(error, wake);
    }
  }

  #noteLink(): void {
    const { status, logger } = this.#options;
    if (this.#unlinked) logger.info('The controller answers again.');
    this.#unlinked = false;
    status.setLinked(true);
    this.#backoff.reset();
  }

  async #noteFailure(error: ControllerError, wake: AbortSignal): Promise<void> {
    const { status, logger } = this.#options;
    if (error.kind === 'unreachable') status.setLinked(false);
    if (error.kind === 'refused') {
      logger.error('The controller refuses the claim.', {
        code: error.code,
        detail: error.message,
        advice: adviceOf(error),
      });
      await this.#sleep(refusedHoldMs, wake);
      return;
    }
    if (!this.#unlinked) logger.warn('Work cannot be claimed now; trying again.', { detail: error.message });
    this.#unlinked = true;
    await this.#sleep(this.#backoff.next(error.retryAfterMs), wake);
  }

  async #sleep(ms: number, wake: AbortSignal): Promise<void> {
    await wait(ms, undefined, { signal: wake }).catch(() => undefined);
  }
}
