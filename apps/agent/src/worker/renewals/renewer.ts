import { fork, type ChildProcess } from 'node:child_process';
import { setPriority } from 'node:os';
import { processEnvironment } from '@ironwheel/config';
import type { Phase, RenewAnswer } from '@ironwheel/contracts';
import type { StructuredLogger } from '@ironwheel/logging';
import { renewCommandName } from './renew-command-name.ts';
import { renewReportSchema, type RenewCommand } from './renew-messages.ts';

const pingEveryMs = 15_000;
const restartMs = 1000;
/** It is ended when no lease was held for so long: a host is idle most of its time, and a process is tens of megabytes. */
const idleMs = 10_000;

/** What the renewing process found out about an attempt. */
export interface RenewalListener {
  onRenewed(answer: RenewAnswer): void;
  onLost(code: string, detail: string): void;
}

export interface RenewerOptions {
  /** Program file that knows the subcommand `renew-leases`: the agent's own bundle. */
  readonly entry: string;
  readonly settings: Omit<Extract<RenewCommand, { type: 'configure' }>, 'type'>;
  readonly logger: StructuredLogger;
}

interface Held {
  readonly fencing: number;
  readonly renewEveryMs: number;
  phase: Phase | null;
  readonly listener: RenewalListener;
}

/**
 * The worker's side of the renewing process: starts it with the first lease, starts it again when it dies, passes on what it
 * tells, and ends it when there is nothing to renew.
 */
export class Renewer {
  readonly #options: RenewerOptions;
  readonly #held = new Map<string, Held>();
  #child: ChildProcess | null = null;
  #ping: NodeJS.Timeout | undefined;
  #restart: NodeJS.Timeout | undefined;
  #idle: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: RenewerOptions) {
    this.#options = options;
  }

  /** Process id of the renewing process, for people and tests; null while there is none. */
  get processId(): number | null {
    return this.#child?.pid ?? null;
  }

  hold(
    attemptId: string,
    lease: { readonly fencing: number; readonly renewEveryMs: number },
    listener: RenewalListener,
  ): void {
    const held: Held = { ...lease, phase: null, listener };
    this.#held.set(attemptId, held);
    clearTimeout(this.#idle);
    // A process that was told to end, or is to be started again, is told of every lease when the next one starts.
    if (this.#child === null && this.#restart === undefined) this.#spawn();
    else this.#tellHold(attemptId, held);
  }

  setPhase(attemptId: string, phase: Phase): void {
    const held = this.#held.get(attemptId);
    if (held === undefined) return;
    held.phase = phase;
    this.#tell({ type: 'set-phase', attempt_id: attemptId, phase });
  }

  release(attemptId: string): void {
    if (this.#held.delete(attemptId)) this.#tell({ type: 'release', attempt_id: attemptId });
    this.#restIfIdle();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idle);
    clearTimeout(this.#restart);
    const child = this.#child;
    if (child === null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.connected) child.disconnect();
    else child.kill('SIGKILL');
    await ended;
  }

  #restIfIdle(): void {
    clearTimeout(this.#idle);
    if (this.#held.size > 0 || this.#closed) return;
    this.#idle = setTimeout(() => {
      // It ends when its channel closes.
      if (this.#child?.connected === true) this.#child.disconnect();
    }, idleMs).unref();
  }

  #spawn(): void {
    this.#restart = undefined;
    const { entry, settings, logger } = this.#options;
    const passed = ['PATH', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'TZ', 'LANG'];
    const child = fork(entry, [renewCommandName], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      // It is idle nearly always and must be small.
      execArgv: ['--max-old-space-size=64', '--max-semi-space-size=1', '--optimize-for-size'],
      env: Object.fromEntries(passed.map((name) => [name, processEnvironment()[name]])),
    });
    this.#child = child;
    child.on('error', (error) => logger.error('The renewing process failed.', { error }));
    child.on('message', (message) => this.#onMessage(message));
    child.once('exit', (code, signal) => {
      this.#child = null;
      clearInterval(this.#ping);
      if (this.#closed || this.#held.size === 0) return;
      // One that was told to end while a new lease came is no failure.
      if (code !== 0) {
        logger.error('The renewing process ended; starting it again.', { exit_code: code, signal });
      }
      this.#restart = setTimeout(() => this.#spawn(), code === 0 ? 0 : restartMs);
    });
    this.#ping = setInterval(() => this.#tell({ type: 'ping' }), pingEveryMs);
    if (child.pid !== undefined) {
      this.#prefer(child.pid);
      logger.debug('The renewing process runs.', { renewer_pid: child.pid });
    }
    this.#tell({ type: 'configure', ...settings });
    for (const [attemptId, held] of this.#held) this.#tellHold(attemptId, held);
  }

  /** Before the builds when the processor is short; only root may, elsewhere the unit's CPUWeight does it. */
  #prefer(pid: number): void {
    try {
      setPriority(pid, -5);
    } catch (error) {
      this.#options.logger.debug('The renewing process keeps the ordinary priority.', {
        detail: String(error),
      });
    }
  }

  #tellHold(attemptId: string, held: Held): void {
    this.#tell({
      type: 'hold',
      attempt_id: attemptId,
      fencing: held.fencing,
      renew_every_ms: held.renewEveryMs,
    });
    if (held.phase !== null) this.#tell({ type: 'set-phase', attempt_id: attemptId, phase: held.phase });
  }

  #tell(command: RenewCommand): void {
    const child = this.#child;
    if (child?.connected !== true) return;
    // The callback takes the error of a channel that closes meanwhile: `exit` follows and starts it again.
    child.send(command, (error) => {
      if (error !== null)
        this.#options.logger.debug('The renewing process did not hear.', { detail: error.message });
    });
  }

  #onMessage(message: unknown): void {
    const parsed = renewReportSchema.safeParse(message);
    if (!parsed.success) return;
    const report = parsed.data;
    const { logger } = this.#options;
    if (report.type === 'log') {
      logger[report.level](report.message, report.fields);
      return;
    }
    const held = this.#held.get(report.attempt_id);
    if (held === undefined) return;
    if (report.type === 'renewed') {
      held.listener.onRenewed(report.answer);
    } else if (report.type === 'lost') {
      this.#held.delete(report.attempt_id);
      this.#restIfIdle();
      held.listener.onLost(report.code, report.detail);
    } else if (report.failures === 1 || report.failures % 10 === 0) {
      logger.warn('A lease could not be renewed; the build goes on.', {
        attempt_id: report.attempt_id,
        failures: report.failures,
        detail: report.detail,
      });
    }
  }
}
