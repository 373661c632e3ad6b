import { lookAtBegun } from '../api/begun-reads.ts';
import { afterPaint } from '../parts/after-paint.ts';
import type { PageEntry } from './page-entry.ts';

type View = NonNullable<PageEntry['firstView']>;

/** What comes later than that comes with the page. */
const longestMs = 200;

/**
 * Shows the first of a page from what it reads, which was begun. Done when that is on the screen or will not be: what was refused is
 * told by the page, and where nobody looks nothing is painted.
 */
export async function showFirstView(view: View, reads: readonly string[]): Promise<void> {
  const late = AbortSignal.timeout(longestMs);
  const isLate = new Promise<void>((resolve) => late.addEventListener('abort', () => resolve()));
  await Promise.race([drawFirstView(view, reads, late).catch(() => undefined), isLate]);
}

async function drawFirstView(view: View, reads: readonly string[], late: AbortSignal): Promise<void> {
  const [{ drawFirst }, answers] = await Promise.all([view(), Promise.all(reads.map(lookAtBegun))]);
  const texts = answers.flatMap((answer) => (answer?.ok === true ? [answer.text] : []));
  const place = document.getElementById('root');
  if (late.aborted || texts.length < answers.length || place === null) return;
  drawFirst(place, texts);
  await new Promise<void>((resolve) => afterPaint(resolve));
}
