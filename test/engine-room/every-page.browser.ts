import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repositoryRoot } from '../guards/repository-files.ts';
import { findBarriers } from './check-page.ts';
import { hasChromium, screenshots } from './chromium.ts';
import { addRowsForEveryPage, type PageVisit } from './every-page-rows.ts';
import { startRoom, type Room } from './room.ts';
import { walkByTab } from './walk-by-tab.ts';

/** As they stand in the list of which routes and navigation are made, so that none can be left out here. */
const list = readFileSync(join(repositoryRoot, 'apps/engine-room/src/pages.ts'), 'utf8');
const paths = [...list.matchAll(/^ {4}path: '([^']+)',$/gm)].map(([, path]) => path ?? '');

/** Text, titles and labels with what steers terminals or turns the direction of text. */
const findHidden = `(() => {
  const hidden = /[\\u0000-\\u0008\\u000b-\\u001f\\u007f\\u200b-\\u200f\\u202a-\\u202e\\u2066-\\u2069\\ufeff]/u;
  const labels = [...document.querySelectorAll('*')].flatMap((element) =>
    ['title', 'aria-label', 'aria-description', 'placeholder', 'alt'].map((name) => element.getAttribute(name) ?? ''));
  return [document.title, document.body.innerText, ...labels].filter((text) => hidden.test(text)).map((text) => text.slice(0, 200));
})()`;

describe.skipIf(!hasChromium)('every page, with what strangers write on it', () => {
  let room: Room;
  let visits: Readonly<Record<string, PageVisit>>;

  beforeAll(async () => {
    room = await startRoom({ env: { ARTIFACT_STORE_RESERVE_BYTES: '0' } });
    visits = await addRowsForEveryPage(room);
  });
  afterAll(() => room.close());

  const visitOf = (path: string): PageVisit => {
    const visit = visits[path];
    if (visit === undefined) throw new Error(`${path} has no rows: add some in every-page-rows.ts`);
    return visit;
  };
  const waitFor = async (page: Page, { text, isHostile }: PageVisit): Promise<void> => {
    await page.getByRole('main').getByText(text).first().waitFor();
    if (isHostile) await page.getByText(/RLO/).first().waitFor({ state: 'attached' });
  };

  it('is in the list', () => {
    expect(paths).toHaveLength((list.match(/\bload: /g) ?? []).length);
    expect(Object.keys(visits).sort()).toEqual([...paths].sort());
  });

  it.each(paths)('%s shows it as text, and can be read by everyone', async (path) => {
    const visit = visitOf(path);
    for (const width of [1440, 390] as const) {
      const { page, context, problems } = await room.open(visit.address, { width });
      await waitFor(page, visit);
      expect(await page.locator('img[src="x"], main script, main style:not([nonce])').count()).toBe(0);
      expect(await page.evaluate(findHidden)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
        // Colours turn within the next frames.
        await page.evaluate(
          'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
        );
        expect(await findBarriers(page), `${colorScheme} ${width}`).toEqual([]);
        const name = path.slice(1).replaceAll(/\W+/g, '-');
        await page.screenshot({ path: join(screenshots, `hostile-${name}-${colorScheme}-${width}.png`) });
      }
      expect(problems).toEqual({ errors: [], foreign: [] });
      await context.close();
    }
  });

  it.each(paths)('everything on %s is reached by Tab, and seen to be', async (path) => {
    const visit = visitOf(path);
    const { page, context } = await room.open(visit.address);
    await waitFor(page, visit);
    // Nothing is to come or go under the feet of who walks.
    await page.getByRole('button', { name: /^Live, .*pause/ }).click();
    const { reached, ...lacking } = await walkByTab(page);
    expect(lacking).toEqual({ unreached: [], unmarked: [] });
    // The skip link, the bar and the navigation alone are more than this.
    expect(reached).toBeGreaterThan(15);
    await context.close();
  });
});
