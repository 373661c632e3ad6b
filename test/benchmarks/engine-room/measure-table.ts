import type { Page } from 'playwright-core';
import { takeSlowness, timeToFrame, Times, type Slowness } from './watch-time.ts';

const goalMs = 100;
/** Longer than the page waits between two looks at heartbeats. */
const restMs = 25_000;

const countText = `[...document.querySelectorAll('[role=status]')].find((one) => / of 10,000$/.test(one.textContent))?.textContent`;
const firstName = `document.querySelector('tr[data-index="0"] a')?.textContent ?? ''`;
const scroller = `document.querySelector('[role=region][aria-label^="Table"]')`;
/** Top and bottom of the window on the table hold rows, not the empty room between them. */
const isFilled = `(() => {
  const { left, top, bottom } = ${scroller}.getBoundingClientRect();
  return [top + 60, Math.min(bottom, innerHeight) - 20].every((y) =>
    document.elementFromPoint(left + 60, y)?.closest('tr[data-index]') != null);
})()`;

export interface TableFigures {
  readonly times: readonly Times[];
  /** While somebody acts. */
  readonly acting: Slowness;
  /** While nobody does, and the list is read again. */
  readonly resting: Slowness;
  readonly mostRows: number;
}

/** Typing, sorting, scrolling and opening menus in a table of 10,000 workers that is on the page. */
export async function measureTable(page: Page, samples: number): Promise<TableFigures> {
  const filter = new Times('filter: a key to the rows that fit', goalMs);
  const sort = new Times('sort: a click to the new order', goalMs);
  const scroll = new Times('scroll: the wheel, by a page', goalMs);
  const menu = new Times('row menu: a click to the menu', goalMs);
  let mostRows = 0;
  const countRows = async (): Promise<void> => {
    mostRows = Math.max(mostRows, await page.locator('tbody tr[data-index]').count());
  };
  await takeSlowness(page);

  await page.getByRole('searchbox', { name: 'Filter the workers' }).focus();
  const keys = ['4', '7', '1', 'Backspace', 'Backspace', 'Backspace'];
  for (let sample = 0; sample < samples; sample += 1) {
    const key = keys[sample % keys.length] ?? '4';
    const how = { event: 'keydown', look: countText, isDone: 'now !== before' };
    filter.add(await timeToFrame(page, how, () => page.keyboard.press(key)));
    await countRows();
  }
  await page.getByRole('searchbox', { name: 'Filter the workers' }).fill('');
  await page.getByText('10,000 of 10,000').waitFor();

  for (let sample = 0; sample < samples; sample += 1) {
    const how = { event: 'click', look: firstName, isDone: `now !== before && now !== ''` };
    sort.add(
      await timeToFrame(page, how, () =>
        page.getByRole('button', { name: 'Worker', exact: true }).click({ noWaitAfter: true }),
      ),
    );
  }

  await page.locator('tr[data-index="3"]').hover();
  const height = await page.evaluate<number>(`${scroller}.clientHeight`);
  for (let sample = 0; sample < samples; sample += 1) {
    const how = {
      event: 'wheel',
      look: `${scroller}.scrollTop`,
      isDone: `now !== before && ${isFilled}`,
    };
    scroll.add(await timeToFrame(page, how, () => page.mouse.wheel(0, height)));
    await countRows();
  }
  await page.evaluate(`${scroller}.scrollTop = 0`);

  for (let sample = 0; sample < samples; sample += 1) {
    const how = { event: 'click', look: `document.querySelector('[role=menu]')`, isDone: 'now !== null' };
    const button = page
      .locator(`tr[data-index="${(sample % 5) + 1}"]`)
      .getByRole('button', { name: /^Actions/ });
    menu.add(await timeToFrame(page, how, () => button.click({ noWaitAfter: true })));
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
  }
  const acting = await takeSlowness(page);
  await page.waitForTimeout(restMs);
  return { times: [filter, sort, scroll, menu], acting, resting: await takeSlowness(page), mostRows };
}
