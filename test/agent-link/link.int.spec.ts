import { request } from 'node:http';
import { callController, startController, TestWorker, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertAgent, until, type TestAgentRow } from './fleet-rows.ts';
import { load, RawAgent, running } from './raw-agent.ts';

describe('the websocket of agents', () => {
  let controller: TestController;
  beforeAll(async () => {
    controller = await startController({ env: { AGENT_HEARTBEAT_MIN_S: '1' } });
  });
  afterAll(() => controller.close());

  const agentRow = async (row: TestAgentRow) =>
    (
      await controller.database.query<{
        state: { process_state: string } | null;
        load: object | null;
        link_problem: { code: string; text: string } | null;
        cloned_at: Date | null;
        last_seen_at: Date | null;
      }>('SELECT * FROM agents WHERE id = $1', [row.agentId])
    )[0]!;
  const links = (row: TestAgentRow) =>
    controller.database.query<{ epoch: number; remote_addr: string }>(
      'SELECT * FROM agent_links WHERE agent_id = $1',
      [row.agentId],
    );
  const open = async (row: TestAgentRow): Promise<RawAgent> => {
    const agent = await RawAgent.open(controller.url, row);
    if (!(agent instanceof RawAgent)) throw new Error(JSON.stringify(agent));
    return agent;
  };
  const metric = async (name: string): Promise<number> => {
    const text = await (
      await fetch(`${controller.url}/metrics`, {
        headers: { authorization: `Bearer ${controller.adminToken}` },
      })
    ).text();
    return Number(new RegExp(`^ironwheel_${name} (\\d+)`, 'm').exec(text)?.[1] ?? Number.NaN);
  };

  it('welcomes an agent with its server and interval, and stores what it beats', async () => {
    const row = await insertAgent(controller.database);
    const agent = await RawAgent.link(controller.url, row);
    expect(agent.frames[0]).toMatchObject({
      type: 'controller:welcome',
      protocol_version: 1,
      heartbeat_interval_s: 1,
      server: { server_id: row.serverId, name: row.name, pool: 'default' },
    });
    expect(await links(row)).toMatchObject([{ remote_addr: '127.0.0.1' }]);
    agent.beat();
    await until('the beat in the table', async () => (await agentRow(row)).load);
    expect(await agentRow(row)).toMatchObject({ load, state: running });
    agent.send({ type: 'agent:ping', n: 7 });
    expect(await agent.frame('controller:pong')).toEqual({ type: 'controller:pong', n: 7 });
    agent.close();
    await until('the link to be removed', async () => (await links(row)).length === 0);
  });

  it('writes a change of the process at once and never lets an older beat win', async () => {
    const row = await insertAgent(controller.database);
    const agent = await RawAgent.link(controller.url, row);
    agent.send({ type: 'agent:report-units', state: { process_state: 'stopping', units: [] } });
    await until('stopping', async () => (await agentRow(row)).state?.process_state === 'stopping');
    agent.beat({ process_state: 'stopped', units: [] });
    await until('stopped', async () => (await agentRow(row)).state?.process_state === 'stopped');
    agent.close();
  });

  it('takes no browser, no cookie, no secret of a URL, no key of another kind, and no other subprotocol', async () => {
    const row = await insertAgent(controller.database);
    const token = await RawAgent.assertion(row);
    const refused = (options: Parameters<typeof RawAgent.open>[2]) =>
      RawAgent.open(controller.url, row, options);
    expect(await refused({ headers: { origin: controller.url } })).toMatchObject({
      status: 403,
      error: 'AUTH_FORBIDDEN',
    });
    expect(await refused({ headers: { cookie: 'a=b' } })).toMatchObject({
      status: 403,
      error: 'AUTH_FORBIDDEN',
    });
    expect(await refused({ headers: { authorization: '' }, path: `/agent/v1?token=${token}` })).toMatchObject(
      {
        status: 401,
        error: 'AUTH_REQUIRED',
      },
    );
    expect(await refused({ headers: { authorization: `Bearer ${controller.adminToken}` } })).toMatchObject({
      status: 401,
    });
    expect(await refused({ protocol: null })).toMatchObject({ status: 400, error: 'REQUEST_MALFORMED' });
    const worker = await TestWorker.enroll(controller);
    expect(await refused({ headers: { authorization: `Bearer ${await worker.assertion()}` } })).toMatchObject(
      { status: 401 },
    );
    expect(await refused({ kid: worker.id })).toMatchObject({ status: 401 });
  });

  it('an agent opens nothing that is for workers or operators', async () => {
    const row = await insertAgent(controller.database);
    for (const path of ['/api/workers', '/api/summary']) {
      expect((await callController(controller, 'GET', path, await RawAgent.assertion(row))).status).toBe(401);
    }
  });

  it('closes what is not its protocol with a code, and goes on', async () => {
    const row = await insertAgent(controller.database);
    for (const frame of ['{', '[]', '{"type":5}', '{"type":"agent:send-heartbeat","load":{}}']) {
      const agent = await RawAgent.link(controller.url, row);
      agent.send(frame);
      expect(await agent.end()).toMatchObject({ code: 4007 });
    }
    const binary = await RawAgent.link(controller.url, row);
    binary.socket.send(Buffer.from('{"type":"agent:ping","n":1}'));
    expect(await binary.end()).toMatchObject({ code: 4007 });
    const big = await RawAgent.link(controller.url, row);
    big.send(JSON.stringify({ type: 'agent:ping', n: 1, filler: 'x'.repeat(64 * 1024) }));
    expect(await big.end()).toMatchObject({ code: 1009 });
    const twice = await RawAgent.link(controller.url, row);
    twice.sayHello();
    expect(await twice.end()).toMatchObject({ code: 4007 });
    const rude = await open(row);
    rude.beat();
    expect(await rude.end()).toMatchObject({ code: 4007 });
    const another = await open(row);
    another.sayHello({ agent_id: 'agt_somebody-else' });
    expect(await another.end()).toMatchObject({ code: 4007 });
    (await RawAgent.link(controller.url, row)).close();
  });

  it('ignores and counts messages of a type that it does not know, and fields as well', async () => {
    const agent = await RawAgent.link(controller.url, await insertAgent(controller.database));
    const before = await metric('agent_messages_unknown_total');
    agent.send({ type: 'agent:sing-song', verse: 1 });
    agent.send({ type: 'agent:ping', n: 3, mood: 'good' });
    await agent.frame('controller:pong');
    expect(await metric('agent_messages_unknown_total')).toBe(before + 1);
    agent.close();
  });

  it('sends who talks too much away', async () => {
    const agent = await RawAgent.link(controller.url, await insertAgent(controller.database));
    for (let n = 0; n < 200; n += 1) agent.send({ type: 'agent:ping', n });
    expect(await agent.end()).toMatchObject({ code: 4000 });
    expect(await agent.frame('controller:close')).toMatchObject({ retry_after_s: 30 });
  });

  it('refuses another protocol version, and a clock that is off, and keeps why for the operator', async () => {
    const row = await insertAgent(controller.database);
    const later = await open(row);
    later.sayHello({ protocol_version: 2, now: 'whenever' });
    expect(await later.end()).toMatchObject({ code: 4010 });
    expect((await agentRow(row)).link_problem).toMatchObject({ code: 'PROTOCOL_UNSUPPORTED' });
    const off = await open(row);
    off.sayHello({ now: new Date(Date.now() + 30 * 60_000).toISOString() });
    const { code, reason } = await off.end();
    expect(code).toBe(4011);
    expect(reason).toMatch(/(1799|180[01]) s ahead/);
    expect((await agentRow(row)).link_problem).toMatchObject({ code: 'CLOCK_OFFSET' });
    const good = await RawAgent.link(controller.url, row, {
      now: new Date(Date.now() - 4 * 60_000).toISOString(),
    });
    expect((await agentRow(row)).link_problem).toBeNull();
    good.close();
  });

  it('a newer connection of the same machine takes the place of the old one, and only its epoch counts', async () => {
    const row = await insertAgent(controller.database, 'machine-1');
    const old = await RawAgent.link(controller.url, row);
    const [before] = await links(row);
    const fresh = await RawAgent.link(controller.url, row);
    expect(await old.end()).toMatchObject({ code: 4001 });
    const [after] = await links(row);
    expect(after!.epoch).toBeGreaterThan(before!.epoch);
    fresh.beat();
    await until('the beat of the new one', async () => (await agentRow(row)).load);
    expect(await links(row)).toHaveLength(1);
    expect((await agentRow(row)).cloned_at).toBeNull();
    fresh.close();
  });

  it('the same key on another machine cuts both off and quarantines the workers beside it', async () => {
    const row = await insertAgent(controller.database, 'machine-1');
    const worker = await TestWorker.enroll(controller);
    await controller.database.query('UPDATE workers SET server_id = $2 WHERE id = $1', [
      worker.id,
      row.serverId,
    ]);
    const first = await RawAgent.link(controller.url, row);
    const second = await open(row);
    second.sayHello({ machine_id: 'machine-2' });
    expect(await first.end()).toMatchObject({ code: 4012 });
    expect(await second.end()).toMatchObject({ code: 4012 });
    expect((await agentRow(row)).link_problem).toMatchObject({ code: 'AGENT_CLONED' });
    const [quarantined] = await controller.database.query<{
      quarantine_kind: string;
      quarantine_reason: string;
    }>('SELECT * FROM workers WHERE id = $1', [worker.id]);
    expect(quarantined).toMatchObject({ quarantine_kind: 'automatic' });
    expect(quarantined!.quarantine_reason).toContain('machine-2');
    expect(await RawAgent.open(controller.url, row)).toMatchObject({ status: 403, error: 'AGENT_CLONED' });
  });

  it('another run of the machine while the old one still answers is another machine', async () => {
    const row = await insertAgent(controller.database, 'machine-1');
    const first = await RawAgent.link(controller.url, row);
    const second = await RawAgent.link(controller.url, row, { boot_id: 'boot-2' });
    expect(await first.end()).toMatchObject({ code: 4012 });
    expect(await second.end()).toMatchObject({ code: 4012 });
    expect((await agentRow(row)).cloned_at).not.toBeNull();
  });

  it('a machine that was started anew comes back although its old socket was never closed', async () => {
    const row = await insertAgent(controller.database, 'machine-1');
    const dead = await RawAgent.link(controller.url, row);
    dead.answers = false;
    const fresh = await RawAgent.link(controller.url, row, { boot_id: 'boot-2' });
    expect(await dead.end()).toMatchObject({ code: 1006 });
    expect((await agentRow(row)).cloned_at).toBeNull();
    fresh.send({ type: 'agent:ping', n: 1 });
    await fresh.frame('controller:pong');
    fresh.close();
  });

  it('the agent of a server that is archived is cut off at once, and refused from then on', async () => {
    const [row, another] = [await insertAgent(controller.database), await insertAgent(controller.database)];
    const agent = await RawAgent.link(controller.url, row);
    const other = await RawAgent.link(controller.url, another);
    await callController(controller, 'DELETE', `/api/servers/${row.serverId}`, controller.adminToken);
    expect(await agent.end()).toMatchObject({ code: 4003 });
    expect(await RawAgent.open(controller.url, row)).toMatchObject({ status: 403, error: 'AGENT_REVOKED' });
    expect(other.closed).toBeNull();
    other.close();
  });

  it('offers an upgrade at its own path only', async () => {
    const elsewhere = await RawAgent.open(controller.url, await insertAgent(controller.database), {
      path: '/api/health',
    });
    expect(elsewhere).toMatchObject({ status: 200 });
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request(
        `${controller.url}/api/health/live`,
        { headers: { connection: 'Upgrade', upgrade: 'h2c' } },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        },
      )
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
  });
});

