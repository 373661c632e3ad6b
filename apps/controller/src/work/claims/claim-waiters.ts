import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Lane } from '@ironwheel/plugin-kit';
import { NotificationBus } from '../../platform/index.ts';
import { workAvailableChannel } from '../queue/index.ts';

interface Waiter {
  readonly pool: string;
  readonly platformTags: ReadonlySet<string>;
  readonly pythonTags: ReadonlySet<string>;
  wake(): void;
}

/** Claims that wait for work, woken by NOTIFY of a lane they could take from. */
@Injectable()
export class ClaimWaiters implements OnModuleInit {
  readonly #waiters = new Set<Waiter>();

  constructor(private readonly notifications: NotificationBus) {}

  async onModuleInit(): Promise<void> {
    await this.notifications.listen(workAvailableChannel, (payload) => this.#wake(payload));
  }

  get size(): number {
    return this.#waiters.size;
  }

  /**
   * Registers before the caller looks at the queue, so that work that comes in between is not missed.
   * `woken` resolves to true with the first matching notification and after `timeoutMs`, to false when `signal` aborts.
   */
  register(lanes: readonly Lane[]): {
    woken(timeoutMs: number, signal: AbortSignal): Promise<boolean>;
    release(): void;
  } {
    let wake: () => void = () => undefined;
    let isWoken = false;
    const waiter: Waiter = {
      pool: lanes[0]?.pool ?? '',
      platformTags: new Set(lanes.map((lane) => lane.platformTag)),
      pythonTags: new Set(lanes.map((lane) => lane.pythonTag)),
      wake: () => {
        isWoken = true;
        wake();
      },
    };
    this.#waiters.add(waiter);
    return {
      woken: (timeoutMs, signal) =>
        new Promise((resolve) => {
          const finish = (): void => {
            clearTimeout(timer);
            signal.removeEventListener('abort', finish);
            isWoken = false;
            resolve(!signal.aborted);
          };
          const timer = setTimeout(finish, timeoutMs);
          signal.addEventListener('abort', finish);
          wake = finish;
          if (isWoken || signal.aborted) finish();
        }),
      release: () => void this.#waiters.delete(waiter),
    };
  }

  #wake(payload: string): void {
    const [pool, platformTag, pythonTag] = payload.split(' ');
    for (const waiter of this.#waiters) {
      const matches =
        payload === '' ||
        (waiter.pool === pool &&
          waiter.platformTags.has(platformTag ?? '') &&
          waiter.pythonTags.has(pythonTag ?? ''));
      if (matches) waiter.wake();
    }
  }
}
