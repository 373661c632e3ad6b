import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeSystemd } from '../agent-link/fake-systemd.ts';
import { hasChromium } from './chromium.ts';
import { lookAtPage, nothingWrong } from './check-page.ts';
import {
  addEnrolledServer,
  addLinkedServer,
  addServer,
  hostileText,
  type LinkedServer,
} from './infra-rows.ts';
import { startRoom, type Room } from './room.ts';

describe.skipIf(!hasChromium)('the servers', () => {
  let room: Room;
  let systemd: FakeSystemd;
  let anvil: LinkedServer;

  beforeAll(async () => {
    room = await startRoom({ env: { AGENT_HEARTBEAT_MIN_S: '1' } });
    systemd = new FakeSystemd();
    systemd.set('active', 'running');
    anvil = await addLinkedServer(room.controller, 'anvil');
    await addEnrolledServer(room.controller, 'bellows');
    await addServer(room, 'crucible', { address: '192.0.2.7', description: hostileText });
  });
  afterAll(async () => {
    await anvil.close();
    systemd.close();
    await room.close();
  });

  it('can be read by everyone, and ask nobody else', async () => {
    const look = await lookAtPage(room, {
      name: 'servers',
      path: '/servers?cols=state,name,pool,process,match,note,actions',
      ready: (page) => page.getByRole('link', { name: 'Manage anvil' }).waitFor(),
    });
    expect(look).toEqual(nothingWrong);
  });

  it('are shown by the filter sets, each with its count and an address of its own', async () => {
    const { page, context, problems } = await room.open('/servers');
    const manage = page.getByRole('link', { name: /^Manage / });
    const names = async (): Promise<(string | null)[]> =>
      (await Promise.all((await manage.all()).map((link) => link.getAttribute('aria-label')))).sort();
    const choose = async (name: RegExp): Promise<void> => {
      await page
        .getByRole('navigation', { name: 'Which servers are shown' })
        .getByRole('link', { name })
        .click();
    };
    await page.getByRole('link', { name: 'Manage crucible' }).waitFor();
    for (const [name, filter, expected] of [
      [/^Operational\s*1/, 'operational', ['Manage anvil']],
      [/^Needs attention\s*1/, 'needs_attention', ['Manage bellows']],
      [/^Matched\s*1/, 'matched', ['Manage anvil']],
      [/^Unmatched\s*2/, 'unmatched', ['Manage bellows', 'Manage crucible']],
    ] as const) {
      await choose(name);
      await page.waitForURL((url) => url.searchParams.get('filter') === filter);
      await page.getByRole('link', { name: expected[0] }).waitFor();
      expect(await names()).toEqual(expected);
    }
    await page.goto(page.url());
    await page.getByRole('link', { name: 'Manage bellows' }).waitFor();
    expect(await names()).toEqual(['Manage bellows', 'Manage crucible']);
    // Actions of the row: Manage, and nothing else.
    expect(
      await page
        .getByRole('table')
        .getByRole('button', { name: /start|stop|provision|edit/i })
        .count(),
    ).toBe(0);
    await page.getByRole('link', { name: 'Manage bellows' }).click();
    await page.waitForURL(/\/servers\/srv_/);
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('tell apart that there are none of a kind and that a filter hides them, and move with the fleet', async () => {
    const { page, context, problems } = await room.open('/servers?filter=operational');
    await page.getByRole('link', { name: 'Manage anvil' }).waitFor();
    systemd.set('inactive', 'dead');
    // A row that is read does not go by itself.
    await page.getByRole('button', { name: '1 gone – show' }).click({ timeout: 40_000 });
    await page.getByText('No servers fit the filter').waitFor();
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    await page.getByRole('link', { name: 'Manage anvil' }).waitFor();
    systemd.set('active', 'running');
    await page
      .getByRole('row', { name: /anvil.*operational|operational.*anvil/ })
      .waitFor({ timeout: 40_000 });
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });
});
