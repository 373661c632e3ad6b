import { generateKeyPairSync } from 'node:crypto';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeSystemd } from './fake-systemd.ts';
import { until, type TestAgentRow } from './fleet-rows.ts';
import { ScriptedController } from './scripted-controller.ts';
import { TestSupervisor } from './test-supervisor.ts';

const row: TestAgentRow = {
  agentId: 'agt_00000000-0000-7000-8000-000000000001',
  serverId: 'srv_1',
  name: 'host',
  machineId: null,
  key: generateKeyPairSync('ed25519').privateKey,
};

describe('the supervisor', { timeout: 90_000 }, () => {
  let controller: ScriptedController;
  let systemd: FakeSystemd;
  let supervisor: TestSupervisor;
  beforeEach(async () => {
    systemd = new FakeSystemd();
    systemd.set('active', 'running');
    controller = await ScriptedController.start();
  });
  afterEach(async () => {
    await supervisor.close();
    await controller.close();
    systemd.close();
  });
  const start = async (directory?: string) => {
    supervisor = await TestSupervisor.start(controller.url, row, directory);
  };

  it('keeps its key to itself, offers the subprotocol, sends neither Origin nor cookie, and beats at once', async () => {
    await start();
    for (const name of ['agent.json', 'agent.key']) {
      expect(statSync(join(supervisor.directory, name)).mode & 0o777).toBe(0o600);
    }
    const hello = await controller.frame('agent:hello');
    expect(hello).toMatchObject({ protocol_version: 1, agent_id: row.agentId, last_generation: 0 });
    const { headers, url } = controller.handshakes[0]!;
    expect(headers['sec-websocket-protocol']).toBe('ironwheel.agent.v1');
    expect([headers.origin, headers.cookie, url]).toEqual([undefined, undefined, '/agent/v1']);
    expect(decodeJwt(headers.authorization!.slice(7))).toMatchObject({ sub: row.agentId, aud: 'ironwheel' });
    expect(await controller.frame('agent:send-heartbeat')).toMatchObject({
      state: { process_state: 'running' },
    });
  });

  it('refuses what was replayed, is older, has expired or comes in between, and acts once', async () => {
    await start();
    await controller.frame('agent:send-heartbeat');
    systemd.isSlow = true;
    controller.issue({ id: 'one', generation: 5, verb: 'stop' });
    expect(await controller.answerTo('one')).toMatchObject({ accepted: true, refusal: null });
    await until('the stop to be under way', () => systemd.unit.includes('deactivating'));
    controller.issue({ id: 'two', generation: 6, verb: 'start' });
    expect(await controller.answerTo('two')).toMatchObject({ accepted: false, refusal: 'busy' });
    systemd.set('inactive', 'dead');
    await controller.frame(
      'agent:report-command',
      (frame) => frame['command_id'] === 'one' && frame['ok'] === true,
    );
    controller.frames.length = 0;
    controller.issue({ id: 'one', generation: 5, verb: 'stop' });
    expect(await controller.answerTo('one')).toMatchObject({ accepted: false, refusal: 'replayed' });
    controller.issue({ id: 'three', generation: 5, verb: 'start' });
    expect(await controller.answerTo('three')).toMatchObject({ accepted: false, refusal: 'old_generation' });
    controller.issue({ id: 'four', generation: 7, verb: 'start', expiresInS: -1 });
    expect(await controller.answerTo('four')).toMatchObject({ accepted: false, refusal: 'expired' });
    expect(systemd.calls).toHaveLength(1);
    expect(supervisor.record).toMatchObject({ last_generation: 5, seen: ['one'] });
  });

  it('remembers over a restart what it did, and tells it again', async () => {
    await start();
    await controller.frame('agent:send-heartbeat');
    controller.issue({ id: 'one', generation: 5, verb: 'restart' });
    await controller.frame('agent:report-command', (frame) => frame['command_id'] === 'one');
    await supervisor.stop();
    controller.frames.length = 0;
    await start(supervisor.directory);
    expect(await controller.frame('agent:hello')).toMatchObject({ last_generation: 5 });
    expect(await controller.frame('agent:report-command')).toMatchObject({ command_id: 'one', ok: true });
    controller.issue({ id: 'one', generation: 5, verb: 'restart' });
    expect(await controller.answerTo('one')).toMatchObject({ refusal: 'replayed' });
    expect(systemd.calls).toHaveLength(1);
  });

  it('a command that a crash cut off is not carried out again; what the unit shows is told', async () => {
    await start();
    await controller.frame('agent:send-heartbeat');
    await supervisor.stop();
    writeFileSync(
      join(supervisor.directory, 'commands.json'),
      JSON.stringify({
        last_generation: 3,
        seen: ['cut'],
        taken: [{ command_id: 'cut', generation: 3, verb: 'restart', report: null }],
      }),
    );
    controller.frames.length = 0;
    await start(supervisor.directory);
    const report = await controller.frame('agent:report-command');
    expect(report).toMatchObject({ command_id: 'cut', ok: false });
    expect(report['detail']).toContain('the worker is running');
    expect(systemd.calls).toEqual([]);
  });

  it('knows no other verb, and comes back from frames that are none', async () => {
    await start();
    await controller.frame('agent:send-heartbeat');
    controller.send({ type: 'controller:dance' });
    controller.issue({ id: 'one', generation: 1, verb: 'status' });
    await controller.answerTo('one');
    controller.frames.length = 0;
    controller.issue({ id: 'evil', generation: 9, verb: 'exec' });
    await controller.frame('agent:hello');
    controller.frames.length = 0;
    controller.send('{{{');
    await controller.frame('agent:hello');
    expect(systemd.calls).toEqual([]);
  });

  it('carries out the checks that it knows', async () => {
    await start();
    await controller.frame('agent:send-heartbeat');
    controller.issue({
      id: 'checks',
      generation: 1,
      verb: 'run-checks',
      checks: ['units', 'disk', 'clock', 'limits'],
    });
    const { checks } = (await controller.frame('agent:report-command')) as unknown as {
      checks: { check: string; ok: boolean; mend: string | null }[];
    };
    expect(checks.map(({ check }) => check)).toEqual(['units', 'disk', 'clock', 'limits']);
    expect(checks[0]).toMatchObject({ ok: true, mend: null });
    expect(checks[3]!.ok).toBe(false);
    expect(checks[3]!.mend).not.toBeNull();
  });

  it('gives a connection up on which nothing comes any more', async () => {
    await start();
    await controller.frame('agent:send-heartbeat');
    controller.socket!.removeAllListeners('message');
    await supervisor.line('The link to the controller is away.');
    expect(supervisor.lines.find(({ msg }) => msg.startsWith('The link'))!['detail']).toContain(
      'three intervals',
    );
    await until('another handshake', () => controller.handshakes.length === 2);
  });

  it('comes back no earlier than it is told to', async () => {
    await start();
    await controller.frame('agent:send-heartbeat');
    controller.send({ type: 'controller:close', code: 4000, reason: 'later', retry_after_s: 1.5 });
    controller.socket!.close(4000, 'later');
    const line = await supervisor.line('The link to the controller is away.');
    expect(line['retry_in_ms']).toBeGreaterThanOrEqual(1500);
    controller.refusal = { status: 503, error: 'SERVICE_UNAVAILABLE', headers: { 'retry-after': '2' } };
    const count = supervisor.lines.length;
    expect(
      (await supervisor.line('The link to the controller is away.', count))['retry_in_ms'],
    ).toBeGreaterThanOrEqual(2000);
  });

  it.each([
    ['at the handshake', () => (controller.refusal = { status: 403, error: 'AGENT_REVOKED' })],
    ['while it is linked', () => controller.socket!.close(4003, 'revoked')],
  ])('once revoked %s it stays up and asks nobody any more', async (when, revoke) => {
    if (when === 'at the handshake') revoke();
    await start();
    if (when !== 'at the handshake') {
      await controller.frame('agent:send-heartbeat');
      revoke();
    }
    await supervisor.line('The controller refuses this agent for good');
    expect(supervisor.status.at(-1)).toContain('refused');
    expect(controller.handshakes).toHaveLength(1);
  });

  it.each([4010, 4011, 4012])('after %i it asks rarely', async (code) => {
    await start();
    await controller.frame('agent:send-heartbeat');
    controller.socket!.close(code, 'mend it');
    const line = await supervisor.line('The link to the controller is away.');
    expect(line['retry_in_ms']).toBeGreaterThanOrEqual(60_000);
  });

  it("with a clock that is off it signs by the controller's time, and tells its own in the hello", async () => {
    const ahead = Date.now() + 30 * 60_000;
    controller.refusal = {
      status: 401,
      error: 'AUTH_REQUIRED',
      headers: { date: new Date(ahead).toUTCString() },
    };
    controller.refusals = 1;
    await start();
    const hello = await controller.frame('agent:hello');
    const { iat } = decodeJwt(controller.handshakes.at(-1)!.headers.authorization!.slice(7));
    expect(Math.abs(iat! * 1000 - ahead)).toBeLessThan(60_000);
    expect(Math.abs(Date.parse(String(hello['now'])) - Date.now())).toBeLessThan(60_000);
  });
});
