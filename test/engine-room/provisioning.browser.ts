import { fileURLToPath } from 'node:url';
import type { BundleView, ServerView } from '@ironwheel/contracts';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeSystemd } from '../agent-link/fake-systemd.ts';
import { hasChromium } from './chromium.ts';
import { lookAtPage, nothingWrong } from './check-page.ts';
import { FalseHost } from './false-host.ts';
import { addServer } from './infra-rows.ts';
import { startRoom, type Room } from './room.ts';
import { takePicture } from './take-picture.ts';

const agentBundle = fileURLToPath(new URL('../../dist/agent/main.mjs', import.meta.url));

describe.skipIf(!hasChromium)('the provisioning wizard', () => {
  let room: Room;
  let systemd: FakeSystemd;
  const hosts: FalseHost[] = [];

  beforeAll(async () => {
    room = await startRoom({ env: { AGENT_HEARTBEAT_MIN_S: '1', AGENT_BUNDLE_FILE: agentBundle } });
    systemd = new FakeSystemd();
    await room.api('POST', '/pools', { name: 'forge' });
  });
  afterAll(async () => {
    for (const host of hosts) await host.close();
    systemd.close();
    await room.close();
  });

  const step = (page: Page) => page.getByRole('list', { name: 'Steps' }).locator('[aria-current="step"]');
  const life = (page: Page) => page.getByRole('list', { name: 'Life of the bundle' });
  const bundleOf = (id: string) =>
    room.api<BundleView & Record<string, unknown>>('GET', `/servers/${id}/bundle`);
  const newHost = async (page: Page): Promise<FalseHost> => {
    const host = new FalseHost(room.controller, (await page.getByLabel('Install line').textContent()) ?? '');
    hosts.push(host);
    return host;
  };

  it('leads from nothing to a server that is given work', async () => {
    const { page, context, problems } = await room.open('/provisioning');
    await page.getByLabel('Name').fill('anvil!');
    await page.getByText('expected a name').waitFor();
    await page.getByLabel('Name').fill('anvil');
    await page.getByLabel('Pool').selectOption('forge');
    await takePicture(page, 'wizard-server');
    await page.getByRole('button', { name: 'Add and go on' }).click();
    await page.getByText('This server has no bundle yet.').waitFor();
    const id = new URL(page.url()).searchParams.get('server') ?? '';
    expect(await room.api<ServerView & Record<string, unknown>>('GET', `/servers/${id}`)).toMatchObject({
      name: 'anvil',
      pool: 'forge',
    });

    // Nothing is made anew while the controller is asked again and again for a bundle that is not there.
    const make = page.getByRole('button', { name: 'Make a bundle' });
    await page.evaluate(
      `document.querySelectorAll('main button').forEach((one) => (one.dataset.seen = 'yes'))`,
    );
    for (let look = 0; look < 2; look += 1)
      await page.waitForResponse((answer) => answer.url().endsWith('/bundle'));
    expect(await make.getAttribute('data-seen')).toBe('yes');
    await make.click();
    await step(page).getByText('Install').waitFor();
    expect(await page.getByRole('timer').textContent()).toMatch(/^1[45]:\d\d$/);
    await page.getByLabel('Install missing packages').check();
    expect(await page.getByLabel('Install line').textContent()).toMatch(/ \| sh -s -- --install-packages$/);
    const host = await newHost(page);
    await page.getByText('Waiting for the host to fetch the script.').waitFor();
    await takePicture(page, 'wizard-line');
    expect(await host.download()).toBe(200);
    await page.getByText('Waiting for the host to enrol.').waitFor();
    await host.enroll();
    await page.getByText('its line is used up').waitFor();
    expect(await life(page).getAttribute('data-state')).toBe('used');
    expect(await bundleOf(id)).toMatchObject({ state: 'used' });

    await page.getByRole('button', { name: 'Go on to verification' }).click();
    await page.getByRole('button', { name: 'Verify', exact: true }).click();
    await page.getByText('not connected, never heard').waitFor();
    await page.getByText('ironwheel agent doctor').waitFor();
    systemd.set('active', 'running');
    await host.startAgent();
    // The checks run again by themselves when the host changes.
    await page.getByText('Waiting for the first heartbeat.').waitFor({ timeout: 20_000 });
    await page.getByText('Mend `agent_reachable` first').waitFor({ state: 'detached' });
    await host.startWorker();
    await page.getByText('all checks passed', { exact: true }).waitFor({ timeout: 20_000 });
    await takePicture(page, 'wizard-verified');
    expect(await room.api('GET', `/servers/${id}/verify`)).toMatchObject({ ok: true });
    await page.getByRole('link', { name: 'Manage the server' }).click();
    await page.waitForURL((url) => url.pathname.endsWith(`/servers/${id}`));
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('goes on from its address, shows a line only once, and says when it has ended', async () => {
    const id = await addServer(room, 'bellows');
    const { page, context, problems } = await room.open('/provisioning?begin=select');
    await page.getByLabel('Name, address or host name').fill('bell');
    await page.getByRole('button', { name: /^bellows/ }).click();
    await page.getByRole('button', { name: 'Make a bundle' }).click();
    const first = await newHost(page);
    await page.reload();
    await page.getByText('is kept nowhere').waitFor();
    expect(await page.getByLabel('Install line').count()).toBe(0);
    await page.getByRole('button', { name: 'Back to the bundle' }).click();
    await page.getByRole('button', { name: 'Make a new bundle, end this one' }).click();
    const second = await newHost(page);
    expect(await first.download()).toBe(410);
    await room.controller.database.query(
      `UPDATE provisioning_bundles SET expires_at = now() WHERE server_id = $1 AND revoked_at IS NULL`,
      [id],
    );
    await page.getByText('The bundle has expired').waitFor();
    expect(await second.download()).toBe(410);
    await page.getByRole('button', { name: 'Back to the bundle' }).click();
    await page.getByRole('button', { name: 'Make a bundle' }).click();
    // The wizard goes on to it by itself, also from where somebody went meanwhile.
    await page.getByLabel('Install line').waitFor();
    await page.getByRole('button', { name: '2 Bundle' }).click();
    await page.getByRole('button', { name: 'Revoke…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await life(page).getByText('revoked').waitFor();
    expect(await bundleOf(id)).toMatchObject({ state: 'revoked' });
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('tells likely reasons after half a minute of silence', async () => {
    const id = await addServer(room, 'crucible');
    await room.api('POST', `/servers/${id}/bundle`);
    const { page, context, problems } = await room.open(`/provisioning?server=${id}&step=install`);
    await page.getByText('Waiting for the host to fetch the script.').waitFor();
    expect(await page.getByText('Likely reasons').count()).toBe(0);
    await room.controller.database.query(
      `UPDATE provisioning_bundles SET created_at = created_at - interval '31 seconds' WHERE server_id = $1`,
      [id],
    );
    await page.getByText('Still waiting for the host to fetch the script').waitFor();
    await page.getByText('The line was not pasted yet').waitFor();
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('can be read by everyone, and asks nobody else', async () => {
    const id = await addServer(room, 'die', { address: '192.0.2.44' });
    const first = await lookAtPage(room, {
      name: 'provisioning-1-server',
      path: '/provisioning',
      ready: (page) => page.getByLabel('Pool').waitFor(),
    });
    expect(first).toEqual(nothingWrong);
    const install = await lookAtPage(room, {
      name: 'provisioning-3-install',
      path: `/provisioning?server=${id}&step=bundle`,
      ready: async (page) => {
        await page.getByRole('button', { name: /^Make a/ }).click();
        await page.getByLabel('Install line').waitFor();
        await page.getByText('Waiting for the host').waitFor();
      },
    });
    expect(install).toEqual(nothingWrong);
    await room.controller.database.query(
      `UPDATE provisioning_bundles SET created_at = created_at - interval '2 minutes' WHERE server_id = $1`,
      [id],
    );
    const bundle = await lookAtPage(room, {
      name: 'provisioning-2-bundle',
      path: `/provisioning?server=${id}&step=bundle`,
      ready: (page) => page.getByRole('timer').waitFor(),
    });
    expect(bundle).toEqual(nothingWrong);
    const verify = await lookAtPage(room, {
      name: 'provisioning-4-verify',
      path: `/provisioning?server=${id}&step=verify`,
      ready: async (page) => {
        await page.getByRole('button', { name: 'Verify', exact: true }).click();
        await page.getByText('not all checks passed').waitFor();
        await page.getByText('Likely reasons').waitFor();
      },
    });
    expect(verify).toEqual(nothingWrong);
    const viewer = await room.open('/provisioning', { role: 'viewer' });
    await viewer.page.getByText('This needs the role admin').waitFor();
    await viewer.context.close();
  });
});
