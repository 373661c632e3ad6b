import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  callController,
  createTestDirectory,
  startController,
  type TestController,
} from '@ironwheel/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { countWaiting, until } from '../../../test/claims-fixture.ts';
import { Clock, Database, newId } from '../../platform/index.ts';

class TurnedClock extends Clock {
  aheadMs = 0;
  now(): Date {
    return new Date(Date.now() + this.aheadMs);
  }
}
const lifeMs = 15 * 60_000;
const toPem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }) as string;
const newKey = (): string => toPem(generateKeyPairSync('ed25519').publicKey);
const tokenOf = (answer: { body: Record<string, unknown> }): string =>
  /\/install\/(iwb_[A-Za-z0-9_-]+)$/.exec(String(answer.body['install_url']))?.[1] ?? 'none';

describe('provisioning', () => {
  const clock = new TurnedClock();
  const logged: string[] = [];
  let controller: TestController;
  let address = 0;
  beforeAll(async () => {
    const folder = createTestDirectory('agent-bundle');
    const bundle = join(folder, 'main.mjs');
    writeFileSync(bundle, 'console.log("agent")\n');
    writeFileSync(join(folder, 'text-thread.mjs'), 'console.log("thread")\n');
    writeFileSync(join(folder, 'queue-plugins.mjs'), 'console.log("queues")\n');
    // Each caller has its own address, since refusals are counted by address.
    const env = { TRUSTED_PROXIES: '127.0.0.1', AGENT_BUNDLE_FILE: bundle };
    controller = await startController({ env, clock, onLog: (line) => logged.push(line) });
  });
  afterAll(() => controller.close());
  beforeEach(() => {
    clock.aheadMs = 0;
  });

  const admin = (method: string, path: string, body?: unknown) =>
    callController(controller, method, path, controller.adminToken, body);
  const newServer = async (name: string, pool = 'default'): Promise<string> => {
    const id = newId('server');
    await controller.database.query(
      "INSERT INTO servers (id, name, pool, created_by) VALUES ($1, $2, $3, 'test')",
      [id, name, pool],
    );
    return id;
  };
  const newAddress = (): string => `198.51.100.${(address += 1)}`;
  const install = async (token: string, path = '', from = newAddress()) => {
    const answer = await fetch(`${controller.url}/install/${token}${path}`, {
      headers: { 'x-forwarded-for': from },
    });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  const enroll = async (token: string, body: Record<string, unknown> = {}) => {
    const answer = await fetch(`${controller.url}/api/agent/enroll`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': newAddress() },
      body: JSON.stringify({
        enrollment_token: token,
        name: 'whatever-the-host-is-called',
        public_key: newKey(),
        agent_public_key: newKey(),
        machine_id: null,
        hostname: 'vps1',
        version: '0.1.0',
        ...body,
      }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, string> };
  };
  const stateOf = async (server: string) =>
    (await admin('GET', `/api/servers/${server}/bundle`)).body['state'];
  const rowsOf = <Row extends object>(table: 'agents' | 'workers', server: string): Promise<Row[]> =>
    controller.database.query<Row>(`SELECT * FROM ${table} WHERE server_id = $1 ORDER BY enrolled_at`, [
      server,
    ]);

  it('tells the link once, keeps only its digest, and shows the life of the bundle', async () => {
    const server = await newServer('life');
    const made = await admin('POST', `/api/servers/${server}/bundle`);
    expect(made).toMatchObject({
      status: 201,
      body: { server_id: server, pool: 'default', state: 'issued' },
    });
    const token = tokenOf(made);
    expect(made.body['install_line']).toBe(`curl -sS '${controller.url}/install/${token}' | sh`);
    const shown = await admin('GET', `/api/servers/${server}/bundle`);
    expect(JSON.stringify(shown.body)).not.toContain('iwb_');
    const dump = await controller.database.query('SELECT b::text AS row FROM provisioning_bundles b');
    expect(JSON.stringify(dump)).not.toContain(token);

    expect((await install(token)).status).toBe(200);
    expect((await install(token)).status).toBe(200);
    expect(await stateOf(server)).toBe('downloaded');
    expect((await enroll(token)).status).toBe(200);
    expect(await stateOf('life')).toBe('used');
    expect(logged.join('\n')).not.toContain(token);
  });

  it('keeps no secret for a repeated Idempotency-Key', async () => {
    const server = await newServer('idempotent');
    const call = () =>
      fetch(`${controller.url}/api/servers/${server}/bundle`, {
        method: 'POST',
        headers: { authorization: `Bearer ${controller.adminToken}`, 'idempotency-key': 'bundle-1' },
      }).then((answer) => answer.text());
    expect(await call()).toContain('iwb_');
    expect(await call()).not.toContain('iwb_');
  });

  it('revokes the earlier open link when a new one is made, and on request', async () => {
    const server = await newServer('again');
    const first = tokenOf(await admin('POST', `/api/servers/${server}/bundle`));
    const second = tokenOf(await admin('POST', `/api/servers/${server}/bundle`));
    expect((await install(first)).status).toBe(410);
    expect((await install(second)).status).toBe(200);
    const dry = await admin('DELETE', `/api/servers/${server}/bundle?dry_run=true`);
    expect(dry.body).toMatchObject({ dry_run: true, state: 'downloaded' });
    expect((await admin('DELETE', `/api/servers/${server}/bundle`)).body).toMatchObject({ state: 'revoked' });
    const refused = await install(second);
    expect(refused.status).toBe(410);
    expect(refused.text).toContain('revoked');
    expect(await enroll(second)).toMatchObject({ status: 403, body: { error: 'ENROLLMENT_REFUSED' } });
  });

  it('ends a link after 15 minutes, for the script and for the enrolment', async () => {
    const server = await newServer('expires');
    const token = tokenOf(await admin('POST', `/api/servers/${server}/bundle`));
    clock.aheadMs = lifeMs - 5000;
    expect((await install(token)).status).toBe(200);
    clock.aheadMs = lifeMs + 1000;
    const gone = await install(token);
    expect(gone.status).toBe(410);
    expect(gone.text).toContain('expired');
    expect(gone.text).toContain('ironwheel servers bundle');
    expect((await enroll(token)).body['error']).toBe('ENROLLMENT_REFUSED');
    expect(await stateOf(server)).toBe('expired');
    const audit = await admin('GET', '/api/audit?action=bundle.refuse');
    expect(audit.body.items[0]).toMatchObject({ detail: { server_id: server } });
  });

  it('lets one of many enrolments with the same link win', async () => {
    const server = await newServer('race');
    const token = tokenOf(await admin('POST', `/api/servers/${server}/bundle`));
    const answers = await Promise.all(Array.from({ length: 8 }, () => enroll(token)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ body }) => body['error'] === 'ENROLLMENT_REFUSED')).toHaveLength(7);
    expect(await rowsOf('agents', server)).toHaveLength(1);
    expect(await rowsOf('workers', server)).toHaveLength(1);
  });

  it('makes the agent and the worker of the server, in its pool and under its name', async () => {
    await controller.database.query("INSERT INTO pools (name) VALUES ('z16')");
    const server = await newServer('z16-a', 'z16');
    const token = tokenOf(await admin('POST', '/api/servers/z16-a/bundle'));
    const enrolled = await enroll(token);
    expect(enrolled.body).toMatchObject({ name: 'z16-a', pool: 'z16', server_id: server });
    expect(await rowsOf('agents', server)).toMatchObject([
      { id: enrolled.body['agent_id'], hostname: 'vps1' },
    ]);
    expect(await rowsOf('workers', server)).toMatchObject([
      { id: enrolled.body['worker_id'], name: 'z16-a', pool: 'z16', revoked_at: null },
    ]);
  });

  it('gives the same answer to the same keys again, since the first answer may have been lost', async () => {
    await newServer('lost-answer');
    const token = tokenOf(await admin('POST', '/api/servers/lost-answer/bundle'));
    const keys = { public_key: newKey(), agent_public_key: newKey() };
    const first = await enroll(token, keys);
    expect(first.status).toBe(200);
    expect(await enroll(token, keys)).toEqual(first);
    expect((await enroll(token, { ...keys, agent_public_key: newKey() })).status).toBe(403);
  });

  it('replaces both keys of a server that enrols anew, and the old ones are good for nothing', async () => {
    const server = await newServer('reinstalled');
    const first = await enroll(tokenOf(await admin('POST', `/api/servers/${server}/bundle`)));
    const second = await enroll(tokenOf(await admin('POST', `/api/servers/${server}/bundle`)));
    expect(second.body).toMatchObject({ name: 'reinstalled', server_id: server });
    for (const table of ['agents', 'workers'] as const) {
      const rows = await rowsOf<{ id: string; revoked_at: Date | null }>(table, server);
      expect(rows.map((row) => row.revoked_at === null)).toEqual([false, true]);
    }
    expect((await admin('GET', `/api/workers/${first.body['worker_id']}`)).body['revoked_at']).not.toBeNull();
  });

  it('refuses keys that are known, private, equal or missing, and leaves the link unused', async () => {
    const server = await newServer('bad-keys');
    const token = tokenOf(await admin('POST', `/api/servers/${server}/bundle`));
    const known = newKey();
    await enroll(tokenOf(await admin('POST', `/api/servers/${await newServer('other')}/bundle`)), {
      agent_public_key: known,
    });
    const pair = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
    const refused = [
      await enroll(token, { agent_public_key: known }),
      await enroll(token, { agent_public_key: pair }),
      await enroll(token, { agent_public_key: undefined }),
      await enroll(token, { agent_public_key: known, public_key: known }),
    ];
    expect(refused.map(({ body }) => body['error'])).toEqual([
      'ENROLLMENT_REFUSED',
      'REQUEST_INVALID',
      'REQUEST_INVALID',
      'REQUEST_INVALID',
    ]);
    expect((await enroll(token)).status).toBe(200);
  });

  it('waits for a server that is being moved, and does not go to the pool that it leaves', async () => {
    await controller.database.query("INSERT INTO pools (name) VALUES ('moving-to')");
    const server = await newServer('moving');
    const token = tokenOf(await admin('POST', `/api/servers/${server}/bundle`));
    let enrolling = Promise.resolve<Awaited<ReturnType<typeof enroll>> | null>(null);
    await controller.app.get(Database, { strict: false }).transaction(async (tx) => {
      await tx.query('SELECT 1 FROM servers WHERE id = $1 FOR UPDATE', [server]);
      await tx.query("UPDATE servers SET pool = 'moving-to' WHERE id = $1", [server]);
      let isOver = false;
      enrolling = enroll(token).finally(() => (isOver = true));
      await until(async () => isOver || (await countWaiting(controller.database)) > 0);
    });
    expect((await enrolling)?.body['detail']).toContain('moved from pool default to moving-to');
  });

  it('is bound to the pool and to a server that is not archived', async () => {
    await controller.database.query("INSERT INTO pools (name) VALUES ('elsewhere')");
    const server = await newServer('moved');
    const token = tokenOf(await admin('POST', `/api/servers/${server}/bundle`));
    await controller.database.query("UPDATE servers SET pool = 'elsewhere' WHERE id = $1", [server]);
    expect((await enroll(token)).body['detail']).toContain('moved from pool default to elsewhere');
    expect((await install(token)).text).toContain('moved from pool');
    await controller.database.query('UPDATE servers SET archived_at = now() WHERE id = $1', [server]);
    expect((await admin('POST', `/api/servers/${server}/bundle`)).body.error).toBe('SERVER_ARCHIVED');
    expect((await admin('POST', '/api/servers/nobody/bundle')).body.error).toBe('SERVER_NOT_FOUND');
    expect((await admin('GET', `/api/servers/${await newServer('bare')}/bundle`)).body.error).toBe(
      'BUNDLE_NOT_FOUND',
    );
  });

  it('answers guesses with a script that says no, and after a while with nothing else', async () => {
    const from = newAddress();
    const answers = [];
    for (let guess = 0; guess < 11; guess += 1) answers.push(await install(`iwb_guess${guess}`, '', from));
    expect(answers.slice(0, 10).every(({ status }) => status === 410)).toBe(true);
    expect(answers[0]!.text).toContain('exit 1');
    expect(answers[10]).toMatchObject({ status: 429 });
    expect(answers[10]!.headers.get('retry-after')).not.toBeNull();
  });

  it('gives the files by their digest and nothing else, to anyone', async () => {
    const token = tokenOf(await admin('POST', `/api/servers/${await newServer('files')}/bundle`));
    const { text } = await install(token);
    const [sha256 = '', bytes = ''] =
      /^([0-9a-f]{64}) (\d+) 755 lib\/notify-exec\.pl$/m.exec(text)?.slice(1) ?? [];
    const file = await fetch(`${controller.url}/install/files/${sha256}/notify-exec.pl`);
    expect(file.status).toBe(200);
    expect((await file.arrayBuffer()).byteLength).toBe(Number(bytes));
    expect((await fetch(`${controller.url}/install/files/${'0'.repeat(64)}/main.mjs`)).status).toBe(404);
    expect((await fetch(`${controller.url}/install/files/..%2f..%2fetc/passwd`)).status).toBe(400);
  });

  it('is for operators: a viewer sees the bundle and makes none', async () => {
    const server = await newServer('roles');
    const viewer = (await admin('POST', '/api/tokens', { name: 'look', role: 'viewer' })).body.token;
    expect((await callController(controller, 'POST', `/api/servers/${server}/bundle`, viewer)).status).toBe(
      403,
    );
    await admin('POST', `/api/servers/${server}/bundle`);
    expect((await callController(controller, 'GET', `/api/servers/${server}/bundle`, viewer)).status).toBe(
      200,
    );
    expect((await callController(controller, 'DELETE', `/api/servers/${server}/bundle`, viewer)).status).toBe(
      403,
    );
  });
});
