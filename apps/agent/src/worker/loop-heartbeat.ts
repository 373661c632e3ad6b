import { freemem, loadavg, totalmem } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { Heartbeat } from '@ironwheel/contracts';
import type { StructuredLogger } from '@ironwheel/logging';
import type { ProbeResult } from '@ironwheel/plugin-kit';
import { agentVersion } from '../agent-version.ts';
import type { ControllerClient } from '../controller-link/controller-client.ts';
import { ControllerError } from '../controller-link/controller-error.ts';
import { sendHeartbeat } from '../controller-link/worker-calls.ts';
import type { AttemptRegistry } from './attempt/attempt-registry.ts';
import { toCapabilities, type CapabilityLimits } from './capabilities.ts';
import type { HealthGate } from './health-gate.ts';
import type { WorkerStatus } from './worker-status.ts';

export interface HeartbeatLoopOptions {
  readonly client: ControllerClient;
  readonly status: WorkerStatus;
  readonly registry: AttemptRegistry;
  readonly gate: HealthGate;
  readonly slots: number;
  readonly limits: CapabilityLimits;
  /** Interval until the controller names another, in seconds. */
  readonly intervalS: number;
  /** The server that this worker was told it runs on. */
  readonly serverId: string | null;
  /** Facts of the log spool. */
  probeSpool(): Promise<ProbeResult>;
  readonly logger: StructuredLogger;
}

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** Beats until the worker has stopped: also while it drains, so that a long last build is never taken for a dead host. */
export class HeartbeatLoop {
  readonly #options: HeartbeatLoopOptions;
  readonly #stop = new AbortController();
  #failures = 0;

  constructor(options: HeartbeatLoopOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    let intervalS = this.#options.intervalS;
    const isStopped = (): boolean => this.#stop.signal.aborted;
    while (!isStopped()) {
      intervalS = (await this.beat()) ?? intervalS;
      // A little jitter keeps a fleet that started together from beating together.
      const ms = intervalS * 1000 * (0.9 + Math.random() * 0.1);
      await wait(ms, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
  }

  stop(): void {
    this.#stop.abort();
  }

  /** One beat now; the interval that the controller wants, or null when it was not heard. */
  async beat(): Promise<number | null> {
    const { client, status, logger } = this.#options;
    try {
      const body = await this.#compose();
      if (body === null) return null;
      const answer = await sendHeartbeat(client, body);
      if (this.#failures > 0) logger.info('Heartbeats are heard again.', { missed: this.#failures });
      this.#failures = 0;
      status.setLinked(true);
      const { desired_state, quarantined } = answer;
      if (status.setDesired(desired_state, quarantined))
        logger.info('The scheduler changed its intent.', { desired_state, quarantined });
      return answer.heartbeat_interval_s;
    } catch (error) {
      this.#failures += 1;
      if (error instanceof ControllerError && error.kind === 'unreachable') status.setLinked(false);
      if (this.#failures === 1) {
        logger.warn('A heartbeat was not heard.', {
          detail: error instanceof Error ? error.message : String(error),
        });
      }
      return null;
    }
  }

  async #compose(): Promise<Heartbeat | null> {
    const { status, registry, gate, slots, limits } = this.#options;
    if (gate.probe === null) status.health = await gate.check();
    const used = registry.usedSlots;
    // Without a usable runner the beat still says which runner it is and what is wrong.
    const capabilities = (gate.probe === null ? null : toCapabilities(gate.probe, limits, slots - used)) ?? {
      python_tags: ['py3'],
      platform_tags: ['any'],
      runner: limits.runnerName,
      free_slots: 0,
    };
    const spool = (await this.#options.probeSpool()).facts;
    const total = totalmem();
    return {
      // A token of role `worker` does not say whose it is.
      worker_id: this.#options.client.workerId,
      ...(this.#options.serverId === null ? {} : { server_id: this.#options.serverId }),
      version: agentVersion,
      capabilities,
      slots: { total: slots, used },
      attempts: registry.live.map(({ attemptId, phase }) => ({ attempt_id: attemptId, phase })),
      health: {
        ok: status.health.ok,
        problems: status.health.problems.slice(0, 20).map((problem) => ({ ...problem })),
      },
      draining: status.state === 'draining',
      spool: { bytes: numberOf(spool['spool_bytes']), dropped_bytes: numberOf(spool['dropped_bytes']) },
      load: {
        load1: loadavg()[0] ?? 0,
        memory_used_bytes: total - freemem(),
        memory_total_bytes: total,
        disk_free_bytes: await gate.freeDiskBytes().catch(() => 0),
      },
    };
  }
}
