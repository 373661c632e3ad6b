import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, screenshots } from './chromium.ts';
import { newEvent, postEvents } from './fleet-rows.ts';
import { WrittenLog } from './log-rows.ts';
import { basePath, startRoom, type Room } from './room.ts';
import { DroppingProxy } from '../agent-link/dropping-proxy.ts';

describe.skipIf(!hasChromium)('the live stream in the browser', () => {
  let room: Room;
  beforeAll(async () => {
    room = await startRoom();
    await room.workers.add('anvil');
  });
  afterAll(() => room.close());

  it('shows what happens without a reload', async () => {
    const { page, context, problems } = await room.open('/overview');
    await page.getByText(/^Live, /).waitFor();
    await postEvents(room.controller, [newEvent({ name: 'first' })]);
    await page.getByTestId('latest-results').getByText('first').waitFor();
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('a page that is left is not drawn once more as cut off', async () => {
    const { page, context } = await room.open('/overview');
    await page.getByText(/^Live, /).waitFor();
    // Comes after the page has heard that it is left, and after all that it did because of that.
    await page.evaluate(`document.addEventListener('visibilitychange', () =>
      sessionStorage.setItem('left', document.querySelector('[data-phase]').getAttribute('data-phase')))`);
    await page.goto(`${room.controller.url}${basePath}/workers`);
    await page.getByText(/^Live, /).waitFor();
    expect(await page.evaluate(`sessionStorage.getItem('left')`)).toBe('live');
    await context.close();
  });

  it('when it is cut, what is shown is marked as old; afterwards it has caught up, and has nothing twice', async () => {
    const proxy = await DroppingProxy.start(room.controller.url);
    const { page, context } = await room.open('/overview', { url: proxy.url });
    await page.getByTestId('latest-results').getByText('first').waitFor();
    await page.getByText(/^Live, /).waitFor();
    proxy.isDropping = true;
    await page.getByTestId('stale').waitFor();
    await page.getByText(/^Stale, /).waitFor();
    expect(await page.locator('[data-stale="true"]').count()).toBe(1);
    await page.screenshot({ path: `${screenshots}/stale-light-1440.png`, fullPage: true });
    await postEvents(
      room.controller,
      ['second', 'third'].map((name) => newEvent({ name })),
    );
    await room.api('POST', '/claims/pause', {});
    expect(await page.getByTestId('latest-results').getByText('second').count()).toBe(0);
    proxy.heal();
    await page.getByText(/^Live, /).waitFor();
    await page.getByTestId('stale').waitFor({ state: 'detached' });
    const results = page.getByTestId('latest-results');
    await results.getByText('third').waitFor();
    await page.getByText('All claims are paused').waitFor();
    for (const name of ['first', 'second', 'third'])
      expect([name, await results.getByText(name, { exact: true }).count()]).toEqual([name, 1]);
    await context.close();
    await proxy.close();
  });

  it('cut for a minute, table, list and log are marked as old all the while, then catch up, with nothing twice', async () => {
    const proxy = await DroppingProxy.start(room.controller.url);
    await room.api('POST', '/claims/resume', {});
    const writer = await room.workers.add('writer');
    const claim = await writer.claim('scipy', '1.14.0', {
      python_tag: 'cp312',
      platform_tag: 'manylinux_2_28_s390x',
    });
    const log = new WrittenLog(room.controller, claim);
    await log.write('before the cut\nhalf of');
    const opened = [];
    for (const path of ['/history', '/workers', `/logs/${claim.attempt_id}`])
      opened.push(await room.open(path, { url: proxy.url }));
    const pages = opened.map(({ page }) => page);
    const [history, workers, attempt] = pages as [Page, Page, Page];
    for (const page of pages) await page.getByText(/^Live, /).waitFor();
    await history.getByRole('link', { name: 'first 1.0' }).waitFor();
    await workers.getByRole('link', { name: 'writer' }).waitFor();
    await attempt.getByText('half of').waitFor();

    proxy.isDropping = true;
    for (const page of pages) await page.getByText(/^Stale, /).waitFor();
    const names = ['during-1', 'during-2', 'during-3'];
    await postEvents(
      room.controller,
      names.map((name) => newEvent({ name })),
    );
    await room.workers.add('latecomer');
    await log.write(` a line\n${names.map((name) => `${name} is built\n`).join('')}`);
    for (const page of pages) {
      await page.getByText(/What is shown may be 1 min .*old/).waitFor({ timeout: 90_000 });
      expect(await page.locator('[data-stale="true"]').count()).toBe(1);
      expect(await page.getByText(/during-|latecomer/).count()).toBe(0);
    }

    proxy.heal();
    for (const page of pages) {
      await page.getByText(/^Live, /).waitFor();
      await page.getByTestId('stale').waitFor({ state: 'detached' });
    }
    await log.write('after the cut\n');
    await history.getByRole('button', { name: '3 new – show' }).click();
    await workers.getByRole('button', { name: '1 new – show' }).click();
    await workers.getByRole('link', { name: 'latecomer' }).waitFor();
    await attempt.getByText('6 lines').waitFor();
    const countOf = async (page: Page, texts: readonly string[]): Promise<number[]> =>
      Promise.all(texts.map((text) => page.getByText(text, { exact: true }).count()));
    expect(
      await countOf(
        history,
        [...names, 'first'].map((name) => `${name} 1.0`),
      ),
    ).toEqual([1, 1, 1, 1]);
    expect(await countOf(workers, ['anvil', 'writer', 'latecomer'])).toEqual([1, 1, 1]);
    const lines = await attempt.locator('[data-line]').allInnerTexts();
    expect(lines.map((text) => text.replace(/^\d+\s*/, ''))).toEqual([
      'before the cut',
      'half of a line',
      ...names.map((name) => `${name} is built`),
      'after the cut',
    ]);
    for (const { context } of opened) await context.close();
    await proxy.close();
  });

  it('paused, nothing changes until it goes on', async () => {
    await postEvents(room.controller, [newEvent({ name: 'before' })]);
    const { page, context } = await room.open('/overview');
    await page.getByText(/^Live, /).waitFor();
    // A page that has not read anything yet does so once, paused or not.
    await page.getByTestId('latest-results').getByText('before').waitFor();
    await page.getByRole('button', { name: /^Live, .*pause/ }).click();
    await page
      .getByText(/^Paused/)
      .first()
      .waitFor();
    await postEvents(room.controller, [newEvent({ name: 'fourth' })]);
    const unpaused = await room.open('/overview');
    await unpaused.page.getByTestId('latest-results').getByText('fourth').waitFor();
    expect(await page.getByTestId('latest-results').getByText('fourth').count()).toBe(0);
    await page.getByRole('button', { name: /go live again/ }).click();
    await page.getByTestId('latest-results').getByText('fourth').waitFor();
    await context.close();
    await unpaused.context.close();
  });

  it('new rows of a table wait until they are asked for; those that are there change in their places', async () => {
    const { page, context } = await room.open('/workers?sort=name');
    await page.getByRole('link', { name: 'anvil' }).waitFor();
    const added = await room.workers.add('aardvark');
    await room.api('POST', `/workers/${added.id}/pause`, {});
    const show = page.getByRole('button', { name: '1 new – show' });
    await show.waitFor();
    expect(await page.getByRole('link', { name: 'aardvark' }).count()).toBe(0);
    await show.click();
    await page.getByRole('link', { name: 'aardvark' }).waitFor();
    await context.close();
  });
});