describe('the bounds of the websocket', () => {
  it('lets a few in at a time, tells the others when to come back, and closes in order', async () => {
    const controller = await startController({
      env: {
        AGENT_HANDSHAKE_RATE: '3',
        AGENT_CONNECTIONS_PER_ADDRESS_MAX: '4',
        AGENT_CONNECTIONS_MAX: '100',
      },
    });
    try {
      const rows = await Promise.all(Array.from({ length: 5 }, () => insertAgent(controller.database)));
      const tries = await Promise.all(rows.map((row) => RawAgent.open(controller.url, row)));
      const refused = tries.flatMap((answer) => (answer instanceof RawAgent ? [] : [answer]));
      expect(refused.length).toBeGreaterThan(0);
      for (const answer of refused) {
        expect(answer).toMatchObject({ status: 503, error: 'SERVICE_UNAVAILABLE' });
        expect(Number(answer.retryAfter)).toBeGreaterThan(0);
      }
      const agents = tries.filter((answer) => answer instanceof RawAgent);
      // The bucket fills up again; then the cap of the address is met.
      const capped = await until('the cap', async () => {
        const answer = await RawAgent.open(controller.url, rows[4]!);
        if (answer instanceof RawAgent) agents.push(answer);
        else if (answer.status === 429) return answer;
        return null;
      });
      expect(capped.error).toBe('RATE_LIMITED');
      for (const agent of agents.slice(0, 2)) agent.sayHello();
      await agents[0]!.frame('controller:welcome');
      await controller.close();
      const { code } = await agents[0]!.end();
      expect(code).toBe(4000);
      const farewell = await agents[0]!.frame('controller:close');
      expect(farewell['retry_after_s']).toBeGreaterThan(0);
    } finally {
      await controller.close();
    }
  });
});
