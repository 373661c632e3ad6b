import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { StructuredLogger } from '@ironwheel/logging';
import { Database, Gatherer, NotificationBus } from '../../platform/index.ts';

const channel = 'log_appended';
/** Most notifications of one statement. */
const mostAtOnce = 256;

/** A bell for one reader. A ring that comes while nobody waits is kept for the next wait. */
export class LogWatch {
  #rung = false;
  #wake: (() => void) | undefined;

  constructor(private readonly onClose: (watch: LogWatch) => void) {}

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Resolves at the next ring, after `timeoutMs`, or when `signal` aborts. */
  async wait(timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(finish, timeoutMs);
        const wake = finish;
        this.#wake = wake;
        signal.addEventListener('abort', wake, { once: true });
        function finish(): void {
          clearTimeout(timer);
          signal.removeEventListener('abort', finish);
          resolve();
        }
      });
      this.#wake = undefined;
    }
    this.#rung = false;
  }

  close(): void {
    this.onClose(this);
  }
}

/** Tells the readers of a log that it has grown, on this controller and, by NOTIFY, on every other. */
@Injectable()
export class LogWakeups implements OnModuleInit, OnModuleDestroy {
  readonly #watches = new Map<string, Set<LogWatch>>();
  readonly #logger: StructuredLogger;
  #stopListening: (() => void) | undefined;
  readonly #announcing = new Gatherer<string, undefined>(
    async (attemptIds) => {
      await this.notifications.notifyAll(this.database, channel, attemptIds);
      return attemptIds.map(() => undefined);
    },
    { calls: mostAtOnce },
  );

  constructor(
    private readonly notifications: NotificationBus,
    private readonly database: Database,
    logger: StructuredLogger,
  ) {
    this.#logger = logger.child({ component: 'logs' });
  }

  async onModuleInit(): Promise<void> {
    this.#stopListening = await this.notifications.listen(channel, (attemptId) => this.#ring(attemptId));
  }

  onModuleDestroy(): void {
    this.#stopListening?.();
    this.#ring('');
  }

  watch(attemptId: string): LogWatch {
    const watch = new LogWatch((closing) => {
      const watches = this.#watches.get(attemptId);
      watches?.delete(closing);
      if (watches?.size === 0) this.#watches.delete(attemptId);
    });
    const watches = this.#watches.get(attemptId) ?? new Set();
    watches.add(watch);
    this.#watches.set(attemptId, watches);
    return watch;
  }

  /**
   * Call it after the commit. A statement of its own: inside the append, NOTIFY would hold its lock, which all
   * notifying commits share, until the append is on disk. Lost, it costs a reader one heartbeat of delay.
   */
  announce(attemptId: string): void {
    this.#announcing.ask(attemptId).catch((error: unknown) => {
      this.#logger.debug('a log notification could not be sent', { attempt_id: attemptId, error });
      this.#ring(attemptId);
    });
  }

  /** An empty id means: look for yourself. */
  #ring(attemptId: string): void {
    if (attemptId === '')
      for (const watches of this.#watches.values()) watches.forEach((watch) => watch.ring());
    else this.#watches.get(attemptId)?.forEach((watch) => watch.ring());
  }
}
