import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium } from './chromium.ts';
import { addManyWorkers } from './fleet-rows.ts';
import { measurePages } from './page-sizes.ts';
import { startRoom, type Room } from './room.ts';

const mostBytes = 250_000;

describe('what a page costs to load', () => {
  const pages = [...measurePages()];

  it('there are pages', () => expect(pages.length).toBeGreaterThanOrEqual(3));

  it.each(pages)(`the scripts of %s come to less than ${mostBytes} bytes, packed`, (_page, bytes) => {
    expect(bytes).toBeLessThan(mostBytes);
  });
});

describe.skipIf(!hasChromium)('ten thousand workers', () => {
  let room: Room;
  beforeAll(async () => {
    room = await startRoom();
    await room.workers.add('anvil');
    await addManyWorkers(room.controller, 9_999);
  });
  afterAll(() => room.close());

  it('are in the table, with only those in the document that can be seen', async () => {
    const { page, context, problems } = await room.open('/workers');
    await page.getByText('10,000 of 10,000').waitFor();
    const rows = (): Promise<number> => page.locator('tbody tr[data-index]').count();
    expect(await rows()).toBeLessThan(100);
    expect(await page.getByRole('table').first().getAttribute('aria-rowcount')).toBe('10001');
    await page.getByRole('searchbox', { name: 'Filter the workers' }).fill('many-9999');
    await page.getByText('1 of 10,000').waitFor();
    await page.getByRole('searchbox', { name: 'Filter the workers' }).fill('');
    await page.getByText('10,000 of 10,000').waitFor();
    await page.getByRole('button', { name: 'Worker', exact: true }).click();
    await page.locator('tr[data-index="1"]').getByText('many-1', { exact: true }).waitFor();
    await page.evaluate('document.querySelector("[role=region]").scrollTop = 1e9');
    await page.getByRole('link', { name: 'many-9999', exact: true }).waitFor();
    expect(await rows()).toBeLessThan(100);
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });
});
