import type { Page, Request } from 'playwright-core';
import type { WrittenLog } from '../../engine-room/log-rows.ts';
import { timeToFrame, Times } from './watch-time.ts';

const goalMs = 300;
/** A page that has just read the errors of its log still draws them, and is left only when it has; nobody types as fast as that. */
const restMs = 1_000;

/**
 * In the pages of logs from their beginning: when the first lines stood on the screen, when all of the page did, and how many lines
 * there ever were. Looked at when the document changes: whoever asks at each frame makes the browser draw each.
 */
export const watchLines = `
  window.log = { paintedMs: null, wholeMs: null, mostRows: 0 };
  if (location.pathname.includes('/logs/')) {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => (log[data] = performance.now());
    const waited = { paintedMs: '[data-line] bdi', wholeMs: '[data-total] [data-line] bdi' };
    const look = () => {
      log.mostRows = Math.max(log.mostRows, document.querySelectorAll('[data-line]').length);
      for (const [name, selector] of Object.entries(waited)) {
        if (document.querySelector(selector) === null) continue;
        delete waited[name];
        // In the frame that paints it: what a message brings comes behind it.
        requestAnimationFrame(() => port2.postMessage(name));
      }
    };
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
  }
`;

interface Load {
  readonly paintedMs: number;
  readonly wholeMs: number;
  readonly pageMs: number;
  readonly scriptMs: number;
  readonly sessionMs: number;
  readonly linesMs: number;
}

const readLoad = `({
  paintedMs: log.paintedMs,
  wholeMs: log.wholeMs,
  pageMs: performance.getEntriesByType('navigation')[0].responseStart,
  scriptMs: Math.max(...performance.getEntriesByType('resource').filter(({ name }) => /assets.*index.*js$/.test(name)).map(({ responseEnd }) => responseEnd)),
  sessionMs: performance.getEntriesByType('resource').find(({ name }) => name.endsWith('/api/session')).responseEnd,
  linesMs: performance.getEntriesByType('resource').find(({ name }) => name.includes('/log/lines')).responseStart,
})`;

/**
 * A page has looked through its log for errors, which takes the controller seconds with so many lines. Who goes on sooner waits for
 * answers of a controller that is busy with the page before: nobody types an address as fast as that.
 */
const isLastRead = (request: Request): boolean => request.url().endsWith('/log/errors');

const firstPaint = `performance.getEntriesByName('first-paint')[0]?.startTime ?? null`;

/**
 * The log's address typed in where a log is shown already, with the scripts in the browser's cache; for comparison into an empty tab,
 * where no page has to be left first but the browser starts a process, and, from the log as well, a page of one line without scripts:
 * what leaving a page and coming to another takes by itself.
 */
export async function measureFirstLines(page: Page, address: string, samples: number): Promise<Times[]> {
  const first = new Times('from the address to the first lines', goalMs);
  const own = new Times('  from the first byte of the lines to them painted', goalMs);
  const whole = new Times('  after the address: all of the page', null);
  const steps = ['page, first byte', 'scripts, read', 'session, answered', 'lines, first byte'].map(
    (what) => new Times(`  after the address: ${what}`, null),
  );
  const open = async (): Promise<Load> => {
    const rest = page.waitForEvent('requestfinished', isLastRead);
    await page.goto(address, { waitUntil: 'commit' });
    // Nothing is asked of the page until then: what Playwright puts into a document for that takes the page tens of milliseconds.
    await rest;
    const load = await page.evaluate<Load>(readLoad);
    await page.waitForTimeout(restMs);
    return load;
  };
  // The first load fills the cache, the second that of compiled code.
  for (let sample = -2; sample < samples; sample += 1) {
    const load = await open();
    if (sample < 0) continue;
    first.add(load.paintedMs);
    own.add(load.paintedMs - load.linesMs);
    whole.add(load.wholeMs);
    for (const [index, ms] of [load.pageMs, load.scriptMs, load.sessionMs, load.linesMs].entries())
      steps[index]?.add(ms);
  }
  const empty = new Times('  the same from an empty tab', null);
  const compared = Math.ceil(samples / 3);
  for (let sample = 0; sample < compared; sample += 1) {
    await page.goto('about:blank');
    empty.add((await open()).paintedMs);
  }
  const bare = new Times('  a page of one line, without scripts, painted', null);
  for (let sample = 0; sample < compared; sample += 1) {
    await page.goto(new URL('/api/health/live', address).href);
    let painted: number | null = null;
    while (painted === null) painted = await page.evaluate<number | null>(firstPaint);
    bare.add(painted);
    await open();
  }
  return [first, own, ...steps, whole, empty, bare];
}

/** The link to the log on the page of its job, pressed. */
export async function measureLink(page: Page, jobAddress: string, samples: number): Promise<Times> {
  const times = new Times('from a link to the first lines', goalMs);
  for (let sample = 0; sample < samples; sample += 1) {
    await page.goto(jobAddress);
    const link = page.getByRole('link', { name: /^Log of attempt/ }).first();
    await link.waitFor();
    const how = { event: 'click', look: `document.querySelector('[data-line] bdi')`, isDone: 'now !== null' };
    times.add(await timeToFrame(page, how, () => link.click({ noWaitAfter: true })));
  }
  return times;
}

const scroller = `document.querySelector('[data-total]')`;
const takeMostRows = `{ const seen = log.mostRows; log.mostRows = 0; seen; }`;

/** Lines in the document at most, while one scrolls, jumps, and follows what is written. */
export async function countRows(
  page: Page,
  {
    address,
    followed,
    written,
  }: { readonly address: string; readonly followed: string; readonly written: WrittenLog },
): Promise<Readonly<Record<string, number>>> {
  await page.goto(address);
  await page.locator('[data-line]').first().waitFor();
  await page.getByRole('region', { name: /^Log of/ }).hover();
  await page.evaluate(takeMostRows);
  for (let step = 0; step < 60; step += 1) await page.mouse.wheel(0, -700);
  const scrolling = await page.evaluate<number>(takeMostRows);
  for (let step = 0; step < 40; step += 1) {
    await page.evaluate(`${scroller}.scrollTop = ${scroller}.scrollHeight * ${(step * 0.37) % 1}`);
    await page.waitForTimeout(60);
  }
  const jumping = await page.evaluate<number>(takeMostRows);
  await page.goto(followed);
  await page.getByText('being written').waitFor();
  for (let step = 0; step < 40; step += 1) {
    const text = Array.from({ length: 500 }, (_, line) => `cc -O2 -c part${step * 500 + line}.c\n`).join('');
    await written.write(text);
  }
  await page.getByText('cc -O2 -c part19999.c').waitFor();
  return { scrolling, jumping, following: await page.evaluate<number>(takeMostRows) };
}
