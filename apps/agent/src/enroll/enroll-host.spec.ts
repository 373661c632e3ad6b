import { generateKeyPairSync } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@ironwheel/logging';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runDoctor } from '../doctor/run-doctor.ts';
import type { DoctorHost } from '../doctor/check.ts';
import { enrollHost, type EnrollHostRequest } from './enroll-host.ts';

interface Seen {
  readonly public_key: string;
  readonly agent_public_key: string;
}

/** A controller that enrols hosts and takes the keys of the last one. */
class HostController {
  readonly enrolled: Seen[] = [];
  /** Breaks the connection after it has enrolled. */
  losesAnswer = false;
  acceptsKeys = true;
  tokensStatus = 403;
  #server: Server | null = null;
  url = '';

  async start(): Promise<void> {
    this.#server = createServer((request, response) => {
      let text = '';
      request.on('data', (part: Buffer) => (text += part.toString()));
      request.on('end', () => {
        const answer = (status: number, body: unknown): void => {
          response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
        };
        const path = request.url ?? '';
        const ids = { worker_id: 'wrk_1', agent_id: 'agt_1', server_id: 'srv_1' };
        if (path === '/api/agent/enroll') this.enrolled.push(JSON.parse(text) as Seen);
        if (path === '/api/agent/enroll' && this.losesAnswer) request.socket.destroy();
        else if (path === '/api/agent/enroll')
          answer(200, { ...ids, name: 'vps1', pool: 'default', heartbeat_interval_s: 10 });
        else if (path.endsWith('/claim-next') && !this.acceptsKeys)
          answer(403, { error: 'WORKER_REVOKED', detail: 'revoked', correlation_id: 'c' });
        else if (path.endsWith('/claim-next')) answer(200, { ok: true, would_claim: 0, blocked_by: [] });
        else answer(path.startsWith('/api/tokens') ? this.tokensStatus : 200, {});
      });
    });
    await new Promise<void>((resolve) => this.#server?.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }
}

