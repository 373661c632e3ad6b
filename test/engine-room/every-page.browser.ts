import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookAtPage, nothingWrong } from './check-page.ts';
import { hasChromium } from './chromium.ts';
import { addRowsForEveryPage } from './every-page-rows.ts';
import { pageCount, pagePaths, visitOf, waitForVisit, type PageVisit } from './page-visits.ts';
import { startRoom, type Room } from './room.ts';

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

  it('is in the list', () => {
    expect(pagePaths).toHaveLength(pageCount);
    expect(Object.keys(visits).sort()).toEqual([...pagePaths].sort());
  });

  it.each(pagePaths)('%s shows it as text, and can be read by everyone', async (path) => {
    const visit = visitOf(visits, path);
    const ready = async (page: Page): Promise<void> => {
      await waitForVisit(page, visit);
      expect(await page.locator('img[src="x"], main script, main style:not([nonce])').count()).toBe(0);
      expect(await page.evaluate(findHidden)).toEqual([]);
    };
    const name = `every-${path.slice(1).replaceAll(/\W+/g, '-')}`;
    expect(await lookAtPage(room, { name, path: visit.address, ready })).toEqual(nothingWrong);
  });
});
