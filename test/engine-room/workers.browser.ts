import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, screenshots } from './chromium.ts';
import { findBarriers, lookAtPage, nothingWrong } from './check-page.ts';
import { newEvent, postEvents } from './fleet-rows.ts';
import { startRoom, type Room } from './room.ts';
import { takePicture } from './take-picture.ts';

describe.skipIf(!hasChromium)('the workers', () => {
  let room: Room;
  let anvil: string;

  beforeAll(async () => {
    room = await startRoom();
    anvil = (await room.workers.add('anvil')).id;
    await room.workers.add('bellows', {
      health: {
        ok: false,
        problems: [{ code: 'DISK_LOW', text: 'Only 2 GB are free in /var/lib/ironwheel.' }],
      },
    });
    const crucible = (await room.workers.add('crucible')).id;
    await room.api('POST', `/workers/${crucible}/pause`, {
      reason: 'The kernel is being updated.',
      for_s: 7200,
    });
    const die = (await room.workers.add('die')).id;
    await room.api('POST', `/workers/${die}/quarantine`, {
      reason: 'Three builds in a row ended with SIGILL.',
    });
    const failing = await room.workers.add('engine');
    const target = { python_tag: 'cp312', platform_tag: 'manylinux_2_28_s390x' };
    await failing.report(await failing.claim('lxml', '5.3.0', target), []);
    await postEvents(room.controller, [newEvent({ name: 'numpy', version: '2.1.0' })]);
  });
  afterAll(() => room.close());

  it('a healthy one can be read by everyone, and asks nobody else', async () => {
    const look = await lookAtPage(room, {
      name: 'worker',
      path: `/workers/${anvil}`,
      ready: (page) => page.getByRole('heading', { name: 'Activity' }).waitFor(),
    });
    expect(look).toEqual(nothingWrong);
  });

  it('are paused, drained, put in quarantine and set free, with a look at what they hold', async () => {
    const { page, context, problems } = await room.open('/workers', { role: 'operator' });
    const row = page.getByRole('row').filter({ hasText: 'anvil' });
    await row.waitFor();
    await takePicture(page, 'workers');
    const ask = async (verb: string, confirm: string): Promise<void> => {
      await row.getByRole('button', { name: 'Actions for anvil' }).click();
      await page.getByRole('menuitem', { name: verb, exact: true }).click();
      const dialog = page.getByRole('dialog');
      if (verb === 'Pause') {
        await dialog.getByText('It builds nothing.').waitFor();
        expect(await findBarriers(page)).toEqual([]);
        await page.screenshot({ path: `${screenshots}/worker-pause-light-1440.png` });
        await takePicture(page, 'worker-pause');
      }
      await dialog.getByLabel('Reason').fill('New disk.');
      await dialog.getByRole('button', { name: confirm, exact: true }).click();
      await dialog.waitFor({ state: 'hidden' });
    };
    await ask('Pause', 'Pause');
    await row.getByText('paused').waitFor();
    await ask('Resume', 'Resume');
    await row.getByText('idle').waitFor();
    await ask('Drain', 'Drain');
    await row.getByText('drained').waitFor();
    await ask('Quarantine', 'Quarantine');
    await row.getByText('quarantined').waitFor();
    await ask('End quarantine', 'End quarantine');
    await ask('Resume', 'Resume');
    await row.getByText('idle').waitFor();
    const trail = await room.api<{ items: { action: string; reason: string | null }[] }>(
      'GET',
      `/audit?subject=${anvil}`,
    );
    expect(trail.items.map(({ action }) => action.split('/').at(-1))).toEqual(
      expect.arrayContaining(['pause', 'resume', 'drain', 'quarantine', 'unquarantine']),
    );
    expect(trail.items[0]?.reason).toBe('New disk.');
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('an orphan is registered as a server', async () => {
    const { page, context } = await room.open('/workers?q=engine', { role: 'operator' });
    await page.getByRole('button', { name: 'Register server' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Register server' }).click();
    await page.getByText('engine has a server now.').waitFor();
    const servers = await room.api<{ items: { name: string }[] }>('GET', '/servers');
    expect(servers.items.map(({ name }) => name)).toEqual(['engine']);
    await context.close();
  });

  it('a decision is told from its log line to what was done', async () => {
    const { page, context, problems } = await room.open('/workers');
    await page.getByLabel('Or one of the latest failures').selectOption({ label: 'lxml 5.3.0' });
    await page.getByText('What else there was').waitFor();
    await page.getByText('classify', { exact: true }).waitFor();
    expect(new URL(page.url()).searchParams.get('trace')).toMatch(/^att_/);
    expect(await findBarriers(page)).toEqual([]);
    await page.screenshot({ path: `${screenshots}/decision-trace-light-1440.png`, fullPage: true });
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('everything goes by keys: filter, rows, a page and back, and the help', async () => {
    const { page, context } = await room.open('/workers');
    await page.getByRole('link', { name: 'anvil' }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await expect.poll(() => page.evaluate('document.activeElement?.getAttribute("data-index")')).toBe('1');
    await page.keyboard.press('k');
    await expect.poll(() => page.evaluate('document.activeElement?.getAttribute("data-index")')).toBe('0');
    const first = await page.locator('tr[data-index="0"]').getByRole('link').first().innerText();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: first, level: 1 }).waitFor();
    expect(await page.evaluate('document.activeElement?.id')).toBe('content');
    await page.keyboard.press('g');
    await page.keyboard.press('w');
    await page.getByRole('heading', { name: 'Workers', level: 1 }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).getByText('Next row').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.getByRole('combobox', { name: 'Name, id or digest' }).fill('anv');
    await page.getByRole('option', { name: /anvil/ }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.screenshot({ path: `${screenshots}/search-light-1440.png` });
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'anvil', level: 1 }).waitFor();
    await context.close();
  });

  it('filter, sort and columns survive a reload, and tell an empty filter from an empty list', async () => {
    const { page, context } = await room.open('/workers');
    await page.getByRole('searchbox', { name: 'Filter the workers' }).fill('nobody');
    await page.getByText(/No workers fit the filter; \d+ are hidden by it/).waitFor();
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    await page.getByRole('button', { name: 'Worker', exact: true }).click();
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('checkbox', { name: 'Version' }).check();
    await page.getByRole('columnheader', { name: 'Version' }).waitFor();
    await page.reload();
    await page.getByRole('columnheader', { name: 'Version' }).waitFor();
    expect(await page.getByRole('columnheader', { name: /^Worker/ }).getAttribute('aria-sort')).toBe(
      'ascending',
    );
    await context.close();
  });
});