describe('the enrolment of a host', () => {
  let directory: string;
  let controller: HostController;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'ironwheel-host-'));
    controller = new HostController();
    await controller.start();
  });
  afterEach(async () => {
    await controller.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const at = (name: string): string => join(directory, name);
  const enroll = (more: Partial<EnrollHostRequest> = {}) =>
    enrollHost({
      url: controller.url,
      token: 'iwb_0123456789abcdefghijkl',
      places: {
        agentDirectory: at('agent'),
        workerDirectory: at('worker'),
        agentOwner: undefined,
        workerOwner: undefined,
      },
      caFile: null,
      serverId: 'srv_1',
      keepValid: false,
      force: false,
      logger: createLogger({ service: 'test', level: 'silent' }),
      ...more,
    });
  const keys = (): string[] =>
    ['agent/agent.key', 'worker/worker.key'].map((name) => readFileSync(at(name), 'utf8'));

  it('makes a key for the supervisor and another for the worker, for their owners only', async () => {
    const { agent } = await enroll();
    expect(agent).toMatchObject({ agent_id: 'agt_1', server_id: 'srv_1', worker_id: 'wrk_1', name: 'vps1' });
    const [sent] = controller.enrolled;
    expect(sent?.public_key).not.toBe(sent?.agent_public_key);
    expect(JSON.stringify(sent)).not.toContain('PRIVATE');
    const [agentKey, workerKey] = keys();
    expect(agentKey).not.toBe(workerKey);
    for (const name of ['agent/agent.key', 'worker/worker.key', 'agent/agent.json']) {
      expect(statSync(at(name)).mode & 0o777).toBe(0o600);
    }
    expect(existsSync(at('worker/worker.key.pending'))).toBe(false);
  });

  it('asks with the same keys again after a lost answer', async () => {
    controller.losesAnswer = true;
    await expect(enroll()).rejects.toThrow();
    controller.losesAnswer = false;
    await enroll();
    const [first, second] = controller.enrolled;
    expect(second).toMatchObject({
      public_key: first?.public_key,
      agent_public_key: first?.agent_public_key,
    });
  });

  it('keeps keys that the controller still takes, and learns its new address', async () => {
    await enroll();
    const before = keys();
    writeFileSync(at('ca.pem'), '');
    const again = await enroll({ keepValid: true, caFile: at('ca.pem') });
    expect(again).toMatchObject({ kept: true, agent: { ca_file: at('ca.pem') } });
    expect(keys()).toEqual(before);
    expect(controller.enrolled).toHaveLength(1);
  });

  it.each([
    ['were revoked', () => (controller.acceptsKeys = false), {}],
    ['are of another server', () => undefined, { serverId: 'srv_2' }],
    ['are gone', () => rmSync(at('worker/worker.key')), {}],
    ['have a damaged record', () => writeFileSync(at('agent/agent.json'), '{'), {}],
  ])('replaces keys that %s', async (_why, spoil, more) => {
    await enroll();
    const [before] = keys();
    spoil();
    expect((await enroll({ keepValid: true, ...more })).kept).toBe(false);
    expect(keys()[0]).not.toBe(before);
  });

  it('takes no key that the worker laid out as a link to one of another', async () => {
    const stolen = generateKeyPairSync('ed25519').privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    }) as string;
    writeFileSync(at('somebody.key'), stolen, { mode: 0o600 });
    mkdirSync(at('worker'));
    symlinkSync(at('somebody.key'), at('worker/worker.key.pending'));
    await enroll();
    expect(keys()[1]).not.toBe(stolen);
    expect(readFileSync(at('somebody.key'), 'utf8')).toBe(stolen);
  });

  describe('doctor', () => {
    const doctor = async (more: Partial<DoctorHost> = {}) => {
      const results = await runDoctor({
        agentDirectory: at('agent'),
        workerDirectory: at('worker'),
        minFreeDiskBytes: 1,
        token: null,
        podman: 'podman',
        run: (_program, args) =>
          Promise.resolve({
            code: 0,
            stdout: args.includes('--version')
              ? 'podman version 4.3.1'
              : 'LoadState=loaded\nActiveState=active\nSubState=running\nNRestarts=0\n',
          }),
        ...more,
      });
      for (const { ok, mend } of results) expect(ok).toBe(mend === null);
      return new Map(results.map((result) => [result.check, result]));
    };

    it('names a host that was never enrolled, stopped units and missing programs, each with its mend', async () => {
      const found = await doctor({
        run: (program) =>
          Promise.resolve(
            program === 'podman'
              ? null
              : { code: 0, stdout: 'LoadState=loaded\nActiveState=failed\nSubState=failed\n' },
          ),
      });
      expect(found.get('enrolment')).toMatchObject({
        ok: false,
        mend: expect.stringContaining('servers bundle') as string,
      });
      expect(found.get('ironwheel-worker.service')).toMatchObject({
        ok: false,
        measured: 'failed/failed, ? restarts',
      });
      expect(found.get('podman')).toMatchObject({ ok: false, measured: 'it is not installed' });
      expect(found.get('limits')?.ok).toBe(false);
    });

    it('finds the way to the controller, the clock, the key and the limits in order', async () => {
      await enroll();
      writeFileSync(
        at('worker/health.json'),
        JSON.stringify({ at: 'now', ok: true, problems: [], enforces: { memory: true, pids: true } }),
      );
      const found = await doctor();
      for (const check of [
        'controller',
        'clock',
        'enrolment',
        'limits',
        'claims',
        'disk',
        'podman',
        'ironwheel-agent.service',
      ])
        expect([check, found.get(check)?.ok]).toEqual([check, true]);
    });

    it('says when the key was revoked, when others can read it, and when the disk is small', async () => {
      await enroll();
      controller.acceptsKeys = false;
      chmodSync(at('worker/worker.key'), 0o644);
      const found = await doctor({ minFreeDiskBytes: Number.MAX_SAFE_INTEGER });
      expect(found.get('enrolment')).toMatchObject({
        ok: false,
        measured: expect.stringContaining('refused') as string,
      });
      expect(found.get('worker key')).toMatchObject({
        ok: false,
        measured: expect.stringContaining('644') as string,
      });
      expect(found.get('disk')?.ok).toBe(false);
    });

    it('flags an administrator’s token, and does not print it', async () => {
      await enroll();
      const token = 'the-token-of-an-administrator';
      expect((await doctor({ token })).get('token')?.ok).toBe(true);
      controller.tokensStatus = 200;
      const found = await doctor({ token });
      expect(found.get('token')).toMatchObject({ ok: false });
      expect(JSON.stringify([...found.values()])).not.toContain(token);
    });

    it('says that the controller is away, and asks it nothing more', async () => {
      await enroll();
      await controller.close();
      const found = await doctor();
      expect(found.get('controller')).toMatchObject({ ok: false });
      expect(found.has('enrolment')).toBe(false);
    });
  });
});
