import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { callController, createSampleWheel, TestWorker, type SampleWheel } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArtifactsFixture, target } from '../../../test/artifacts-fixture.ts';
import { ArtifactBytes } from './artifact-bytes.ts';
import { SweepUploads } from './sweep-uploads.ts';

const cp313 = { ...target, python_tag: 'cp313' };

describe('artifacts', () => {
  let at: ArtifactsFixture;
  beforeAll(async () => {
    at = await ArtifactsFixture.start({ ARTIFACT_MAX_BYTES: '200000' });
  });
  afterAll(() => at.controller.close());

  const isStored = (sha256: string): boolean =>
    existsSync(join(at.controller.dataDirectory, 'artifacts', sha256.slice(0, 2), sha256));

  it('takes a wheel of a live attempt and shows it once the result is accepted', async () => {
    const wheel = createSampleWheel({ name: 'Shown.Sample', requiresPython: '>=3.8' });
    const claim = await at.worker.claim('shown-sample', '1.0', target);
    const uploaded = await at.worker.upload(claim, wheel);
    expect(uploaded).toMatchObject({
      status: 200,
      body: { filename: wheel.filename, sha256: wheel.sha256, size: wheel.bytes.length, existed: false },
    });
    expect((await at.worker.upload(claim, wheel)).body['existed']).toBe(true);
    expect((await at.operate('GET', '/api/artifacts?name=shown_sample')).body).toEqual({
      items: [],
      total: 0,
    });
    expect((await at.worker.report(claim, [wheel])).body).toMatchObject({ state: 'succeeded' });
    const listed = await at.operate('GET', '/api/artifacts?name=shown_sample');
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
    expect((await at.operate('GET', `/api/artifacts/${wheel.sha256}`)).body).toEqual(listed.body.items[0]);
    const served = await fetch(listed.body.items[0]!.url);
    expect(Buffer.from(await served.arrayBuffer()).equals(wheel.bytes)).toBe(true);
  });

  it('refuses a file name that is not one of the job', async () => {
    const claim = await at.worker.claim('named', '1.0', target);
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
      expect(await at.worker.upload(claim, wheel), wheel.filename).toMatchObject({
        status: 422,
        body: { error: 'ARTIFACT_NAME_INVALID' },
      });
      expect(isStored(wheel.sha256)).toBe(false);
    }
    for (const tag of ['cp312-cp312-manylinux_2_34_s390x', 'cp37-abi3-linux_s390x', 'py3-none-any']) {
      expect((await at.worker.upload(claim, createSampleWheel({ name: 'named', tag }))).status, tag).toBe(
        200,
      );
    }
  });

  it('refuses bytes that are not the announced ones, and keeps nothing', async () => {
    const claim = await at.worker.claim('hashed', '1.0', target);
    const wheel = createSampleWheel({ name: 'hashed' });
    const before = await at.countRows();
    const answer = await at.worker.upload(claim, wheel, { 'x-content-sha256': '0'.repeat(64) });
    expect(answer).toMatchObject({ status: 422, body: { error: 'ARTIFACT_HASH_MISMATCH' } });
    expect(isStored(wheel.sha256)).toBe(false);
    const large = { ...wheel, bytes: randomBytes(300_000) };
    expect(await at.worker.upload(claim, large)).toMatchObject({
      status: 413,
      body: { error: 'REQUEST_TOO_LARGE' },
    });
    expect(await at.countRows()).toBe(before);
    expect(at.countTemporary()).toBe(0);
  });

  it('refuses wheels that lie, bombs and traversal with the reason, and keeps nothing', async () => {
    const claim = await at.worker.claim('lying', '1.0', target);
    const before = await at.countRows();
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
      const answer = await at.worker.upload(claim, wheel);
      expect(answer).toMatchObject({ status: 422, body: { error: 'ARTIFACT_CONTENT_INVALID' } });
      expect(answer.body.detail).toMatch(reason);
      expect(isStored(wheel.sha256)).toBe(false);
    }
    expect(await at.countRows()).toBe(before);
  });

  it('never changes the bytes behind a file name: other bytes are refused, a rebuild has a name of its own', async () => {
    const first = createSampleWheel({ name: 'rebuilt', module: 'first = 1\n' });
    const again = createSampleWheel({ name: 'rebuilt', module: 'second = 2\n' });
    // Both are under way at once: the second would have become a next generation behind the first.
    const other = await at.worker.claim('rebuilt', '1.0', cp313);
    await at.worker.publish(first, 'rebuilt', '1.0', target);
    expect(await at.worker.upload(other, again)).toMatchObject({
      status: 409,
      body: { error: 'ARTIFACT_NAME_TAKEN', served_sha256: first.sha256 },
    });
    expect(isStored(again.sha256)).toBe(false);
    // The same bytes for two interpreters are one file that both jobs brought.
    expect((await at.worker.upload(other, first)).body).toMatchObject({ existed: true });
    expect((await at.worker.report(other, [first])).body).toMatchObject({ state: 'succeeded' });
    const listed = await at.operate('GET', '/api/artifacts?name=rebuilt');
    expect(listed.body.items.map((item) => item.sha256)).toEqual([first.sha256, first.sha256]);
    const rebuild = await at.worker.claim('rebuilt', '1.0', { ...target, python_tag: 'cp314' });
    expect(rebuild.job.generation).toBe(2);
    expect((await at.worker.upload(rebuild, again)).body.error).toBe('ARTIFACT_NAME_INVALID');
    const named = createSampleWheel({ name: 'rebuilt', module: 'second = 2\n', buildTag: '2' });
    expect((await at.worker.upload(rebuild, named)).status).toBe(200);
    expect((await at.worker.report(rebuild, [named])).status).toBe(200);
    const wheels = await at.operate('GET', '/api/artifacts?name=rebuilt');
    expect(wheels.body.total).toBe(3);
  });

  it('ends both jobs with the first of two wheels that come under one name at the same time', async () => {
    const [one, two] = [
      createSampleWheel({ name: 'raced', module: 'one = 1\n' }),
      createSampleWheel({ name: 'raced', module: 'two = 2\n' }),
    ];
    const claims = [
      await at.worker.claim('raced', '1.0', target),
      await at.worker.claim('raced', '1.0', cp313),
    ] as const;
    expect((await at.worker.upload(claims[0], one)).status).toBe(200);
    expect((await at.worker.upload(claims[1], two)).status).toBe(200);
    const answers = await Promise.all([
      at.worker.report(claims[0], [one]),
      at.worker.report(claims[1], [two]),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual([200, 200]);
    const listed = await at.operate('GET', '/api/artifacts?name=raced');
    expect(listed.body.total).toBe(1);
    const jobs = await at.operate('GET', '/api/jobs?package=raced');
    expect(jobs.body.items).toHaveLength(2);
    for (const job of jobs.body.items) {
      expect(job).toMatchObject({
        state: 'succeeded',
        wheel: one.filename,
        wheel_sha256: listed.body.items[0]?.sha256,
      });
    }
    const told = await at.controller.database.query(
      `SELECT status FROM events WHERE name = 'raced' ORDER BY status`,
    );
    expect(told).toEqual([{ status: 'built' }, { status: 'reused' }]);
  });

  it('ends a job whose wheel was refused, since the same one is served already, with that one', async () => {
    const [first, second] = [
      createSampleWheel({ name: 'late-twin', module: 'one = 1\n' }),
      createSampleWheel({ name: 'late-twin', module: 'two = 2\n' }),
    ];
    const one = await at.worker.claim('late-twin', '1.0', target);
    const two = await at.worker.claim('late-twin', '1.0', cp313);
    await at.worker.upload(one, first);
    await at.worker.report(one, [first]);
    expect((await at.worker.upload(two, second)).body.error).toBe('ARTIFACT_NAME_TAKEN');
    const reported = await at.worker.report(two, [], 'ARTIFACT_NAME_TAKEN');
    expect(reported.body).toMatchObject({ state: 'failed', decision: { action: 'accept' } });
    expect((await at.operate('GET', `/api/jobs/${two.job.job_id}`)).body).toMatchObject({
      state: 'succeeded',
      wheel: first.filename,
      wheel_sha256: first.sha256,
    });
    // The word of a worker is not enough: there must be such a wheel.
    const alone = await at.worker.claim('no-twin', '1.0', target);
    await at.worker.report(alone, [], 'ARTIFACT_NAME_TAKEN');
    expect((await at.operate('GET', `/api/jobs/${alone.job.job_id}`)).body).toMatchObject({
      state: 'failed',
    });
  });

  it('takes nothing of an attempt that has ended, of another fencing, or of a revoked worker', async () => {
    const wheel = createSampleWheel({ name: 'late' });
    const claim = await at.worker.claim('late', '1.0', target);
    await at.controller.database.query(`UPDATE attempts SET fencing = fencing + 1000 WHERE id = $1`, [
      claim.attempt_id,
    ]);
    expect(await at.worker.upload(claim, wheel)).toMatchObject({
      status: 409,
      body: { error: 'LEASE_LOST' },
    });
    await at.controller.database.query(`UPDATE attempts SET fencing = fencing - 1000 WHERE id = $1`, [
      claim.attempt_id,
    ]);
    expect((await at.worker.report(claim, [])).status).toBe(200);
    expect(await at.worker.upload(claim, wheel)).toMatchObject({
      status: 409,
      body: { error: 'LEASE_LOST' },
    });
    const revoked = await TestWorker.enroll(at.controller);
    const held = await revoked.claim('late-too', '1.0', target);
    expect((await at.operate('DELETE', `/api/workers/${revoked.id}`)).status).toBe(200);
    expect(await revoked.upload(held, createSampleWheel({ name: 'late-too' }))).toMatchObject({
      status: 403,
    });
    expect(isStored(wheel.sha256)).toBe(false);
  });

  it('is good for the attempt of the token only', async () => {
    const one = await at.worker.claim('token-one', '1.0', target);
    const two = await at.worker.claim('token-two', '1.0', target);
    const crossed = { attempt_id: two.attempt_id, attempt_token: one.attempt_token };
    expect(await at.worker.upload(crossed, createSampleWheel({ name: 'token-two' }))).toMatchObject({
      status: 403,
      body: { error: 'AUTH_FORBIDDEN' },
    });
    const asAdmin = { attempt_id: two.attempt_id, attempt_token: at.controller.adminToken };
    expect((await at.worker.upload(asAdmin, createSampleWheel({ name: 'token-two' }))).status).toBe(403);
  });

  it('keeps nothing of an upload whose connection breaks', async () => {
    const claim = await at.worker.claim('broken-off', '1.0', target);
    const { hostname, port } = new URL(at.controller.url);
    const before = await at.countRows();
    const socket = connect(Number(port), hostname);
    socket.write(
      `PUT /api/attempts/${claim.attempt_id}/artifacts/broken_off-1.0-py3-none-any.whl HTTP/1.1\r\nHost: x\r\n` +
        `Authorization: Bearer ${claim.attempt_token}\r\nContent-Length: 100000\r\nX-Content-Sha256: ${'1'.repeat(64)}\r\n\r\n` +
        'x'.repeat(5000),
    );
    await expect.poll(() => at.countTemporary()).toBe(1);
    socket.destroy();
    await expect.poll(() => at.countTemporary()).toBe(0);
    expect(await at.countRows()).toBe(before);
  });

  it('hands the worker the source that lies with the controller', async () => {
    const sdist = randomBytes(20_000);
    const { sha256 } = await at.controller.app
      .get(ArtifactBytes, { strict: false })
      .put(Readable.from([sdist]), { maxBytes: 1e6 });
    const claim = await at.worker.claim('sourced', '1.0', target);
    const read = (token = claim.attempt_token) =>
      fetch(`${at.controller.url}/api/attempts/${claim.attempt_id}/source`, {
        headers: { authorization: `Bearer ${token}` },
      });
    expect((await read()).status).toBe(404);
    const source = { origin: 'input', filename: 'sourced-1.0.tar.gz', sha256 };
    await at.controller.database.query('UPDATE jobs SET source = $2 WHERE id = $1', [
      claim.job.job_id,
      JSON.stringify(source),
    ]);
    const answer = await read();
    expect(answer.headers.get('content-length')).toBe('20000');
    expect(Buffer.from(await answer.arrayBuffer()).equals(sdist)).toBe(true);
    expect((await read(at.controller.adminToken)).status).toBe(403);
    await at.worker.report(claim, []);
    expect((await read()).status).toBe(409);
  });

  it('sweeps uploads of ended attempts that no result named, and bytes that nothing stands for', async () => {
    const wheel = createSampleWheel({ name: 'swept' });
    const claim = await at.worker.claim('swept', '1.0', target);
    await at.worker.upload(claim, wheel);
    const sweep = at.controller.app.get(SweepUploads, { strict: false });
    const rows = () =>
      at.controller.database.query('SELECT 1 FROM artifacts WHERE sha256 = $1', [wheel.sha256]);
    await sweep.sweep();
    expect(await rows()).toHaveLength(1);
    await at.worker.report(claim, []);
    await sweep.sweep();
    expect(await rows()).toHaveLength(1);
    await at.controller.database.query(
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
    await at.worker.publish(wheel, 'yanked', '1.0', target);
    const path = `/api/artifacts/${wheel.sha256}`;
    expect((await at.operate('POST', `${path}/yank`, { reason: 'broken on z14' })).body['yanked']).toBe(
      'broken on z14',
    );
    expect((await at.operate('GET', path)).body['yanked']).toBe('broken on z14');
    expect((await at.operate('POST', `${path}/unyank`)).body['yanked']).toBe(false);
    const audit = await at.operate('GET', '/api/audit?limit=2');
    expect(audit.body.items.map((item) => item['action'])).toEqual([
      'POST /api/artifacts/:sha256/unyank',
      'POST /api/artifacts/:sha256/yank',
    ]);
    expect(audit.body.items[1]).toMatchObject({ subject: wheel.sha256, reason: 'broken on z14' });
    const viewer = await at.operate('POST', '/api/tokens', { name: 'reader', role: 'viewer' });
    expect((await callController(at.controller, 'POST', `${path}/yank`, viewer.body.token)).status).toBe(403);
    expect((await callController(at.controller, 'GET', path, viewer.body.token)).status).toBe(200);
    expect((await at.operate('POST', `/api/artifacts/${'0'.repeat(64)}/yank`)).body.error).toBe(
      'ARTIFACT_NOT_FOUND',
    );
  });
});
