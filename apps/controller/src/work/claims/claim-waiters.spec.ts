import type { Lane } from '@ironwheel/plugin-kit';
import { beforeEach, describe, expect, it } from 'vitest';
import type { NotificationBus, NotificationHandler } from '../../platform/index.ts';
import { ClaimWaiters, type Waiting } from './claim-waiters.ts';

/** Longer than any test: only a notification ends a wait. */
const longMs = 600_000;

describe('claims that wait', () => {
  let waiters: ClaimWaiters;
  let handlers: Map<string, NotificationHandler>;
  const ended = new AbortController().signal;
  beforeEach(async () => {
    handlers = new Map();
    const bus = {
      listen: (channel: string, handler: NotificationHandler) => {
        handlers.set(channel, handler);
        return Promise.resolve(() => undefined);
      },
    } as unknown as NotificationBus;
    waiters = new ClaimWaiters(bus);
    await waiters.onModuleInit();
  });

  const notify = (channel: 'work_available' | 'pool_room' | 'pool_changed', payload: string): void =>
    handlers.get(channel)?.(payload);
  const lane = (pool: string, pythonTag = 'cp312'): Lane => ({ pool, platformTag: 'linux_s390x', pythonTag });
  /** A claim that has looked and waits; `order` says which were woken, in their order. */
  const order: string[] = [];
  beforeEach(() => void (order.length = 0));
  const start = (name: string, pool: string, wasFull: boolean): Waiting => {
    const waiting = waiters.register('wrk_1');
    waiting.lookAt([lane(pool)]);
    waiting.looked(wasFull);
    void waiting.woken(longMs, ended).then(() => order.push(name));
    return waiting;
  };
  /** Lets the promises that were resolved run their course. */
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  it('are woken by work in their own lane', async () => {
    start('mine', 'one', false);
    start('other pool', 'two', false);
    notify('work_available', 'one linux_s390x cp311');
    notify('work_available', 'one linux_s390x cp312');
    await settle();
    expect(order).toEqual(['mine']);
  });

  it('are woken when work came while they looked, also with their second look', async () => {
    const waiting = waiters.register('wrk_1');
    for (let look = 0; look < 3; look += 1) {
      waiting.lookAt([lane('one')]);
      notify('work_available', 'one linux_s390x cp312');
      waiting.looked(false);
      expect(await waiting.woken(longMs, ended)).toBe(true);
    }
  });

  it('are called one at a time for room, and the next when that one found nothing to take', async () => {
    const first = start('first', 'one', true);
    start('not for room', 'one', false);
    const second = start('second', 'one', true);
    start('third', 'one', true);
    notify('pool_room', 'one');
    await settle();
    expect(order).toEqual(['first']);
    first.lookAt([lane('one')]);
    first.looked(false);
    await settle();
    expect(order).toEqual(['first', 'second']);
    second.lookAt([lane('one')]);
    second.looked(true);
    await settle();
    expect(order).toEqual(['first', 'second']);
  });

  it('call the next when they end while they were called', async () => {
    const first = start('first', 'one', true);
    start('second', 'one', true);
    notify('pool_room', 'one');
    first.release();
    await settle();
    expect(order).toEqual(['first', 'second']);
    expect(waiters.size).toBe(1);
  });

  it('are each called once for as many places as became free', async () => {
    for (const name of ['first', 'second', 'third']) start(name, 'one', true);
    notify('pool_room', 'one');
    notify('pool_room', 'one');
    notify('pool_room', 'two');
    await settle();
    expect(order).toEqual(['first', 'second']);
  });

  it('look again before they call the next, when they were called while they looked', async () => {
    const first = waiters.register('wrk_1');
    first.lookAt([lane('one')]);
    start('second', 'one', true);
    notify('pool_room', 'one');
    first.looked(true);
    expect(await first.woken(longMs, ended)).toBe(true);
    first.lookAt([lane('one')]);
    first.looked(false);
    await settle();
    expect(order).toEqual(['second']);
  });

  it('are all woken when their pool changes, also those that do not know theirs yet', async () => {
    start('mine', 'one', false);
    start('other', 'two', true);
    const fresh = waiters.register('wrk_1');
    notify('pool_changed', 'one');
    expect(await fresh.woken(longMs, ended)).toBe(true);
    await settle();
    expect(order).toEqual(['mine']);
  });

  it('end when the caller is gone', async () => {
    const gone = new AbortController();
    const waiting = waiters.register('wrk_1');
    const woken = waiting.woken(longMs, gone.signal);
    gone.abort();
    expect(await woken).toBe(false);
  });
});
