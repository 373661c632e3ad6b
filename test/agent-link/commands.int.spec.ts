import { randomUUID } from 'node:crypto';
import { callController, startController, TestWorker, type TestController } from '@ironwheel/testing';
import type { CommandImpact, CommandView } from '@ironwheel/contracts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FakeSystemd } from './fake-systemd.ts';
import { insertAgent, until, type TestAgentRow } from './fleet-rows.ts';
import { RawAgent, running } from './raw-agent.ts';
import { TestSupervisor } from './test-supervisor.ts';

describe('lifecycle commands with a real supervisor', { timeout: 90_000 }, () => {
  let controller: TestController;
  let systemd: FakeSystemd;
  let row: TestAgentRow;
  let supervisor: TestSupervisor;
  /** Of each test its own, so that jobs of one are no work for another. */
  let target = { python_tag: 'cp312', platform_tag: 'linux_0' };

  beforeAll(async () => {
    controller = await startController({ env: { AGENT_HEARTBEAT_MIN_S: '1' } });
  });
  afterAll(() => controller.close());
  beforeEach(async () => {
    systemd = new FakeSystemd();
    target = { ...target, platform_tag: `linux_${Number(target.platform_tag.slice(6)) + 1}` };
    row = await insertAgent(controller.database);
    supervisor = await TestSupervisor.start(controller.url, row);
    await supervisor.line('The controller has welcomed');
  });
  afterEach(async () => {
    await supervisor.close();
    systemd.close();
  });

  const call = (method: string, path: string, body?: unknown, token = controller.adminToken) =>
    callController(controller, method, `/api/servers/${path}`, token, body);
  const command = async (verb: string, body: unknown = {}, query = '?wait_s=20') => {
    const answer = await call('POST', `${row.name}/${verb}${query}`, body);
    expect(answer.status).toBe(200);
    return answer.body as unknown as CommandView;
  };
  const find = async (id: string) =>
    (await call('GET', `${row.serverId}/commands/${id}?wait_s=0`)).body as unknown as CommandView;
  const processState = async () =>
    (
      await controller.database.query<{ state: { process_state: string } | null }>(
        'SELECT state FROM agents WHERE id = $1',
        [row.agentId],
      )
    )[0]?.state?.process_state;
  const workerOf = async (): Promise<TestWorker> => {
    const worker = await TestWorker.enroll(controller);
    await controller.database.query('UPDATE workers SET server_id = $2 WHERE id = $1', [
      worker.id,
      row.serverId,
    ]);
    return worker;
  };

  it('start, restart, status and stop act on the unit and tell its state, with a history', async () => {
    expect(await command('start', { reason: 'after the patch' })).toMatchObject({
      verb: 'start',
      state: 'succeeded',
      generation: 1,
      actor: 'bootstrap',
      reason: 'after the patch',
    });
    await until('running', async () => (await processState()) === 'running');
    expect(await command('restart')).toMatchObject({ state: 'succeeded', generation: 2 });
    systemd.set('activating', 'auto-restart');
    expect(await command('status')).toMatchObject({ state: 'succeeded', detail: 'The worker is starting.' });
    expect(await processState()).toBe('starting');
    expect(await command('stop')).toMatchObject({ state: 'succeeded', ended_attempts: [] });
    expect(await processState()).toBe('stopped');
    expect(systemd.calls).toEqual(
      ['start', 'restart', 'stop'].map(
        (verb) => `--no-ask-password --no-block ${verb} ironwheel-worker.service`,
      ),
    );
    const history = await call('GET', `${row.serverId}/commands`);
    expect(history.body.items.map(({ verb, state }) => `${String(verb)} ${String(state)}`)).toEqual([
      'stop succeeded',
      'status succeeded',
      'restart succeeded',
      'start succeeded',
    ]);
    const audit = await callController(controller, 'GET', '/api/audit?limit=10', controller.adminToken);
    expect(audit.body.items.map(({ action }) => action)).toContain('POST /api/servers/:id/stop');
  });

  it('tells the heartbeats of the host and what it finds changed by itself', async () => {
    systemd.set('active', 'running');
    await until('running', async () => (await processState()) === 'running');
    const [agent] = await controller.database.query<{ load: { memory_total_bytes: number; cpus: number } }>(
      'SELECT load FROM agents WHERE id = $1',
      [row.agentId],
    );
    expect(agent!.load.cpus).toBeGreaterThan(0);
    expect(agent!.load.memory_total_bytes).toBeGreaterThan(0);
  });

  it('a start that fails says why', async () => {
    systemd.isBroken = true;
    expect(await command('start')).toMatchObject({
      state: 'failed',
      detail: 'The worker is stopped (failed/failed): exit-code.',
    });
  });

  it('a stop says beforehand what it ends, and gives it to others at once', async () => {
    const worker = await workerOf();
    const claim = await worker.claim('alpha', '1.0', target);
    const impact = (await call('POST', `${row.serverId}/stop?dry_run=true`)).body as unknown as CommandImpact;
    expect(impact).toMatchObject({ dry_run: true, connected: true, verb: 'stop' });
    expect(impact.would_end).toMatchObject([
      { attempt_id: claim.attempt_id, text: 'alpha 1.0', worker_id: worker.id },
    ]);
    expect(systemd.calls).toEqual([]);
    expect(await command('stop')).toMatchObject({ state: 'succeeded', ended_attempts: [claim.attempt_id] });
    const job = await callController(
      controller,
      'GET',
      `/api/jobs/${claim.job.job_id}`,
      controller.adminToken,
    );
    expect(job.body).toMatchObject({ state: 'queued' });
    const view = await callController(controller, 'GET', `/api/workers/${worker.id}`, controller.adminToken);
    expect(view.body).toMatchObject({ desired_state: 'active' });
  });

  it('a stop with a drain waits for the builds, grants nothing meanwhile, and leaves the intent alone', async () => {
    const worker = await workerOf();
    const claim = await worker.claim('beta', '1.0', target);
    const issued = await command('stop', { drain: true, drain_timeout_s: 600 }, '?wait_s=0');
    expect(issued).toMatchObject({ state: 'issued' });
    expect(issued.hold_until).not.toBeNull();
    await callController(controller, 'POST', '/api/queue/enqueue', controller.adminToken, {
      package: 'gamma',
      version: '1.0',
      ...target,
    });
    const capabilities = {
      python_tags: [target.python_tag],
      platform_tags: [target.platform_tag],
      runner: 'stub',
      free_slots: 1,
    };
    const asked = await worker.post(`/api/workers/${worker.id}/claim-next`, {
      capabilities,
      claim_key: randomUUID(),
    });
    expect(asked.status).toBe(204);
    const probe = await worker.post(`/api/workers/${worker.id}/claim-next`, {
      capabilities,
      claim_key: randomUUID(),
      validate_only: true,
    });
    expect(JSON.stringify(probe.body)).toContain('worker_stopping');
    expect(await find(issued.command_id)).toMatchObject({ state: 'issued' });
    expect(systemd.calls).toEqual([]);
    expect((await worker.report(claim, [])).status).toBe(200);
    await until('the stop', async () => (await find(issued.command_id)).state === 'succeeded');
    expect(await find(issued.command_id)).toMatchObject({ ended_attempts: [], hold_until: null });
    const [after] = await controller.database.query<{ stopping_until: Date | null; desired_state: string }>(
      'SELECT stopping_until, desired_state FROM workers WHERE id = $1',
      [worker.id],
    );
    expect(after).toEqual({ stopping_until: null, desired_state: 'active' });
  });

  it('when the drain takes too long the rest is ended and listed', async () => {
    const worker = await workerOf();
    const claim = await worker.claim('delta', '1.0', target);
    const issued = await command('restart', { drain: true, drain_timeout_s: 1 }, '?wait_s=30');
    expect(issued).toMatchObject({ state: 'succeeded', ended_attempts: [claim.attempt_id] });
  });

  it('a newer command takes the place of one that still waits', async () => {
    const worker = await workerOf();
    await worker.claim('epsilon', '1.0', target);
    const waiting = await command('stop', { drain: true, drain_timeout_s: 600 }, '?wait_s=0');
    expect(await command('start')).toMatchObject({ state: 'succeeded' });
    expect(await find(waiting.command_id)).toMatchObject({ state: 'superseded' });
    const [grants] = await controller.database.query<{ stopping_until: Date | null }>(
      'SELECT stopping_until FROM workers WHERE id = $1',
      [worker.id],
    );
    expect(grants!.stopping_until).toBeNull();
  });

  it('runs one verb at a time and answers status meanwhile', async () => {
    systemd.set('active', 'running');
    systemd.isSlow = true;
    const stop = await command('stop', {}, '?wait_s=0');
    await until('accepted', async () => (await find(stop.command_id)).state === 'accepted');
    await until('the stop to be under way', () => systemd.unit.includes('deactivating'));
    expect(await command('start')).toMatchObject({ state: 'failed', detail: 'The agent refused it: busy.' });
    expect(await command('status')).toMatchObject({ state: 'succeeded', detail: 'The worker is stopping.' });
    systemd.set('inactive', 'dead');
    await until('the stop', async () => (await find(stop.command_id)).state === 'succeeded');
    expect(systemd.calls).toHaveLength(1);
  });

  it('does nothing at all for viewers, for servers that are not there, and for bodies with more in them', async () => {
    const minted = await callController(controller, 'POST', '/api/tokens', controller.adminToken, {
      name: 'look',
      role: 'viewer',
    });
    expect((await call('POST', `${row.serverId}/stop`, {}, minted.body.token)).status).toBe(403);
    expect((await call('GET', `${row.serverId}/commands`, undefined, minted.body.token)).status).toBe(200);
    expect((await call('POST', 'nowhere/stop', {})).body).toMatchObject({ error: 'SERVER_NOT_FOUND' });
    expect((await call('POST', `${row.serverId}/stop`, { command: 'rm -rf /' })).status).toBe(400);
    expect((await call('POST', `${row.serverId}/stop?force=1`, {})).status).toBe(400);
    const other = await insertAgent(controller.database);
    expect((await call('POST', `${other.serverId}/start`, {})).body).toMatchObject({
      error: 'AGENT_NOT_CONNECTED',
    });
    const own = await command('status');
    expect((await call('GET', `${other.serverId}/commands/${own.command_id}`)).body).toMatchObject({
      error: 'COMMAND_NOT_FOUND',
    });
    await controller.database.query('UPDATE servers SET archived_at = now() WHERE id = $1', [other.serverId]);
    expect((await call('POST', `${other.serverId}/start`, {})).body).toMatchObject({
      error: 'SERVER_ARCHIVED',
    });
    expect(systemd.calls).toEqual([]);
  });

  it('a command that nobody accepts expires, and what is said of it later changes nothing', async () => {
    const silent = await insertAgent(controller.database);
    const agent = await RawAgent.link(controller.url, silent);
    const beating = setInterval(() => agent.beat(), 500);
    try {
      const issued = (await call('POST', `${silent.serverId}/start?wait_s=0`, {}))
        .body as unknown as CommandView;
      await agent.frame('controller:issue-command');
      await controller.database.query(
        `UPDATE commands SET expires_at = now() - interval '1 second' WHERE id = $1`,
        [issued.command_id],
      );
      const view = async () =>
        (await call('GET', `${silent.serverId}/commands/${issued.command_id}?wait_s=5`))
          .body as unknown as CommandView;
      await until('expired', async () => (await view()).state === 'expired');
      const { command_id, generation } = issued;
      agent.send({
        type: 'agent:report-command',
        command_id,
        generation,
        ok: true,
        detail: '',
        state: running,
        checks: null,
      });
      agent.send({ type: 'agent:ping', n: 99 });
      await agent.frame('controller:pong', ({ n }) => n === 99);
      expect((await view()).state).toBe('expired');
    } finally {
      clearInterval(beating);
      agent.close();
    }
  });

  it('what a newer command has superseded is not sent, however close they come', async () => {
    const silent = await insertAgent(controller.database);
    const agent = await RawAgent.link(controller.url, silent);
    const beating = setInterval(() => agent.beat(), 500);
    const order = async (verb: string) =>
      (await call('POST', `${silent.serverId}/${verb}?wait_s=0`, {})).body as unknown as CommandView;
    try {
      const issued: CommandView[] = [];
      for (let pair = 0; pair < 25; pair += 1) {
        issued.push(...(await Promise.all(['stop', 'restart', 'stop', 'start'].map(order))));
      }
      const states = async () =>
        (await call('GET', `${silent.serverId}/commands?limit=200`)).body.items as unknown as CommandView[];
      const ended = await until('all to be sent or superseded', async () => {
        const all = await states();
        return all.some(({ state }) => state === 'issued') ? null : all;
      });
      agent.send({ type: 'agent:ping', n: 7 });
      await agent.frame('controller:pong', ({ n }) => n === 7);
      const sent = agent.frames.flatMap(({ type, command }) =>
        type === 'controller:issue-command' ? [(command as { command_id: string }).command_id] : [],
      );
      expect(issued).toHaveLength(100);
      const superseded = ended.filter(({ state }) => state === 'superseded');
      expect(superseded.filter(({ command_id }) => sent.includes(command_id))).toEqual([]);
      expect(new Set(sent).size + superseded.length).toBe(100);
    } finally {
      clearInterval(beating);
      agent.close();
    }
  });

  it('an agent speaks for its own commands only', async () => {
    systemd.set('active', 'running');
    systemd.isSlow = true;
    const stop = await command('stop', {}, '?wait_s=0');
    const stranger = await RawAgent.link(controller.url, await insertAgent(controller.database));
    const { command_id, generation } = stop;
    stranger.send({
      type: 'agent:report-command',
      command_id,
      generation,
      ok: true,
      detail: '',
      state: null,
      checks: null,
    });
    stranger.send({ type: 'agent:ping', n: 1 });
    await stranger.frame('controller:pong');
    await until('accepted by its own', async () => (await find(command_id)).state === 'accepted');
    await until('the stop to be under way', () => systemd.unit.includes('deactivating'));
    stranger.close();
    systemd.set('inactive', 'dead');
    await until('the end', async () => (await find(command_id)).state === 'succeeded');
  });
});
