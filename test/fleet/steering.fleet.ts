import type { CommandView } from '@ironwheel/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../drills/drill-process.ts';
import { FalseController } from './false-controller.ts';
import { FleetStage, findFleetPlace } from './fleet-stage.ts';
import { workerUnit, type ProvisionedHost } from './provisioned-host.ts';
import { enqueueStub } from './stub-jobs.ts';

const place = findFleetPlace();
const why = 'why' in place ? place.why : null;
if (why !== null) process.stdout.write(`the steering of hosts is not shown here: ${why}\n`);

describe.skipIf(why !== null)('process and intent of a host are steered apart', () => {
  let stage: FleetStage;
  let one: ProvisionedHost;
  let two: ProvisionedHost;

  beforeAll(async () => {
    if ('why' in place) return;
    stage = new FleetStage(place);
    await stage.controller.start();
    await stage.importRuntime();
    [one, two] = await Promise.all([stage.provisionStub('one'), stage.provisionStub('two')]);
  });
  afterAll(() => stage.close());

  const commandOf = (host: ProvisionedHost, id: string): Promise<CommandView> =>
    stage.controller.get(`/api/servers/${host.serverId}/commands/${id}?wait_s=30`);
  const order = (
    host: ProvisionedHost,
    verb: string,
    body: Readonly<Record<string, unknown>> = {},
  ): Promise<CommandView> => stage.controller.post(`/api/servers/${host.serverId}/${verb}?wait_s=0`, body);
  const isEnded = ({ state }: CommandView): boolean =>
    ['succeeded', 'failed', 'expired', 'superseded'].includes(state);
  const endOf = (host: ProvisionedHost, { command_id: id }: CommandView): Promise<CommandView> =>
    until(
      'the end of a command',
      async () => {
        const command = await commandOf(host, id);
        return isEnded(command) ? command : null;
      },
      () => stage.controller.tell(),
    );
  const carryOut = async (
    host: ProvisionedHost,
    verb: string,
    body: Readonly<Record<string, unknown>> = {},
  ): Promise<CommandView> => endOf(host, await order(host, verb, body));
  /** One run of the worker's process. */
  const runOf = (host: ProvisionedHost): Promise<string> => host.host.unit(workerUnit, 'InvocationID');
  const isActive = (host: ProvisionedHost): Promise<string> => host.host.unit(workerUnit, 'ActiveState');

  beforeEach(async () => {
    for (const each of [one, two]) {
      await each.waitUntil('connected', ({ link_state }) => link_state === 'connected');
      if ((await isActive(each)) !== 'active') await carryOut(each, 'start');
      await each.isUp();
      await each.intend('resume');
      await each.intend('unquarantine');
    }
  });

  it('start, stop, restart and status say what the process really does', async () => {
    await one.isUp();
    const first = await runOf(one);
    expect(await carryOut(one, 'stop')).toMatchObject({ verb: 'stop', state: 'succeeded' });
    expect(await isActive(one)).toBe('inactive');
    await one.waitUntil('stopped', ({ process_state }) => process_state === 'stopped');

    expect(await carryOut(one, 'start')).toMatchObject({ verb: 'start', state: 'succeeded' });
    expect(await isActive(one)).toBe('active');
    const second = await runOf(one);
    expect(second).not.toBe(first);

    expect(await carryOut(one, 'restart')).toMatchObject({ verb: 'restart', state: 'succeeded' });
    const third = await runOf(one);
    expect(third).not.toBe(second);

    // Somebody stops it on the host: no command of ours, and it is seen all the same.
    await one.host.exec(`systemctl stop ${workerUnit}`);
    const status = await carryOut(one, 'status');
    expect(status).toMatchObject({ verb: 'status', state: 'succeeded' });
    expect(status.detail).toContain('stopped');
    expect((await one.server()).process_state).toBe('stopped');
    await carryOut(one, 'start');
    await one.isUp();

    const { items } = await stage.controller.get<{ items: CommandView[] }>(
      `/api/servers/${one.serverId}/commands`,
    );
    expect(items.slice(0, 5).map(({ verb }) => verb)).toEqual([
      'start',
      'status',
      'restart',
      'start',
      'stop',
    ]);
  });

  it('pause, drain and quarantine touch no process, and a process command touches no intent', async () => {
    const before = await runOf(one);
    await one.intend('pause', { reason: 'a look' });
    expect((await one.worker()).desired_state).toBe('paused');
    await one.intend('drain');
    expect((await one.worker()).desired_state).toBe('draining');
    await one.intend('quarantine', { reason: 'suspect' });
    expect(await runOf(one)).toBe(before);

    await carryOut(one, 'stop');
    await carryOut(one, 'start');
    await one.isUp();
    await carryOut(one, 'restart');
    await one.isUp();
    const worker = await one.worker();
    expect(worker.desired_state).toBe('draining');
    expect(worker.quarantine?.reason).toBe('suspect');
    // Neither end of one is the end of the other.
    await one.intend('unquarantine');
    expect((await one.worker()).desired_state).toBe('draining');
    const after = await runOf(one);
    await one.intend('resume');
    expect((await one.worker()).desired_state).toBe('active');
    expect(await runOf(one)).toBe(after);
  });

  it('a stop says what it would end, and what it cuts off another host builds at once', async () => {
    await two.intend('pause');
    const id = await enqueueStub(stage.controller, 'cut-off', { stepMs: 4000 });
    const job = await until('a build that runs', async () => {
      const found = await stage.controller.job(id);
      return found.attempts.some(({ state }) => state === 'running') ? found : null;
    });
    const attempt = job.attempts[0]?.attempt_id ?? '';
    const impact = await stage.controller.call<{ would_end: unknown[] }>(
      'POST',
      `/api/servers/${one.serverId}/stop?dry_run=true`,
      {},
    );
    expect(impact.body.would_end).toHaveLength(1);
    expect(await isActive(one)).toBe('active');

    await two.intend('resume');
    const stopped = await carryOut(one, 'stop');
    expect(stopped.state).toBe('succeeded');
    const built = await until('the build of the other host', async () => {
      const found = await stage.controller.job(id);
      return found.state === 'succeeded' ? found : null;
    });
    expect(built.attempts.find(({ state }) => state === 'succeeded')?.worker_name).toBe('two');
    expect(built.attempts).toHaveLength(2);
    expect(built.attempts.find(({ attempt_id }) => attempt_id === attempt)?.state).not.toBe('running');
  });

  it('a stop that was asked to drain waits for the build and ends nothing', async () => {
    await two.intend('pause');
    const id = await enqueueStub(stage.controller, 'drained', { stepMs: 2000 });
    await until('a build that runs', async () => {
      const found = await stage.controller.job(id);
      return found.attempts.some(({ state }) => state === 'running');
    });
    const stopped = await carryOut(one, 'stop', { drain: true, drain_timeout_s: 120 });
    expect(stopped).toMatchObject({ state: 'succeeded', ended_attempts: [] });
    const job = await stage.controller.job(id);
    expect(job.attempts.map(({ state }) => state)).toEqual(['succeeded']);
    await two.intend('resume');
    await carryOut(one, 'start');
    await one.isUp();
  });

  it('of two verbs at once one is carried out, and the process is as that one says', async () => {
    const issued = await Promise.all([order(one, 'stop'), order(one, 'restart')]);
    const ended = await Promise.all(issued.map((command) => endOf(one, command)));
    process.stdout.write(
      `two verbs at once: ${ended.map(({ verb, state }) => `${verb} ${state}`).join(', ')}\n`,
    );
    const done = ended.filter(({ state }) => state === 'succeeded');
    expect(done).toHaveLength(1);
    expect(await isActive(one)).toBe(done[0]?.verb === 'stop' ? 'inactive' : 'active');
    if (done[0]?.verb === 'stop') await carryOut(one, 'start');
    await one.isUp();
  });

  it('an agent refuses a frame that was sent before, an old generation and one whose time is over', async () => {
    const last = await carryOut(one, 'status');
    const before = await runOf(one);
    await stage.controller.stop();
    const { certificate, address, port } = stage.controller;
    const impostor = await FalseController.start(certificate, address, port, 'one');
    try {
      const hello = await impostor.greet();
      expect(hello.last_generation).toBe(last.generation);
      const now = Date.now();
      const stop = {
        verb: 'stop' as const,
        issued_at: new Date(now).toISOString(),
        expires_at: new Date(now + 60_000).toISOString(),
        actor: 'nobody',
      };
      const fresh = 'cmd_01a00000-0000-7000-8000-000000000001';
      const replayed = { ...stop, command_id: last.command_id, generation: last.generation };
      expect(await impostor.issue(replayed)).toMatchObject({ accepted: false, refusal: 'replayed' });
      const old = { ...stop, command_id: fresh, generation: last.generation };
      expect(await impostor.issue(old)).toMatchObject({ accepted: false, refusal: 'old_generation' });
      const over = {
        ...stop,
        command_id: fresh,
        generation: last.generation + 1,
        expires_at: new Date(now - 60_000).toISOString(),
      };
      expect(await impostor.issue(over)).toMatchObject({ accepted: false, refusal: 'expired' });
      expect(await runOf(one)).toBe(before);
      expect(await isActive(one)).toBe('active');
    } finally {
      await impostor.close();
      await stage.controller.start();
    }
    await one.isUp();
  });

  it('a restarted worker is heard of again', async () => {
    const { last_heartbeat_at: seen } = await one.worker();
    await one.host.exec(`systemctl restart ${workerUnit}`);
    // What systemd says of when it began has no more than seconds; the time since the boot has microseconds.
    const beganMs = Number(await one.host.unit(workerUnit, 'ExecMainStartTimestampMonotonic')) / 1000;
    const bootedMs = Date.now() - Number((await one.host.exec('cat /proc/uptime')).split(' ')[0]) * 1000;
    const heardAt = await until('a heartbeat', async () => {
      const { last_heartbeat_at: at, heartbeat_state: state } = await one.worker();
      return at !== null && at !== seen && state === 'healthy' ? at : null;
    });
    const tookMs = Date.parse(heardAt) - bootedMs - beganMs;
    process.stdout.write(
      `from the start of a worker to its first heartbeat: about ${tookMs.toFixed(0)} ms\n`,
    );
  });
});
