import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { screenshots } from './chromium.ts';
import type { Room } from './room.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Of the passed ones axe would write down every element, which takes longer than looking. */
const options = JSON.stringify({ runOnly: { type: 'tag', values: rules }, resultTypes: ['violations'] });

/** What axe has against the page by WCAG 2.2 AA: rule, place, and what it saw. */
export async function findBarriers(page: Page): Promise<string[]> {
  // By the debugger's door: the page's own policy lets no such script in.
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(axeSource);
  const violations = await page.evaluate<AxeResults['violations']>(
    `axe.run(document, ${options}).then((results) => results.violations)`,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary ?? ''}`),
  );
}

export interface LookOptions {
  /** Of the files of the screenshots. */
  readonly name: string;
  readonly path: string;
  /** Waits until the page shows what it is to show. */
  readonly ready: (page: Page) => Promise<unknown>;
}

export interface Look {
  readonly barriers: readonly string[];
  readonly errors: readonly string[];
  readonly foreign: readonly string[];
  /** Widths (px) by which the page is broader than the window; a page never scrolls sideways as a whole. */
  readonly overflows: readonly string[];
}

/** Turns an open page light or dark, as a system does at dusk, and waits until its colours have turned. */
async function turn(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
}

/** A page is loaded in one colour scheme and turned to the other; in which first is changed with the width. */
const ways = [
  [1440, ['light', 'dark']],
  [390, ['dark', 'light']],
] as const;

/** Looks at a page broad and narrow, light and dark; takes a picture of each and collects what is wrong. */
export async function lookAtPage(room: Room, { name, path, ready }: LookOptions): Promise<Look> {
  const look = { barriers: [], errors: [], foreign: [], overflows: [] } as {
    [key in keyof Look]: string[];
  };
  for (const [width, schemes] of ways) {
    const { page, context, problems } = await room.open(path, { width, colorScheme: schemes[0] });
    await ready(page);
    for (const colorScheme of schemes) {
      await turn(page, colorScheme);
      await page.screenshot({
        path: join(screenshots, `${name}-${colorScheme}-${width}.png`),
        fullPage: true,
        animations: 'disabled',
      });
      look.barriers.push(...(await findBarriers(page)).map((one) => `${colorScheme} ${width}: ${one}`));
      const over = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      if (over > 0) look.overflows.push(`${colorScheme} ${width}: ${over} px`);
    }
    look.errors.push(...problems.errors);
    look.foreign.push(...problems.foreign);
    await context.close();
  }
  return look;
}

export const nothingWrong: Look = { barriers: [], errors: [], foreign: [], overflows: [] };
