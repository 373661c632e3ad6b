import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { screenshots } from './chromium.ts';
import type { Room } from './room.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What axe has against the page by WCAG 2.2 AA: rule, place, and what it saw. */
export async function findBarriers(page: Page): Promise<string[]> {
  // By the debugger's door: the page's own policy lets no such script in.
  await page.evaluate(axeSource);
  const options = JSON.stringify({ runOnly: { type: 'tag', values: rules } });
  const results = await page.evaluate<AxeResults>(`axe.run(document, ${options})`);
  return results.violations.flatMap(({ id, nodes }) =>
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

/** Opens a page in light and dark, broad and narrow; takes a picture of each and collects what is wrong. */
export async function lookAtPage(room: Room, { name, path, ready }: LookOptions): Promise<Look> {
  const look = { barriers: [], errors: [], foreign: [], overflows: [] } as {
    [key in keyof Look]: string[];
  };
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1440, 390] as const) {
      const { page, context, problems } = await room.open(path, { colorScheme, width });
      await ready(page);
      await page.screenshot({
        path: join(screenshots, `${name}-${colorScheme}-${width}.png`),
        fullPage: true,
        animations: 'disabled',
      });
      look.barriers.push(...(await findBarriers(page)).map((one) => `${colorScheme} ${width}: ${one}`));
      const over = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      if (over > 0) look.overflows.push(`${colorScheme} ${width}: ${over} px`);
      look.errors.push(...problems.errors);
      look.foreign.push(...problems.foreign);
      await context.close();
    }
  }
  return look;
}

export const nothingWrong: Look = { barriers: [], errors: [], foreign: [], overflows: [] };
