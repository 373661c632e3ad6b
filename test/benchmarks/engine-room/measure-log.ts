import type { Page } from 'playwright-core';
import type { WrittenLog } from '../../engine-room/log-rows.ts';
import { timeToFrame, Times } from './watch-time.ts';

const goalMs = 300;

/**
 * In the pages of logs from their beginning: when the first lines stood on the screen, and how many there ever were. Not in others:
 * whoever asks at each frame keeps the browser drawing.
 */
export const watchLines = `
  window.log = { paintedMs: null, mostRows: 0 };
  if (location.pathname.includes('/logs/')) {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => (log.paintedMs ??= performance.now());
    const frame = () => {
      const rows = document.querySelectorAll('[data-line]');
      log.mostRows = Math.max(log.mostRows, rows.length);
      if (log.paintedMs === null && [...rows].some((row) => row.querySelector('bdi') !== null)) port2.postMessage(null);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }
`;

interface Load {
  readonly paintedMs: number;
  readonly pageMs: number;
  readonly scriptMs: number;
  readonly sessionMs: number;
  readonly linesMs: number;
}

const readLoad = `({
  paintedMs: log.paintedMs,
  pageMs: performance.getEntriesByType('navigation')[0].responseStart,
  scriptMs: Math.max(...performance.getEntriesByType('resource').filter(({ name }) => /assets.*index.*js$/.test(name)).map(({ responseEnd }) => responseEnd)),
  sessionMs: performance.getEntriesByType('resource').find(({ name }) => name.endsWith('/api/session')).responseEnd,
  linesMs: performance.getEntriesByType('resource').find(({ name }) => name.includes('/log/lines')).responseStart,
})`;

/**
 * The log's address typed in where a log is shown already, with the scripts in the browser's cache; and, for comparison, into an empty
 * tab, where no page has to be left first.
 */
export async function measureFirstLines(page: Page, address: string, samples: number): Promise<Times[]> {
  const first = new Times('from the address to the first lines', goalMs);
  const own = new Times('  from the first byte of the lines to them painted', goalMs);
  const steps = ['page, first byte', 'scripts, read', 'session, answered', 'lines, first byte'].map(
    (what) => new Times(`  after the address: ${what}`, null),
  );
  const open = async (): Promise<Load> => {
    await page.goto(address, { waitUntil: 'commit' });
    await page.locator('[data-line] bdi').first().waitFor();
    return page.evaluate<Load>(readLoad);
  };
  // The first load fills the cache, the second that of compiled code.
  for (let sample = -2; sample < samples; sample += 1) {
    const load = await open();
    if (sample < 0) continue;
    first.add(load.paintedMs);
    own.add(load.paintedMs - load.linesMs);
    for (const [index, ms] of [load.pageMs, load.scriptMs, load.sessionMs, load.linesMs].entries())
      steps[index]?.add(ms);
  }
  const empty = new Times('  the same from an empty tab', null);
  for (let sample = 0; sample < samples; sample += 1) {
    await page.goto('about:blank');
    empty.add((await open()).paintedMs);
  }
  return [first, own, ...steps, empty];
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
