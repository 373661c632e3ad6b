import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveStream, type LiveNews } from './live-stream.ts';
import { isConcerned } from './query-refresher.ts';

interface Connection {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  send(text: string): void;
  cut(): void;
}

const at = '2026-11-29T08:00:00.000Z';
const beat = (id: string): string =>
  `event: beat\nid: ${id}\ndata: ${JSON.stringify({ at, now: '2026-11-29T08:00:00.200Z' })}\n\n`;
const changed = (topic: string, ...ids: string[]): string =>
  `event: changed\ndata: ${JSON.stringify({ topic, ids })}\n\n`;

let connections: Connection[];
let status: number;
let news: LiveNews[];
let signedOut: number;
let stream: LiveStream;

/** A controller that answers what the test says. */
const fakeFetch = (_url: unknown, init: RequestInit = {}): Promise<Response> => {
  const signal = init.signal!;
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({
    start: (given) => {
      controller = given;
    },
  });
  signal.addEventListener('abort', () => controller.error(new Error('aborted')));
  connections.push({
    headers: init.headers as Record<string, string>,
    signal,
    send: (text) => controller.enqueue(new TextEncoder().encode(text)),
    cut: () => controller.close(),
  });
  return Promise.resolve(new Response(status === 200 ? body : null, { status }));
};

beforeEach(() => {
  vi.useFakeTimers();
  [connections, news, status, signedOut] = [[], [], 200, 0];
  stream = new LiveStream({
    url: '/api/stream',
    fetch: fakeFetch,
    now: () => Date.now(),
    onSignedOut: () => (signedOut += 1),
  });
  stream.onNews((one) => news.push(one));
});
afterEach(() => {
  stream.stop();
  vi.useRealTimers();
});
const settle = () => vi.advanceTimersByTimeAsync(0);

describe('the live stream', () => {
  it('is live with the first beat, and tells news in their order', async () => {
    stream.start();
    await settle();
    expect(stream.state.phase).toBe('connecting');
    // In two pieces, as a network may have it.
    connections[0]!.send(beat('1.1.~').slice(0, 20));
    connections[0]!.send(beat('1.1.~').slice(20) + changed('workers', 'wrk_1') + ': heartbeat\n\n');
    await settle();
    expect(stream.state).toEqual({ phase: 'live', asOfMs: Date.now() - 200 });
    expect(news).toEqual([{ kind: 'changed', topic: 'workers', ids: ['wrk_1'] }]);
  });

  it('after a break goes on behind the last id, and says once that something may have been missed', async () => {
    stream.start();
    await settle();
    connections[0]!.send(beat('7.1.~'));
    await settle();
    connections[0]!.cut();
    await settle();
    expect(stream.state.phase).toBe('broken');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(connections[1]!.headers['last-event-id']).toBe('7.1.~');
    expect(stream.state.phase).toBe('broken');
    connections[1]!.send(beat('8.1.~') + beat('9.1.~'));
    await settle();
    expect(stream.state.phase).toBe('live');
    expect(news).toEqual([{ kind: 'everything' }]);
  });

  it('counts as broken when nothing is heard', async () => {
    stream.start();
    await settle();
    connections[0]!.send(beat('1.1.~'));
    await vi.advanceTimersByTimeAsync(7_000);
    expect(stream.state.phase).toBe('live');
    await vi.advanceTimersByTimeAsync(1_500);
    expect(stream.state.phase).toBe('broken');
    expect(connections[0]!.signal.aborted).toBe(true);
  });

  it('waits longer and longer while it is refused, and says when the session is over', async () => {
    status = 503;
    stream.start();
    await vi.advanceTimersByTimeAsync(20_000);
    const tries = connections.length;
    expect(tries).toBeLessThan(8);
    status = 401;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(signedOut).toBeGreaterThan(0);
  });

  it('is silent while paused, and reads everything anew afterwards', async () => {
    stream.start();
    await settle();
    connections[0]!.send(beat('1.1.~'));
    await settle();
    stream.pause();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(connections).toHaveLength(1);
    expect(stream.state.phase).toBe('paused');
    stream.resume();
    await settle();
    connections[1]!.send(beat('2.1.~'));
    await settle();
    expect([stream.state.phase, news]).toEqual(['live', [{ kind: 'everything' }]]);
  });

  it('tells nobody when its page is left, and reads everything anew for who comes back', async () => {
    stream.start();
    await settle();
    connections[0]!.send(beat('1.1.~'));
    await settle();
    const told = vi.fn();
    stream.onState(told);
    stream.leave();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(connections).toHaveLength(1);
    expect(connections[0]!.signal.aborted).toBe(true);
    expect(told).not.toHaveBeenCalled();
    stream.start();
    await settle();
    expect(stream.state.phase).toBe('broken');
    connections[1]!.send(beat('2.1.~'));
    await settle();
    expect([stream.state.phase, news]).toEqual(['live', [{ kind: 'everything' }]]);
  });
});

describe('a query', () => {
  const news = (topic: 'workers' | 'jobs', ...ids: string[]): LiveNews => ({ kind: 'changed', topic, ids });

  it('is old when its topic changed, and when it is about one thing only if that may have', () => {
    const all = { topics: ['workers'] } as const;
    const one = { topics: ['workers'], id: 'wrk_1' } as const;
    expect(isConcerned(all, news('workers', 'wrk_2'))).toBe(true);
    expect(isConcerned(all, news('jobs', 'job_1'))).toBe(false);
    expect(isConcerned(one, news('workers', 'wrk_2'))).toBe(false);
    expect(isConcerned(one, news('workers', 'wrk_1'))).toBe(true);
    expect(isConcerned(one, news('workers'))).toBe(true);
    expect(isConcerned(one, { kind: 'everything' })).toBe(true);
    expect(isConcerned(undefined, { kind: 'everything' })).toBe(false);
  });
});
