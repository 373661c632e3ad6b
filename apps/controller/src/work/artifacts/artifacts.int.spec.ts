import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  callController,
  createSampleWheel,
  startController,
  TestWorker,
  type SampleWheel,
  type TestController,
} from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArtifactBytes } from './artifact-bytes.ts';
import { SweepUploads } from './sweep-uploads.ts';

const target = { python_tag: 'cp312', platform_tag: 'manylinux_2_28_s390x' };
const cp313 = { ...target, python_tag: 'cp313' };

describe('artifacts', () => {
  let controller: TestController;
  let worker: TestWorker;
  beforeAll(async () => {
    controller = await startController({
      env: { ARTIFACT_STORE_RESERVE_BYTES: '0', ARTIFACT_MAX_BYTES: '200000' },
    });
    worker = await TestWorker.enroll(controller);
  });
  afterAll(() => controller.close());

  const admin = (method: string, path: string, body?: unknown) =>
    callController(controller, method, path, controller.adminToken, body);
  const isStored = (sha256: string): boolean =>
    existsSync(join(controller.dataDirectory, 'artifacts', sha256.slice(0, 2), sha256));
  const countRows = async (): Promise<number> =>
    (await controller.database.query<{ count: number }>('SELECT count(*)::int AS count FROM artifacts'))[0]!
      .count;
  const countTemporary = (): number => {
    const directory = join(controller.dataDirectory, 'artifacts', 'tmp');
    return existsSync(directory) ? readdirSync(directory).length : 0;
  };

  it('takes a wheel of a live attempt and shows it once the result is accepted', async () => {
    const wheel = createSampleWheel({ name: 'Shown.Sample', requiresPython: '>=3.8' });
    const claim = await worker.claim('shown-sample', '1.0', target);
    const uploaded = await worker.upload(claim, wheel);
    expect(uploaded).toMatchObject({
      status: 200,
      body: { filename: wheel.filename, sha256: wheel.sha256, size: wheel.bytes.length, existed: false },
    });
    expect((await worker.upload(claim, wheel)).body['existed']).toBe(true);
    expect((await admin('GET', '/api/artifacts?name=shown_sample')).body).toEqual({ items: [], total: 0 });
    expect((await worker.report(claim, [wheel])).body).toMatchObject({ state: 'succeeded' });
    const listed = await admin('GET', '/api/artifacts?name=shown_sample');
    expect(listed.body).toMatchObject({
      total: 1,
      items: [
        {
          sha256: wheel.sha256,
          filename: wheel.filename,
          name: 'shown-sample',
          version: '1.0',
          build_tag: null,
          tags: ['py3-none-any'],
          requires_python: '>=3.8',
          ...target,
          attempt_id: claim.attempt_id,
          yanked: false,
        },
      ],
    });
    expect((await admin('GET', `/api/artifacts/${wheel.sha256}`)).body).toEqual(listed.body.items[0]);
    const served = await fetch(listed.body.items[0]!.url);
    expect(Buffer.from(await served.arrayBuffer()).equals(wheel.bytes)).toBe(true);
  });

  it('refuses a file name that is not one of the job', async () => {
    const claim = await worker.claim('named', '1.0', target);
    const wrong: Partial<Parameters<typeof createSampleWheel>[0]>[] = [
      { name: 'other' },
      { version: '1.1' },
      { version: '1.0+local' },
      { buildTag: '2' },
      { tag: 'cp311-cp311-manylinux_2_28_s390x' },
      { tag: 'cp312-cp312-manylinux_2_28_x86_64' },
      { tag: 'cp312-cp312-musllinux_1_2_s390x' },
      { tag: 'cp312-cp312-win_amd64' },
      { tag: 'cp313-abi3-manylinux_2_28_s390x' },
    ];
    for (const options of wrong) {
      const wheel = createSampleWheel({ name: 'named', ...options });
      expect(await worker.upload(claim, wheel), wheel.filename).toMatchObject({
        status: 422,
        body: { error: 'ARTIFACT_NAME_INVALID' },
      });
      expect(isStored(wheel.sha256)).toBe(false);
    }
    for (const tag of ['cp312-cp312-manylinux_2_34_s390x', 'cp37-abi3-linux_s390x', 'py3-none-any']) {
      expect((await worker.upload(claim, createSampleWheel({ name: 'named', tag }))).status, tag).toBe(200);
    }
  });

  it('refuses bytes that are not the announced ones, and keeps nothing', async () => {
    const claim = await worker.claim('hashed', '1.0', target);
    const wheel = createSampleWheel({ name: 'hashed' });
    const before = await countRows();
    const answer = await worker.upload(claim, wheel, { 'x-content-sha256': '0'.repeat(64) });
    expect(answer).toMatchObject({ status: 422, body: { error: 'ARTIFACT_HASH_MISMATCH' } });
    expect(isStored(wheel.sha256)).toBe(false);
    const large = { ...wheel, bytes: randomBytes(300_000) };
    expect(await worker.upload(claim, large)).toMatchObject({
      status: 413,
      body: { error: 'REQUEST_TOO_LARGE' },
    });
    expect(await countRows()).toBe(before);
    expect(countTemporary()).toBe(0);
  });

  it('refuses wheels that lie, bombs and traversal with the reason, and keeps nothing', async () => {
    const claim = await worker.claim('lying', '1.0', target);
    const before = await countRows();
    const cases: [SampleWheel, RegExp][] = [
      [
        { ...createSampleWheel({ name: 'other' }), filename: 'lying-1.0-py3-none-any.whl' },
        /is of another wheel/,
      ],
      [
        createSampleWheel({ name: 'lying', moreMembers: [{ name: '../../evil.py', content: '' }] }),
        /outside of its directory/,
      ],
      [
        createSampleWheel({
          name: 'lying',
          moreMembers: [{ name: 'bomb', content: Buffer.alloc(70 * 1024 * 1024) }],
        }),
        /zip bomb/,
      ],
      [
        createSampleWheel({
          name: 'lying',
          moreMembers: [{ name: 'bomb', content: Buffer.alloc(70 * 1024 * 1024), lies: { bytes: 9 } }],
        }),
        /unpacks to more/,
      ],
      [
        {
          filename: 'lying-1.0-py3-none-any.whl',
          bytes: Buffer.from('no zip'),
          sha256: createHash('sha256').update('no zip').digest('hex'),
        },
        /too short/,
      ],
    ];
    for (const [wheel, reason] of cases) {
      const answer = await worker.upload(claim, wheel);
      expect(answer).toMatchObject({ status: 422, body: { error: 'ARTIFACT_CONTENT_INVALID' } });
      expect(answer.body.detail).toMatch(reason);
      expect(isStored(wheel.sha256)).toBe(false);
    }
    expect(await countRows()).toBe(before);
  });

  it('never changes the bytes behind a file name: other bytes are refused, a rebuild has a name of its own', async () => {
    const first = createSampleWheel({ name: 'rebuilt', module: 'first = 1\n' });
    const again = createSampleWheel({ name: 'rebuilt', module: 'second = 2\n' });
    // Both are under way at once: the second would have become a next generation behind the first.
    const other = await worker.claim('rebuilt', '1.0', cp313);
    await worker.publish(first, 'rebuilt', '1.0', target);
    expect(await worker.upload(other, again)).toMatchObject({
      status: 409,
      body: { error: 'ARTIFACT_NAME_TAKEN', served_sha256: first.sha256 },
    });
    expect(isStored(again.sha256)).toBe(false);
    // The same bytes for two interpreters are one file that both jobs brought.
    expect((await worker.upload(other, first)).body).toMatchObject({ existed: true });
    expect((await worker.report(other, [first])).body).toMatchObject({ state: 'succeeded' });
    const listed = await admin('GET', '/api/artifacts?name=rebuilt');
    expect(listed.body.items.map((item) => item.sha256)).toEqual([first.sha256, first.sha256]);
    const rebuild = await worker.claim('rebuilt', '1.0', { ...target, python_tag: 'cp314' });
    expect(rebuild.job.generation).toBe(2);
    expect((await worker.upload(rebuild, again)).body.error).toBe('ARTIFACT_NAME_INVALID');
    const named = createSampleWheel({ name: 'rebuilt', module: 'second = 2\n', buildTag: '2' });
    expect((await worker.upload(rebuild, named)).status).toBe(200);
    expect((await worker.report(rebuild, [named])).status).toBe(200);
    const wheels = await admin('GET', '/api/artifacts?name=rebuilt');
    expect(wheels.body.total).toBe(3);
  });

  it('lets one of two attempts win that upload other bytes under one name at the same time', async () => {
    const [one, two] = [
      createSampleWheel({ name: 'raced', module: 'one = 1\n' }),
      createSampleWheel({ name: 'raced', module: 'two = 2\n' }),
    ];
    const claims = [
      await worker.claim('raced', '1.0', target),
      await worker.claim('raced', '1.0', cp313),
    ] as const;
    expect((await worker.upload(claims[0], one)).status).toBe(200);
    expect((await worker.upload(claims[1], two)).status).toBe(200);
    const answers = await Promise.all([worker.report(claims[0], [one]), worker.report(claims[1], [two])]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409]);
    expect(answers.find((answer) => answer.status === 409)!.body.error).toBe('ARTIFACT_NAME_TAKEN');
    const listed = await admin('GET', '/api/artifacts?name=raced');
    expect(listed.body.total).toBe(1);
  });

  it('takes nothing of an attempt that has ended, of another fencing, or of a revoked worker', async () => {
    const wheel = createSampleWheel({ name: 'late' });
    const claim = await worker.claim('late', '1.0', target);
    await controller.database.query(`UPDATE attempts SET fencing = fencing + 1000 WHERE id = $1`, [
      claim.attempt_id,
    ]);
    expect(await worker.upload(claim, wheel)).toMatchObject({ status: 409, body: { error: 'LEASE_LOST' } });
    await controller.database.query(`UPDATE attempts SET fencing = fencing - 1000 WHERE id = $1`, [
      claim.attempt_id,
    ]);
    expect((await worker.report(claim, [])).status).toBe(200);
    expect(await worker.upload(claim, wheel)).toMatchObject({ status: 409, body: { error: 'LEASE_LOST' } });
    const revoked = await TestWorker.enroll(controller);
    const held = await revoked.claim('late-too', '1.0', target);
    expect((await admin('DELETE', `/api/workers/${revoked.id}`)).status).toBe(200);
    expect(await revoked.upload(held, createSampleWheel({ name: 'late-too' }))).toMatchObject({
      status: 403,
    });
    expect(isStored(wheel.sha256)).toBe(false);
  });

  it('is good for the attempt of the token only', async () => {
    const one = await worker.claim('token-one', '1.0', target);
    const two = await worker.claim('token-two', '1.0', target);
    const crossed = { attempt_id: two.attempt_id, attempt_token: one.attempt_token };
    expect(await worker.upload(crossed, createSampleWheel({ name: 'token-two' }))).toMatchObject({
      status: 403,
      body: { error: 'AUTH_FORBIDDEN' },
    });
    const asAdmin = { attempt_id: two.attempt_id, attempt_token: controller.adminToken };
    expect((await worker.upload(asAdmin, createSampleWheel({ name: 'token-two' }))).status).toBe(403);
  });

  it('keeps nothing of an upload whose connection breaks', async () => {
    const claim = await worker.claim('broken-off', '1.0', target);
    const { hostname, port } = new URL(controller.url);
    const before = await countRows();
    const socket = connect(Number(port), hostname);
    socket.write(
      `PUT /api/attempts/${claim.attempt_id}/artifacts/broken_off-1.0-py3-none-any.whl HTTP/1.1\r\nHost: x\r\n` +
        `Authorization: Bearer ${claim.attempt_token}\r\nContent-Length: 100000\r\nX-Content-Sha256: ${'1'.repeat(64)}\r\n\r\n` +
        'x'.repeat(5000),
    );
    await expect.poll(countTemporary).toBe(1);
    socket.destroy();
    await expect.poll(countTemporary).toBe(0);
    expect(await countRows()).toBe(before);
  });

  it('hands the worker the source that lies with the controller', async () => {
    const sdist = randomBytes(20_000);
    const { sha256 } = await controller.app
      .get(ArtifactBytes, { strict: false })
      .put(Readable.from([sdist]), { maxBytes: 1e6 });
    const claim = await worker.claim('sourced', '1.0', target);
    const read = (token = claim.attempt_token) =>
      fetch(`${controller.url}/api/attempts/${claim.attempt_id}/source`, {
        headers: { authorization: `Bearer ${token}` },
      });
    expect((await read()).status).toBe(404);
    const source = { origin: 'input', filename: 'sourced-1.0.tar.gz', sha256 };
    await controller.database.query('UPDATE jobs SET source = $2 WHERE id = $1', [
      claim.job.job_id,
      JSON.stringify(source),
    ]);
    const answer = await read();
    expect(answer.headers.get('content-length')).toBe('20000');
    expect(Buffer.from(await answer.arrayBuffer()).equals(sdist)).toBe(true);
    expect((await read(controller.adminToken)).status).toBe(403);
    await worker.report(claim, []);
    expect((await read()).status).toBe(409);
  });

  it('sweeps uploads of ended attempts that no result named, and bytes that nothing stands for', async () => {
    const wheel = createSampleWheel({ name: 'swept' });
    const claim = await worker.claim('swept', '1.0', target);
    await worker.upload(claim, wheel);
    const sweep = controller.app.get(SweepUploads, { strict: false });
    const rows = () => controller.database.query('SELECT 1 FROM artifacts WHERE sha256 = $1', [wheel.sha256]);
    await sweep.sweep();
    expect(await rows()).toHaveLength(1);
    await worker.report(claim, []);
    await sweep.sweep();
    expect(await rows()).toHaveLength(1);
    await controller.database.query(
      `UPDATE attempts SET finished_at = now() - interval '2 hours' WHERE id = $1`,
      [claim.attempt_id],
    );
    await sweep.sweep();
    expect(await rows()).toHaveLength(0);
    // They came in a moment ago, so another row may be about to name them.
    expect(isStored(wheel.sha256)).toBe(true);
  });

  it('yanks and takes it back, audited, for operators', async () => {
    const wheel = createSampleWheel({ name: 'yanked' });
    await worker.publish(wheel, 'yanked', '1.0', target);
    const path = `/api/artifacts/${wheel.sha256}`;
    expect((await admin('POST', `${path}/yank`, { reason: 'broken on z14' })).body['yanked']).toBe(
      'broken on z14',
    );
    expect((await admin('GET', path)).body['yanked']).toBe('broken on z14');
    expect((await admin('POST', `${path}/unyank`)).body['yanked']).toBe(false);
    const audit = await admin('GET', '/api/audit?limit=2');
    expect(audit.body.items.map((item) => item['action'])).toEqual([
      'POST /api/artifacts/:sha256/unyank',
      'POST /api/artifacts/:sha256/yank',
    ]);
    expect(audit.body.items[1]).toMatchObject({ subject: wheel.sha256, reason: 'broken on z14' });
    const viewer = await admin('POST', '/api/tokens', { name: 'reader', role: 'viewer' });
    expect((await callController(controller, 'POST', `${path}/yank`, viewer.body.token)).status).toBe(403);
    expect((await callController(controller, 'GET', path, viewer.body.token)).status).toBe(200);
    expect((await admin('POST', `/api/artifacts/${'0'.repeat(64)}/yank`)).body.error).toBe(
      'ARTIFACT_NOT_FOUND',
    );
  });
});
