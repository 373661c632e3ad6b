import { jobViewSchema, listOf, queueItemSchema, type JobView } from '@ironwheel/contracts';
import { startController, type TestController, type TestWorker } from '@ironwheel/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ClaimsFixture, until } from '../../../test/claims-fixture.ts';
import { Database } from '../../platform/index.ts';

const gib = 1024 ** 3;

describe('what jobs wait for', () => {
  let controller: TestController;
  let at: ClaimsFixture;
  beforeAll(async () => {
    controller = await startController();
  });
  afterAll(() => controller.close());
  beforeEach(async () => {
    at = new ClaimsFixture(controller);
    await controller.database.query('UPDATE workers SET revoked_at = now() WHERE revoked_at IS NULL');
  });

  const shown = async (jobId: string): Promise<JobView> => {
    const alone = jobViewSchema.parse((await at.operate('GET', `/api/jobs/${jobId}`)).body);
    const { body } = await at.operate('GET', `/api/jobs?package=${alone.name}`);
    const listed = listOf(jobViewSchema)
      .parse(body)
      .items.find((job) => job.job_id === jobId);
    expect(listed?.blocked_by).toEqual(alone.blocked_by);
    expect(listed?.holds_up).toBe(alone.holds_up);
    return alone;
  };
  const blockOf = async (jobId: string) => (await shown(jobId)).blocked_by?.code ?? null;
  /** A worker whose heartbeat is written down. */
  const beating = async (more: Record<string, unknown> = {}, slots = { total: 2, used: 0 }, ok = true) => {
    const worker = await at.worker();
    const beat = {
      version: '0.1.0',
      capabilities: {
        python_tags: [at.target.python_tag],
        platform_tags: [at.target.platform_tag],
        runner: 'stub',
        free_slots: 2,
        ...more,
      },
      slots,
      attempts: [],
      health: { ok, problems: [] },
      draining: false,
      spool: { bytes: 0, dropped_bytes: 0 },
    };
    await worker.post('/api/workers/heartbeat', beat);
    await until(async () => {
      const rows = await controller.database.query(
        `SELECT 1 FROM workers WHERE id = '${worker.id}' AND last_heartbeat_at IS NOT NULL`,
      );
      return rows.length > 0;
    });
    return worker;
  };
  const act = (worker: TestWorker, verb: string, body: unknown = {}) =>
    at.operate('POST', `/api/workers/${worker.id}/${verb}`, body);
  const link = (jobId: string, needs: string) =>
    controller.database.query(
      `INSERT INTO job_edges (job_id, needs_job_id, kind) VALUES ('${jobId}', '${needs}', 'build')`,
    );

  it('is told for a queued job by the first test that it does not pass', async () => {
    const jobId = await at.enqueue('waits-for-workers');
    expect(await blockOf(jobId)).toBe('no_worker_in_pool');
    const other = await beating({ python_tags: ['cp27'] });
    expect(await blockOf(jobId)).toBe('no_worker_for_target');
    const worker = await beating();
    expect(await blockOf(jobId)).toBeNull();
    await act(worker, 'pause', { for_s: 600 });
    expect((await shown(jobId)).blocked_by).toMatchObject({
      code: 'workers_not_ready',
      text: 'None of the 1 worker that could build it is ready: 1 paused.',
      until: expect.any(String) as string,
    });
    await act(worker, 'quarantine');
    expect((await shown(jobId)).blocked_by?.text).toContain('1 quarantined');
    await act(worker, 'unquarantine');
    await act(worker, 'resume');
    expect(await blockOf(jobId)).toBeNull();
    await controller.database.query(
      `UPDATE workers SET last_heartbeat_at = now() - interval '1 hour' WHERE id = '${worker.id}'`,
    );
    expect((await shown(jobId)).blocked_by?.text).toContain('1 stale');
    await beating({}, undefined, false);
    expect((await shown(jobId)).blocked_by?.text).toContain('1 stale, 1 unwell');
    await beating({}, { total: 2, used: 2 });
    expect(await blockOf(jobId)).toBe('workers_busy');
    await at.operate('POST', '/api/claims/pause', { reason: 'maintenance' });
    expect((await shown(jobId)).blocked_by?.text).toBe('All claims are paused: maintenance.');
    const queue = listOf(queueItemSchema).parse((await at.operate('GET', '/api/queue')).body).items;
    expect(queue.find((item) => item.job_id === jobId)?.blocked_by?.code).toBe('claims_paused');
    await at.operate('POST', '/api/claims/resume');
    await at.operate('POST', `/api/workers/${other.id}/resume`);
  });

  it('is told for a job that waits for its time, with why and until when', async () => {
    const worker = await beating();
    const jobId = await at.enqueue('waits-for-a-source');
    const error = { code: 'SDIST_NOT_FOUND', message: 'There is no sdist.', lines: [] };
    await at.report(await at.claim(worker), { error, phase: 'fetch' });
    const job = await shown(jobId);
    expect(job).toMatchObject({
      state: 'waiting',
      blocked_by: { code: 'not_before', until: job.not_before },
    });
    expect(job.blocked_by?.text).toContain('The source is not on the index, or not yet');
    const waitS = (Date.parse(job.not_before ?? '') - Date.now()) / 1000;
    expect(waitS).toBeGreaterThan(1000);
  });

  it('is told for blocked and unreachable jobs, with what holds up how many wanted wheels', async () => {
    const worker = await beating();
    const ids = await Promise.all(
      ['root', 'middle', 'leaf', 'unwanted'].map((name) => at.enqueue(`chain-${name}`)),
    );
    const [root, middle, leaf, unwanted] = ids as [string, string, string, string];
    await controller.database.query(`DELETE FROM queue_items WHERE job_id <> '${root}'`);
    await controller.database.query(
      `UPDATE jobs SET state = 'blocked' WHERE id IN ('${middle}', '${leaf}', '${unwanted}')`,
    );
    await link(middle, root);
    await link(leaf, middle);
    await link(unwanted, middle);
    await controller.database.query(
      `INSERT INTO plans (run_id, state, document, created_by) VALUES ('a-run', 'enqueued', '{}', 'a test')`,
    );
    await controller.database.query(
      `INSERT INTO run_jobs (run_id, job_id) VALUES ('a-run', '${middle}'), ('a-run', '${leaf}')`,
    );
    expect(await shown(root)).toMatchObject({ blocked_by: null, holds_up: 2 });
    expect(await shown(middle)).toMatchObject({
      holds_up: 1,
      blocked_by: { code: 'needs_jobs', jobs: [{ job_id: root, name: 'chain-root', state: 'queued' }] },
    });
    expect(await shown(leaf)).toMatchObject({ holds_up: 0, blocked_by: { jobs: [{ job_id: middle }] } });
    await at.report(await at.claim(worker), {
      error: { code: 'COMPILE_FAILED', message: 'It does not compile.', lines: [] },
    });
    expect(await shown(leaf)).toMatchObject({
      state: 'unreachable',
      blocked_by: { code: 'needs_failed', jobs: [{ job_id: root, name: 'chain-root', state: 'failed' }] },
    });
    expect(await shown(root)).toMatchObject({ state: 'failed', blocked_by: null, holds_up: 2 });
  });

  it('a build that ran out of memory waits for a bigger host, which small ones neither take nor stand before', async () => {
    const small = await beating({ memory_bytes: 4 * gib });
    const big = await beating({ memory_bytes: 20 * gib });
    const jobId = await at.enqueue('hungry');
    const error = { code: 'OUT_OF_MEMORY', message: 'It was killed.', lines: [] };
    const first = await at.claim(small);
    expect(first).toMatchObject({ limits: { memory_bytes: 4 * gib }, adjustment: {} });
    await at.report(first, { error, exit_code: 137 });
    expect(await shown(jobId)).toMatchObject({ state: 'waiting', adjustment: { memory_bytes: 8 * gib } });
    await until(async () => (await at.job(jobId)).state === 'queued');
    const behind = await at.enqueue('behind-the-hungry');
    const taken = await at.claims(small, { max: 4 });
    expect(taken.map(({ job }) => job.job_id)).toEqual([behind]);
    const capabilities = {
      python_tags: [at.target.python_tag],
      platform_tags: [at.target.platform_tag],
      runner: 'stub',
      free_slots: 4,
    };
    const [claim] = await at.claims(big, { capabilities: { ...capabilities, memory_bytes: 20 * gib } });
    expect(claim).toMatchObject({
      job: { job_id: jobId },
      limits: { memory_bytes: 8 * gib },
      adjustment: { memory_bytes: 8 * gib },
    });
    await at.report(claim!, { error, exit_code: 137 });
    expect((await at.job(jobId)).state).toBe('failed');
  });

  it('a build that no bigger host can take runs with fewer jobs', async () => {
    const worker = await beating({ memory_bytes: 4 * gib });
    const jobId = await at.enqueue('hungry-too');
    const error = { code: 'OUT_OF_MEMORY', message: 'It was killed.', lines: [] };
    await at.report(await at.claim(worker), { error, exit_code: 137 });
    await at.operate('POST', `/api/jobs/${jobId}/retry`);
    expect(await at.claim(worker)).toMatchObject({
      limits: { cpus: 1, memory_bytes: 4 * gib },
      recipes: { env: { MAX_JOBS: '1', MAKEFLAGS: '-j1' } },
      adjustment: { jobs: 1 },
    });
  });

  it('says when no host has the memory that a job needs any more', async () => {
    const worker = await beating({ memory_bytes: 4 * gib });
    const jobId = await at.enqueue('too-hungry');
    await controller.database.query(
      `UPDATE jobs SET adjustment = '{"memory_bytes": ${16 * gib}}' WHERE id = '${jobId}'`,
    );
    expect((await shown(jobId)).blocked_by).toMatchObject({
      code: 'too_little_memory',
      text: expect.stringContaining('16 GiB') as string,
    });
    expect(worker.id).toContain('wrk_');
  });

  it('costs as many statements for a page of jobs as for one', async () => {
    for (let index = 0; index < 20; index += 1) await at.enqueue(`paged-${index}`);
    const asked = vi.spyOn(controller.app.get(Database), 'query');
    const count = async (limit: number): Promise<number> => {
      asked.mockClear();
      const { body } = await at.operate('GET', `/api/jobs?limit=${limit}&state=queued`);
      expect(
        listOf(jobViewSchema)
          .parse(body)
          .items.every((job) => job.blocked_by !== undefined),
      ).toBe(true);
      const own = /AS root|AS lane|name = 'claims'|FROM pools/;
      return asked.mock.calls.filter(([statement]) => own.test(statement)).length;
    };
    const alone = await count(1);
    expect(alone).toBe(4);
    expect(await count(500)).toBe(alone);
    asked.mockRestore();
  });
});
