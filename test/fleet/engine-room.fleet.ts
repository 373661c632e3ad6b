import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../drills/drill-process.ts';
import { hasChromium, startBrowser } from '../engine-room/chromium.ts';
import { watchPage, type PageProblems } from '../engine-room/watch-page.ts';
import type { FleetHost } from './fleet-host.ts';
import { FleetStage, findFleetPlace } from './fleet-stage.ts';
import { pasteLine, ProvisionedHost, workerUnit, writeWorkerSettings } from './provisioned-host.ts';
import { enqueueStub, stubSettings } from './stub-jobs.ts';

const place = findFleetPlace();
const why = 'why' in place ? place.why : hasChromium ? null : 'chromium is not there';
if (why !== null) process.stdout.write(`hosts are not steered from the pages here: ${why}\n`);

/** Heartbeats and looks of agents come every few seconds, on a machine that has other work. */
const patienceMs = 90_000;

describe.skipIf(why !== null)('a host is provisioned and steered from the pages', () => {
  let stage: FleetStage;
  let host: FleetHost;
  let browser: Browser;
  let page: Page;
  /** Looks on while the other acts. */
  let onlooker: Page;
  let problems: PageProblems[];
  let server: ProvisionedHost;

  beforeAll(async () => {
    if ('why' in place) return;
    stage = new FleetStage(place);
    await stage.controller.start();
    await stage.importRuntime();
    host = await stage.startHost('anvil');
    await writeWorkerSettings(host, stubSettings);
    browser = await startBrowser();
    const { token } = await stage.controller.post<{ token: string }>('/api/tokens', {
      name: 'ada',
      role: 'admin',
    });
    // Hosts pin the key of the certificate; to a browser it is one that nobody vouches for.
    const context = await browser.newContext({
      ignoreHTTPSErrors: true,
      viewport: { width: 1440, height: 900 },
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(patienceMs);
    page = await context.newPage();
    onlooker = await context.newPage();
    problems = await Promise.all(
      [page, onlooker].map((one) => watchPage(one, new URL(stage.controller.url).origin)),
    );
    await open(page, '/provisioning');
    await page.getByLabel('Token', { exact: true }).fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
  });
  afterAll(async () => {
    await browser.close();
    await stage.close();
  });

  const open = (one: Page, path: string) => one.goto(`${stage.controller.url}/verifier-engine-room${path}`);
  /** One run of the worker's process. */
  const runOf = (): Promise<string> => host.unit(workerUnit, 'InvocationID');
  const isActive = (): Promise<string> => host.unit(workerUnit, 'ActiveState');

  it('the wizard leads from a name to a verified server, by the line that it shows', async () => {
    await page.getByLabel('Name').fill('anvil');
    await page.getByRole('button', { name: 'Add and go on' }).click();
    await page.getByRole('button', { name: 'Make a bundle' }).click();
    const line = (await page.getByLabel('Install line').textContent()) ?? '';
    await page.getByText('Waiting for the host to fetch the script.').waitFor();
    const pasted = pasteLine(host, line, '--no-image');
    const life = page.getByRole('list', { name: 'Life of the bundle' });
    await life.and(page.locator('[data-state="used"]')).waitFor({ timeout: 300_000 });
    const installed = await pasted;
    expect(installed.code, installed.stdout + installed.stderr).toBe(0);

    await page.getByRole('button', { name: 'Go on to verification' }).click();
    await page.getByRole('button', { name: 'Verify', exact: true }).click();
    await page.getByText('all checks passed', { exact: true }).waitFor();
    const id = new URL(page.url()).searchParams.get('server') ?? '';
    server = new ProvisionedHost(host, id, stage.controller);
    expect(await stage.controller.get(`/api/servers/${id}/verify`)).toMatchObject({ ok: true });
    await page.getByRole('link', { name: 'Manage the server' }).click();
    await page.getByText('process running').waitFor();
    await server.isUp();
  });

  it('pause, drain and quarantine are seen on every page at once, and leave its process alone', async () => {
    const { worker_id: id } = await server.worker();
    const before = await runOf();
    await open(page, `/workers/${id}`);
    await open(onlooker, '/workers');
    const row = onlooker.getByRole('row').filter({ has: onlooker.getByRole('link', { name: 'anvil' }) });
    const ask = async (verb: string): Promise<void> => {
      await page.getByRole('button', { name: verb, exact: true }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Reason').fill(`${verb}, by the tests`);
      await dialog.getByRole('button', { name: verb, exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
    };
    const isSeen = async (state: string): Promise<void> => {
      await page.getByRole('main').getByText(state, { exact: true }).first().waitFor();
      await row.getByText(state, { exact: true }).waitFor();
    };
    await ask('Pause');
    await isSeen('paused');
    const held = await enqueueStub(stage.controller, 'held-by-a-pause', { stepMs: 3000 });
    const { last_heartbeat_at: seen } = await server.worker();
    await until('it looked again', async () => (await server.worker()).last_heartbeat_at !== seen);
    expect((await stage.controller.job(held)).attempts).toEqual([]);

    await ask('Resume');
    await row.getByText(/^(?:prepare|fetch|build|repair|verify|upload)$/).waitFor();
    await ask('Drain');
    await isSeen('draining');
    await isSeen('drained');
    expect(await stage.controller.job(held)).toMatchObject({ state: 'succeeded' });

    await ask('Quarantine');
    await isSeen('quarantined');
    await ask('End quarantine');
    await isSeen('drained');
    await ask('Resume');
    await isSeen('idle');
    expect(await runOf()).toBe(before);
    expect((await server.worker()).desired_state).toBe('active');
  });

  it('stop, start, restart and status act on its process, and the page tells how it is', async () => {
    await open(page, `/servers/${server.serverId}`);
    await open(onlooker, `/servers/${server.serverId}`);
    const control = (one: Page) => one.getByRole('region', { name: 'Infrastructure control' });
    const press = (name: string) => control(page).getByRole('button', { name, exact: true }).click();
    const isTold = async (state: string): Promise<void> => {
      for (const one of [page, onlooker]) await control(one).getByText(`process ${state}`).waitFor();
    };
    const endNow = async (verb: 'Stop' | 'Restart'): Promise<void> => {
      await press(`${verb}…`);
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('is cut off now').check();
      await dialog.getByRole('button', { name: `${verb} now` }).click();
      await dialog.waitFor({ state: 'detached' });
    };
    const first = await runOf();
    await isTold('running');
    await endNow('Stop');
    await isTold('stopped');
    expect(await isActive()).toBe('inactive');

    await press('Start');
    await isTold('running');
    const second = await runOf();
    expect(second).not.toBe(first);

    await endNow('Restart');
    await until('another run of the process', async () => {
      const third = await runOf();
      return third !== '' && third !== second;
    });
    await isTold('running');
    const commands = page.getByRole('table', { name: 'Commands of this server' });
    const isDone = (verb: string): Promise<void> =>
      commands
        .getByRole('row', { name: new RegExp(`${verb}.*succeeded`) })
        .first()
        .waitFor();
    await isDone('Restart');

    // Somebody stops it on the host: the page learns of it by asking.
    await host.exec(`systemctl stop ${workerUnit}`);
    await press('Status');
    await isTold('stopped');
    await press('Start');
    await isTold('running');
    await server.isUp();
    for (const verb of ['Stop', 'Start', 'Restart', 'Status']) await isDone(verb);
    expect(problems).toEqual([
      { errors: [], foreign: [] },
      { errors: [], foreign: [] },
    ]);
  });
});
