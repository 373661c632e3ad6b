import { callController, createSampleWheel } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArtifactsFixture, target } from '../../../test/artifacts-fixture.ts';

describe('manifest', () => {
  let at: ArtifactsFixture;
  beforeAll(async () => {
    at = await ArtifactsFixture.start();
  });
  afterAll(() => at.controller.close());

  it('saves a manifest in place of the one before and reads the last run', async () => {
    const entry = {
      name: 'numpy',
      version: '2.0',
      wheel: 'numpy-2.0-cp312-cp312-linux_s390x.whl',
      ...target,
      status: 'built',
    };
    const manifest = {
      run_id: 'run-of-a-direct-worker',
      ...target,
      entries: [entry, { ...entry, name: 'scipy', wheel: '', status: 'failed' }],
    };
    const token = (await at.operate('POST', '/api/tokens', { name: 'direct', role: 'worker' })).body.token;
    const post = (body: unknown) => callController(at.controller, 'POST', '/api/manifest', token, body);
    expect((await post(manifest)).body).toEqual({ run_id: manifest.run_id, entries: 2 });
    expect(
      (await post({ ...manifest, entries: [{ ...entry, path: '/cache/numpy.whl', size: 5 }] })).status,
    ).toBe(200);
    expect((await at.operate('GET', '/api/manifest')).body).toEqual({
      run_id: manifest.run_id,
      ...target,
      entries: [{ ...entry, path: '/cache/numpy.whl', size: 5 }],
    });
    expect((await at.operate('GET', '/api/manifest?run_id=none')).body).toMatchObject({
      run_id: 'none',
      entries: [],
    });
  });

  it('adds to the manifest of a run what its jobs built', async () => {
    const wheel = createSampleWheel({ name: 'of-a-run' });
    const claim = await at.worker.publish(wheel, 'of-a-run', '1.0', target);
    await at.controller.database.query(
      `INSERT INTO plans (run_id, state, document, created_by, created_at) VALUES ('run-x', 'enqueued', '{}', 'test', now() + interval '1 s')`,
    );
    await at.controller.database.query(`INSERT INTO run_jobs VALUES ('run-x', $1)`, [claim.job.job_id]);
    const manifest = await at.operate('GET', '/api/manifest');
    expect(manifest.body).toMatchObject({
      run_id: 'run-x',
      entries: [
        {
          name: 'of-a-run',
          wheel: wheel.filename,
          status: 'built',
          sha256: wheel.sha256,
          size: wheel.bytes.length,
        },
      ],
    });
    expect(manifest.body.entries[0]!.url).toContain(`/files/${wheel.sha256}/`);
  });
});
