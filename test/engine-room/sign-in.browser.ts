import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBarriers } from './check-page.ts';
import { hasChromium, screenshots } from './chromium.ts';
import { startRoom, type Room } from './room.ts';

describe.skipIf(!hasChromium)('signing in', () => {
  let room: Room;
  beforeAll(async () => {
    room = await startRoom();
  });
  afterAll(() => room.close());

  it('takes a token, goes on where one was headed, and keeps the token nowhere', async () => {
    const token = await room.tokenOf('operator');
    const { page, context, problems } = await room.openSignedOut('/workers?q=anvil');
    const field = page.getByLabel('Token', { exact: true });
    await field.fill('iw_wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('AUTH_REQUIRED').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.screenshot({ path: `${screenshots}/sign-in-refused-light-1440.png` });
    await field.fill(token);
    await field.press('Enter');
    await page.getByRole('heading', { name: 'Workers', level: 1 }).waitFor();
    expect(new URL(page.url()).search).toBe('?q=anvil');
    const kept = await page.evaluate<string>('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])');
    expect(kept + JSON.stringify(await context.cookies())).not.toContain(token);
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('a session whose token is revoked leads to the sign-in page at once, and back to the same place', async () => {
    const minted = await room.api<{ token: string; token_id: string }>('POST', '/tokens', {
      name: 'leaver',
      role: 'viewer',
    });
    const { page, context } = await room.openSignedOut('/workers?q=anvil');
    await page.getByLabel('Token', { exact: true }).fill(minted.token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Workers', level: 1 }).waitFor();
    await page.getByText(/^Live, /).waitFor();
    await room.api('DELETE', `/tokens/${minted.token_id}`);
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await page.getByLabel('Token', { exact: true }).fill(await room.tokenOf('viewer'));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Workers', level: 1 }).waitFor();
    expect(new URL(page.url()).search).toBe('?q=anvil');
    await context.close();
  });

  it('signing out ends the other tabs as well', async () => {
    const { page, context } = await room.open('/overview');
    const other = await context.newPage();
    await other.goto(page.url());
    await other.getByText(/^Live, /).waitFor();
    await page.getByRole('button', { name: /admin of the tests/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await other.getByRole('button', { name: 'Sign in' }).waitFor();
    await context.close();
  });
});
