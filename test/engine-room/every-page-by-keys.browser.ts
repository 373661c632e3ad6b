import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium } from './chromium.ts';
import { addRowsForEveryPage } from './every-page-rows.ts';
import { pagePaths, visitOf, waitForVisit, type PageVisit } from './page-visits.ts';
import { startRoom, type Room } from './room.ts';
import { walkByTab } from './walk-by-tab.ts';

describe.skipIf(!hasChromium)('every page, by keys', () => {
  let room: Room;
  let visits: Readonly<Record<string, PageVisit>>;

  beforeAll(async () => {
    room = await startRoom({ env: { ARTIFACT_STORE_RESERVE_BYTES: '0' } });
    visits = await addRowsForEveryPage(room);
  });
  afterAll(() => room.close());

  it.each(pagePaths)('everything on %s is reached by Tab, and seen to be', async (path) => {
    const visit = visitOf(visits, path);
    const { page, context } = await room.open(visit.address);
    await waitForVisit(page, visit);
    // Nothing is to come or go under the feet of who walks.
    await page.getByRole('button', { name: /^Live, .*pause/ }).click();
    const { reached, ...lacking } = await walkByTab(page);
    expect(lacking).toEqual({ unreached: [], unmarked: [] });
    // The skip link, the bar and the navigation alone are more than this.
    expect(reached).toBeGreaterThan(15);
    await context.close();
  });
});
