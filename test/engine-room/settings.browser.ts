import { callController } from '@ironwheel/testing';
import type { TokenView } from '@ironwheel/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium } from './chromium.ts';
import { lookAtPage, nothingWrong } from './check-page.ts';
import { addServer, hostileText } from './infra-rows.ts';
import { startRoom, type Room } from './room.ts';

describe.skipIf(!hasChromium)('the settings', () => {
  let room: Room;
  let anvil: string;

  beforeAll(async () => {
    room = await startRoom();
    anvil = await addServer(room, 'anvil');
    await room.api('PATCH', `/servers/${anvil}`, { description: 'x', reason: hostileText });
    await room.api('POST', '/claims/pause', { reason: 'The index is being moved.' });
    await room.api('POST', '/claims/resume', {});
  });
  afterAll(() => room.close());

  const tokens = async (): Promise<TokenView[]> =>
    (await room.api<{ items: TokenView[] }>('GET', '/tokens')).items;

  it('make a token whose secret is shown once, and revoke it by its name', async () => {
    const { page, context, problems } = await room.open('/settings?tab=tokens');
    await page.getByRole('button', { name: 'Create a token' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('nightly');
    await dialog.getByLabel('Role').selectOption('operator');
    await dialog.getByLabel('Holds for').selectOption('2592000');
    await dialog.getByRole('button', { name: 'Create' }).click();
    const secret = (await dialog.getByLabel('The new token').textContent()) ?? '';
    const session = () => callController(room.controller, 'GET', '/api/session', secret);
    expect((await session()).body).toMatchObject({ name: 'nightly', role: 'operator' });
    expect((await tokens()).find(({ name }) => name === 'nightly')?.expires_at).not.toBeNull();
    await dialog.getByRole('button', { name: 'Done' }).click();
    expect(await page.content()).not.toContain(secret);

    await page.getByRole('button', { name: /new – show$/ }).click();
    await page.getByRole('button', { name: 'Revoke nightly' }).click();
    await dialog.getByLabel('Reason').fill('The nightly run moved.');
    await dialog.getByLabel('Type nightly to confirm').fill('nightly');
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('row', { name: /revoked nightly/ }).waitFor();
    expect((await session()).status).toBe(401);
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('look through the whole audit trail by who, what and to what, with an address for each', async () => {
    const { page, context, problems } = await room.open('/settings?tab=audit');
    const table = page.getByRole('table');
    await table.getByText('POST /api/claims/pause').waitFor();
    await page.getByLabel('To what, exactly').fill(anvil);
    await page.getByRole('button', { name: 'Search the trail' }).click();
    await page.waitForURL((url) => url.searchParams.get('subject') === anvil);
    await table.getByText('PATCH /api/servers/:id').waitFor();
    expect(await table.getByText('POST /api/claims/pause').count()).toBe(0);
    await page.reload();
    await table.getByText('PATCH /api/servers/:id').waitFor();
    await table.getByText('PATCH /api/servers/:id').dblclick();
    await page.getByRole('dialog').getByText('<img src=x onerror=alert(1)>').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await page.getByLabel('Who').fill('nobody of that name');
    await page.getByRole('button', { name: 'Search the trail' }).click();
    await page.getByText('No entries shown fit the filter').waitFor();
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    await table.getByText('POST /api/claims/pause').waitFor();
    // Others are told of it without asking.
    await room.api('POST', '/claims/pause', { reason: 'again' });
    await page.getByRole('button', { name: '1 new – show' }).click();
    await table.getByRole('row', { name: /claims\/pause.*again/ }).waitFor();
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('keep tokens and trail from those who are no administrators', async () => {
    const { page, context, problems } = await room.open('/settings?tab=tokens', { role: 'operator' });
    await page.getByText('Administrators see the tokens here.').waitFor();
    await page.getByRole('link', { name: 'Audit trail' }).click();
    await page.getByText('Administrators see here who did what.').waitFor();
    await page.getByRole('link', { name: 'Policy in force' }).click();
    await page.getByRole('heading', { name: 'Version 1' }).waitFor();
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it.each([
    ['configuration', '', 'What is built'],
    ['tokens', '?tab=tokens', 'Create a token'],
    ['policy', '?tab=policy', 'Quarantine of workers'],
  ])('can be read by everyone, and ask nobody else: %s', async (name, query, text) => {
    const look = await lookAtPage(room, {
      name: `settings-${name}`,
      path: `/settings${query}`,
      ready: (page) => page.getByText(text).first().waitFor(),
    });
    expect(look).toEqual(nothingWrong);
  });
});
