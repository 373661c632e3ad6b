import type { Page } from 'playwright-core';

/** Figures of one kind, in milliseconds. */
export class Times {
  readonly all: number[] = [];

  constructor(
    readonly what: string,
    /** At most this is wanted; null: told for comparison. */
    readonly goalMs: number | null,
  ) {}

  add(ms: number): void {
    this.all.push(ms);
  }

  get worst(): number {
    return Math.max(...this.all);
  }

  get median(): number {
    return this.#percentile(50);
  }

  /** By which Core Web Vitals go: three of four are at least as fast. */
  get p75(): number {
    return this.#percentile(75);
  }

  /** By nearest rank. */
  #percentile(share: number): number {
    const sorted = [...this.all].sort((left, right) => left - right);
    return sorted[Math.ceil((sorted.length * share) / 100) - 1] ?? Number.NaN;
  }
}

/** What has not come by then never does. */
const longestMs = 30_000;

/**
 * Does something that the page answers to an event of this type; the time from that event to the end of the first frame in
 * which `isDone` (an expression of the page; `before` is what `look` was) holds.
 */
export async function timeToFrame(
  page: Page,
  { event, look, isDone }: { readonly event: string; readonly look: string; readonly isDone: string },
  act: () => Promise<unknown>,
): Promise<number> {
  await page.evaluate(`{
    const find = () => (${look});
    // Not in the listener: the wheel may have scrolled before a listener is told.
    const before = find();
    window.timeToFrame = new Promise((resolve, reject) => addEventListener('${event}', ({ timeStamp }) => {
      setTimeout(() => reject(new Error('never came: ${event}')), ${longestMs});
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(performance.now() - timeStamp);
      const frame = () => {
        const now = find();
        // What a message brings comes behind the painting of the frame that it was sent in.
        if (${isDone}) port2.postMessage(null);
        else requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    }, { capture: true, once: true }));
    // Else the promise would be waited for here.
    null;
  }`);
  await act();
  return page.evaluate<number>('timeToFrame');
}

/** In every page from its beginning: tasks longer than 50 ms, and the slowest events as the browser itself times them. */
export const watchSlowness = `
  window.slowness = { longestTaskMs: 0, slowestEventMs: 0 };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) slowness.longestTaskMs = Math.max(slowness.longestTaskMs, duration);
  }).observe({ type: 'longtask', buffered: true });
  new PerformanceObserver((list) => {
    for (const { duration, interactionId } of list.getEntries())
      if (interactionId > 0) slowness.slowestEventMs = Math.max(slowness.slowestEventMs, duration);
  }).observe({ type: 'event', durationThreshold: 16, buffered: true });
`;

export interface Slowness {
  readonly longestTaskMs: number;
  readonly slowestEventMs: number;
}

/** What was seen since the last time; forgets it. */
export const takeSlowness = (page: Page): Promise<Slowness> =>
  page.evaluate<Slowness>(
    `{ const seen = { ...slowness }; Object.assign(slowness, { longestTaskMs: 0, slowestEventMs: 0 }); seen; }`,
  );

/** Writes what the processor did meanwhile, for the performance panel of a browser. */
export async function profileCpu(page: Page, act: () => Promise<void>): Promise<string> {
  const session = await page.context().newCDPSession(page);
  await session.send('Profiler.enable');
  await session.send('Profiler.setSamplingInterval', { interval: 200 });
  await session.send('Profiler.start');
  await act();
  const { profile } = await session.send('Profiler.stop');
  await session.detach();
  return JSON.stringify(profile);
}
