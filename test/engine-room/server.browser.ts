import type { CommandView } from '@ironwheel/contracts';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeSystemd } from '../agent-link/fake-systemd.ts';
import { until } from '../agent-link/fleet-rows.ts';
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
import { takePicture } from './take-picture.ts';

const target = { python_tag: 'cp312', platform_tag: 'manylinux_2_28_s390x' };

describe.skipIf(!hasChromium)('the page of a server', () => {
  let room: Room;
  let systemd: FakeSystemd;
  let anvil: LinkedServer;

  beforeAll(async () => {
    room = await startRoom({ env: { AGENT_HEARTBEAT_MIN_S: '1' } });
    systemd = new FakeSystemd();
    systemd.set('active', 'running');
    anvil = await addLinkedServer(room.controller, 'anvil');
  });
  afterAll(async () => {
    await anvil.close();
    systemd.close();
    await room.close();
  });

  const path = (): string => `/servers/${anvil.row.serverId}`;
  const newest = async (): Promise<CommandView | undefined> =>
    (await room.api<{ items: CommandView[] }>('GET', `${path()}/commands`)).items[0];
  const control = (page: Page) => page.getByRole('region', { name: 'Infrastructure control' });
  const ended = (verb: string, state = 'succeeded') =>
    until(`${verb} ${state}`, async () => {
      const command = await newest();
      return command?.verb === verb && command.state === state ? command : null;
    });

  it('starts, looks and restarts at once, and shows how it went', async () => {
    const { page, context, problems } = await room.open(path());
    await control(page).getByRole('button', { name: 'Status' }).click();
    await ended('status');
    await control(page).getByText('succeeded').waitFor();
    await control(page).getByRole('button', { name: 'Restart…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Restart anvil' });
    await dialog.getByText('Nothing would be cut off.').waitFor();
    await dialog.getByLabel('Reason').fill('A new kernel.');
    await dialog.getByLabel('is cut off now').check();
    await dialog.getByRole('button', { name: 'Restart now' }).click();
    expect(await ended('restart')).toMatchObject({ reason: 'A new kernel.', ended_attempts: [] });
    await page
      .getByRole('table', { name: 'Commands of this server' })
      .getByRole('row', { name: /Restart.*succeeded.*A new kernel\./ })
      .waitFor();
    await takePicture(page, 'server');
    // Looking what it would end is no deed.
    await page.getByRole('region', { name: 'Activity' }).getByText('POST /api/servers/:id/restart').waitFor();
    const audit = await room.api<{ items: unknown[] }>('GET', `/audit?subject=${anvil.row.serverId}`);
    expect(audit.items).toHaveLength(2);
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('says what a stop ends, waits for it, and a start takes the stop back', async () => {
    const claim = await anvil.worker.claim('numpy', '2.1.0', target);
    const { page, context, problems } = await room.open(path());
    await control(page).getByRole('button', { name: 'Stop…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Stop anvil' });
    await dialog.getByText('It would wait for one build').waitFor();
    await dialog.getByText('numpy 2.1.0').waitFor();
    await takePicture(page, 'server-stop');
    await dialog.getByRole('button', { name: 'Stop when its builds have ended' }).click();
    await control(page).getByText('Waits for builds to end').waitFor();
    expect(await newest()).toMatchObject({ verb: 'stop', state: 'issued', ended_attempts: [] });
    await control(page).getByRole('button', { name: 'Start', exact: true }).click();
    await ended('start');
    expect(systemd.calls.join(' ')).not.toContain(' stop ');
    await page.getByRole('table', { name: 'Commands of this server' }).getByText('superseded').waitFor();

    await control(page).getByRole('button', { name: 'Stop…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Stop when' }).click();
    await control(page).getByText('Waits for builds to end').waitFor();
    await anvil.worker.report(claim, []);
    await control(page).getByText('The worker is stopped').waitFor({ timeout: 30_000 });
    expect(await ended('stop')).toMatchObject({ ended_attempts: [] });
    await control(page).getByText('process stopped').waitFor();
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('cuts off what is built when it is told to, and names it', async () => {
    await room.api('POST', `${path()}/start?wait_s=20`, {});
    const claim = await anvil.worker.claim('lxml', '5.3.0', target);
    const { page, context, problems } = await room.open(path());
    await control(page).getByRole('button', { name: 'Stop…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('is cut off now').check();
    await dialog.getByText('It would cut off one build').waitFor();
    await dialog.getByRole('button', { name: 'Stop now' }).click();
    expect(await ended('stop')).toMatchObject({ ended_attempts: [claim.attempt_id] });
    await control(page).getByText('One build was cut off; its job is queued again.').waitFor();
    await room.api('POST', `${path()}/start?wait_s=20`, {});
    await control(page).getByText('process running').waitFor({ timeout: 20_000 });
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('verifies by a button, with what was measured, what is needed and the mend', async () => {
    await room.api('POST', `/workers/${anvil.worker.id}/pause`, { reason: hostileText });
    const { page, context, problems } = await room.open(path());
    const panel = page.getByRole('region', { name: 'Verification' });
    await panel.getByText('It was not verified yet.').waitFor();
    await panel.getByRole('button', { name: 'Verify now' }).click();
    await panel.getByText('not all checks passed').waitFor();
    await panel.getByText('ironwheel workers resume WORKER').waitFor();
    await room.api('POST', `/workers/${anvil.worker.id}/resume`, {});
    await panel.getByRole('button', { name: 'Verify now' }).click();
    await panel.getByText('all checks passed', { exact: true }).waitFor();
    expect(await room.api('GET', `${path()}/verify`)).toMatchObject({ ok: true });
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('can be read by everyone, and asks nobody else', async () => {
    await room.controller.database.query('UPDATE servers SET description = $1 WHERE id = $2', [
      hostileText,
      anvil.row.serverId,
    ]);
    expect(
      await lookAtPage(room, {
        name: 'server',
        path: path(),
        ready: async (page) => {
          await page.getByRole('table', { name: 'Workers of this server' }).waitFor();
          await page.getByText('all checks passed').waitFor();
          await page.getByText('POST /api/servers/:id/restart').waitFor();
        },
      }),
    ).toEqual(nothingWrong);
  });

  it('says to those who may not, and where nobody would carry it out, why', async () => {
    const viewer = await room.open(path(), { role: 'viewer' });
    await control(viewer.page).getByText('you are signed in as viewer').first().waitFor();
    await control(viewer.page).getByRole('button', { name: 'Stop…' }).click({ force: true });
    expect(await viewer.page.getByRole('dialog').count()).toBe(0);
    await viewer.context.close();
    const lost = await addEnrolledServer(room.controller, 'bellows');
    const away = await room.open(`/servers/${lost.serverId}`);
    await control(away.page).getByText('Its agent is not connected').first().waitFor();
    await away.context.close();
    const never = await room.open(`/servers/${await addServer(room, 'crucible')}`);
    await control(never.page).getByText('No agent is installed on it yet').first().waitFor();
    expect(never.problems).toEqual({ errors: [], foreign: [] });
    await never.context.close();
  });
});
