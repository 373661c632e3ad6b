import {
  startController,
  startTestDatabase,
  callController,
  type TestController,
  type TestDatabase,
} from '@ironwheel/testing';
import type { CommandView } from '@ironwheel/contracts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DroppingProxy } from './dropping-proxy.ts';
import { FakeSystemd } from './fake-systemd.ts';
import { insertAgent, until, type TestAgentRow } from './fleet-rows.ts';
import { RawAgent } from './raw-agent.ts';
import { TestSupervisor } from './test-supervisor.ts';

describe('links that are cut, and controllers that come and go', { timeout: 120_000 }, () => {
  let database: TestDatabase;
  let systemd: FakeSystemd;
  const open: { close(): Promise<void> }[] = [];
  beforeAll(async () => {
    database = await startTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(() => {
    systemd = new FakeSystemd();
    systemd.set('active', 'running');
  });
  afterEach(async () => {
    for (const part of open.splice(0).reverse()) await part.close();
    systemd.close();
  });

  const keep = <T extends { close(): Promise<void> }>(part: T): T => {
    open.push(part);
    return part;
  };
  const start = async (env: Record<string, string> = {}): Promise<TestController> =>
    keep(await startController({ env: { DATABASE_URL: database.url, AGENT_HEARTBEAT_MIN_S: '1', ...env } }));
  const linkOf = async (row: TestAgentRow) =>
    (
      await database.query<{ controller_id: string; epoch: number }>(
        'SELECT * FROM agent_links WHERE agent_id = $1',
        [row.agentId],
      )
    )[0];

  it('both ends notice a connection that a router has forgotten, and the agent comes back', async () => {
    const controller = await start();
    const proxy = keep(await DroppingProxy.start(controller.url));
    const row = await insertAgent(database);
    const supervisor = keep(await TestSupervisor.start(proxy.url, row));
    await supervisor.line('The controller has welcomed');
    const before = (await linkOf(row))!;
    proxy.isDropping = true;
    await until('the controller to give it up', async () => (await linkOf(row)) === undefined);
    expect((await supervisor.line('The link to the controller is away.'))['detail']).toContain(
      'three intervals',
    );
    proxy.heal();
    const after = await until('the agent to be back', () => linkOf(row), 60_000);
    expect(after.epoch).toBeGreaterThan(before.epoch);
  });

  it('an agent is back after its controller was stopped and started, and takes commands again', async () => {
    const first = await start();
    const row = await insertAgent(database);
    const supervisor = keep(await TestSupervisor.start(first.url, row));
    await supervisor.line('The controller has welcomed');
    await first.close();
    expect(await linkOf(row)).toBeUndefined();
    expect((await supervisor.line('The link to the controller is away.'))['detail']).toContain('4000');
    const count = supervisor.lines.length;
    const second = await start({ HTTP_ADDR: new URL(first.url).host });
    await supervisor.line('The controller has welcomed', count);
    const answer = await callController(
      second,
      'POST',
      `/api/servers/${row.serverId}/restart?wait_s=20`,
      second.adminToken,
      {},
    );
    expect(answer.body).toMatchObject({ state: 'succeeded' });
  });

  it('a command given to one controller reaches the agent through another, which also cuts it off when it is revoked', async () => {
    const [near, far] = [await start(), await start()];
    const row = await insertAgent(database);
    const supervisor = keep(await TestSupervisor.start(far.url, row));
    await supervisor.line('The controller has welcomed');
    const answer = await callController(
      near,
      'POST',
      `/api/servers/${row.serverId}/stop?wait_s=20`,
      near.adminToken,
      {},
    );
    expect(answer.body as unknown as CommandView).toMatchObject({ state: 'succeeded', verb: 'stop' });
    await callController(near, 'DELETE', `/api/servers/${row.serverId}`, near.adminToken);
    await supervisor.line('The controller refuses this agent for good');
  });

  it('an agent that goes to another controller leaves the first, also when that one still holds its socket', async () => {
    const [first, second] = [await start(), await start()];
    const row = await insertAgent(database, 'machine-1');
    const old = await RawAgent.link(first.url, row);
    const before = (await linkOf(row))!;
    const fresh = await RawAgent.link(second.url, row);
    expect(await old.end()).toMatchObject({ code: 4001 });
    const after = (await linkOf(row))!;
    expect(after.controller_id).not.toBe(before.controller_id);
    expect(after.epoch).toBeGreaterThan(before.epoch);
    const clone = await RawAgent.link(first.url, row, { boot_id: 'boot-2' });
    expect(await fresh.end()).toMatchObject({ code: 4012 });
    expect(await clone.end()).toMatchObject({ code: 4012 });
  });

  it('the links of a controller that died are swept by another', async () => {
    const row = await insertAgent(database);
    await database.query(
      `INSERT INTO link_controllers (id, seen_at) VALUES ('dead', now() - interval '2 minutes')`,
    );
    await database.query(
      `INSERT INTO agent_links (agent_id, controller_id, epoch, remote_addr) VALUES ($1, 'dead', nextval('agent_link_epochs'), '-')`,
      [row.agentId],
    );
    await start();
    expect(await linkOf(row)).toBeUndefined();
  });

  it('a command that was given while nobody held the socket is delivered with the next connection', async () => {
    const controller = await start();
    const row = await insertAgent(database);
    const agent = await RawAgent.link(controller.url, row);
    const issued = await callController(
      controller,
      'POST',
      `/api/servers/${row.serverId}/start?wait_s=0`,
      controller.adminToken,
      {},
    );
    await agent.frame('controller:issue-command');
    agent.close();
    const supervisor = keep(await TestSupervisor.start(controller.url, row));
    await supervisor.line('A command has ended.');
    const path = `/api/servers/${row.serverId}/commands/${String(issued.body['command_id'])}?wait_s=10`;
    const view = await callController(controller, 'GET', path, controller.adminToken);
    expect(view.body).toMatchObject({ state: 'succeeded' });
  });
});
