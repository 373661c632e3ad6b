import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Lane } from '@ironwheel/plugin-kit';
import { poolChangedChannel, poolRoomChannel, workerIntentChannel } from '../../fleet/index.ts';
import { NotificationBus } from '../../platform/index.ts';
import { workAvailableChannel } from '../queue/index.ts';

interface Waiter {
  readonly workerId: string;
  /** Null until the caller has looked up which pool its worker belongs to. */
  pool: string | null;
  /** Pools of the lanes that it looks into: its own, and those for jobs that need more memory. */
  lanePools: ReadonlySet<string>;
  platformTags: ReadonlySet<string>;
  pythonTags: ReadonlySet<string>;
  /** Room in its pool is what it may be waiting for. */
  wantsRoom: boolean;
  /** It was called because there is room: if it leaves any, it is the one to call the next. */
  isCalled: boolean;
  wake(): void;
}

export interface Waiting {
  /** Says where the caller is about to look; what comes from now on is not missed. */
  lookAt(lanes: readonly Lane[]): void;
  /** Says whether the pool had no room. */
  looked(wasFull: boolean): void;
  /** True with the first matching notification and after `timeoutMs`, false when `signal` aborts. */
  woken(timeoutMs: number, signal: AbortSignal): Promise<boolean>;
  release(): void;
}

/**
 * Claims that wait for work, woken by NOTIFY of a lane they could take from, or of a new intent for their worker. Room in a pool with a bound calls one of its
 * claims, and that one the next unless it found the pool full: a thousand idle workers are not all woken for one place.
 */
@Injectable()
export class ClaimWaiters implements OnModuleInit {
  readonly #waiters = new Set<Waiter>();

  constructor(private readonly notifications: NotificationBus) {}

  async onModuleInit(): Promise<void> {
    await this.notifications.listen(workAvailableChannel, (payload) => this.#wake(payload));
    // After a lost connection the empty payload of the channel above wakes everybody already.
    await this.notifications.listen(poolRoomChannel, (pool) => this.#callNext(pool));
    await this.notifications.listen(poolChangedChannel, (pool) => this.#wakePool(pool));
    await this.notifications.listen(workerIntentChannel, (workerId) => {
      for (const waiter of this.#waiters) if (workerId === '' || waiter.workerId === workerId) waiter.wake();
    });
  }

  get size(): number {
    return this.#waiters.size;
  }

  /** Registered before the caller looks at anything, so that what comes in between is not missed. */
  register(workerId: string): Waiting {
    const remember = (): void => undefined;
    let wake: () => void = remember;
    let isWoken = false;
    const waiter: Waiter = {
      workerId,
      pool: null,
      lanePools: new Set(),
      platformTags: new Set(),
      pythonTags: new Set(),
      wantsRoom: false,
      isCalled: false,
      wake: () => {
        isWoken = true;
        wake();
      },
    };
    const handOn = (): void => {
      if (!waiter.isCalled) return;
      waiter.isCalled = false;
      this.#callNext(waiter.pool);
    };
    this.#waiters.add(waiter);
    return {
      lookAt: (lanes) => {
        waiter.pool = lanes[0]?.pool ?? '';
        waiter.lanePools = new Set(lanes.map((lane) => lane.pool));
        waiter.platformTags = new Set(lanes.map((lane) => lane.platformTag));
        waiter.pythonTags = new Set(lanes.map((lane) => lane.pythonTag));
        waiter.wantsRoom = true;
      },
      looked: (wasFull) => {
        // Called while it looked: what it found may be older than the call, so it looks again before it hands on.
        if (isWoken) return;
        waiter.wantsRoom = wasFull;
        if (wasFull) waiter.isCalled = false;
        else handOn();
      },
      woken: (timeoutMs, signal) =>
        new Promise((resolve) => {
          const finish = (): void => {
            clearTimeout(timer);
            signal.removeEventListener('abort', finish);
            wake = remember;
            isWoken = false;
            resolve(!signal.aborted);
          };
          const timer = setTimeout(finish, timeoutMs);
          signal.addEventListener('abort', finish);
          wake = finish;
          if (isWoken || signal.aborted) finish();
        }),
      release: () => {
        this.#waiters.delete(waiter);
        handOn();
      },
    };
  }

  #callNext(pool: string | null): void {
    for (const waiter of this.#waiters) {
      if (waiter.pool !== pool || !waiter.wantsRoom || waiter.isCalled) continue;
      waiter.isCalled = true;
      waiter.wake();
      return;
    }
  }

  #wakePool(pool: string): void {
    for (const waiter of this.#waiters) if (waiter.pool === null || waiter.pool === pool) waiter.wake();
  }

  #wake(payload: string): void {
    const [pool, platformTag, pythonTag] = payload.split(' ');
    for (const waiter of this.#waiters) {
      const matches =
        payload === '' ||
        (waiter.lanePools.has(pool ?? '') &&
          waiter.platformTags.has(platformTag ?? '') &&
          waiter.pythonTags.has(pythonTag ?? ''));
      if (matches) waiter.wake();
    }
  }
}
