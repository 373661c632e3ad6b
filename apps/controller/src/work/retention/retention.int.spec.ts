import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { retentionRunSchema, retentionViewSchema, type RetentionView } from '@ironwheel/contracts';
import { createSampleWheel } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArtifactsFixture, target } from '../../../test/artifacts-fixture.ts';
import { ArtifactBytes } from '../artifacts/index.ts';

describe('retention', () => {
  let at: ArtifactsFixture;
  beforeAll(async () => {
    at = await ArtifactsFixture.start({
      RETENTION_INTERVAL_S: '0',
      RETENTION_LOG_MAX_AGE_DAYS: '30',
      RETENTION_LOG_MAX_COUNT: '3',
    });
  });
  afterAll(() => at.controller.close());

  const store = (): string => join(at.controller.dataDirectory, 'artifacts');
  const pathOf = (sha256: string): string => join(store(), sha256.slice(0, 2), sha256);
  const makeOld = (sha256: string): void => utimesSync(pathOf(sha256), 1_000_000, 1_000_000);
  const view = async (): Promise<RetentionView> =>
    retentionViewSchema.parse((await at.operate('GET', '/api/retention')).body);
  const run = async (query = ''): Promise<Record<string, number>> => {
    const answer = await at.operate('POST', `/api/retention/run${query}`);
    expect(answer.status).toBe(200);
    const body = retentionRunSchema.parse(answer.body);
    expect(body.error).toBeNull();
    return Object.fromEntries(body.removed.map(({ rule, count }) => [rule, count]));
  };
  const nothing = { logs: 0, posted_logs: 0, uploads: 0, inputs: 0, orphans: 0 };
  const sql = (text: string, parameters: readonly unknown[] = []) =>
    at.controller.database.query(text, parameters);

  /** A sealed log of one block, with an index over it. */
  async function plantLog(attemptId: string, daysAgo: number): Promise<void> {
    await sql(
      `INSERT INTO sealed_logs (attempt_id, ended_at, bytes, stored_bytes)
       VALUES ($1, now() - make_interval(days => $2), 10, 5)`,
      [attemptId, daysAgo],
    );
    await sql(
      `WITH segment AS (INSERT INTO log_segments (blocks, newest_at, data) VALUES (1, now(), '') RETURNING id)
       INSERT INTO log_blocks (attempt_id, block, byte_offset, bytes, first_line, at, segment_id, position, data)
       SELECT $1, 0, 0, 10, 1, now(), id, 0, '' FROM segment`,
      [attemptId],
    );
  }

  it('takes nothing that is served, wanted or young; an orphan and a forgotten upload go', async () => {
    const served = createSampleWheel({ name: 'served' });
    await at.worker.publish(served, 'served', '1.0', target);
    const building = createSampleWheel({ name: 'building' });
    await at.worker.upload(await at.worker.claim('building', '1.0', target), building);
    const forgotten = createSampleWheel({ name: 'forgotten' });
    const claim = await at.worker.claim('forgotten', '1.0', target);
    await at.worker.upload(claim, forgotten);
    await at.worker.report(claim, []);
    await sql(`UPDATE attempts SET finished_at = now() - interval '2 hours' WHERE id = $1`, [
      claim.attempt_id,
    ]);
    const bytes = at.controller.app.get(ArtifactBytes, { strict: false });
    const old = await bytes.put(Readable.from([Buffer.from('an orphan')]), { maxBytes: 100 });
    const young = await bytes.put(Readable.from([Buffer.from('a young one')]), { maxBytes: 100 });
    for (const { sha256 } of [served, building, forgotten, old]) makeOld(sha256);

    const before = readdirSync(store(), { recursive: true }).length;
    expect(await run('?dry_run=true')).toEqual({ ...nothing, uploads: 1, orphans: 1 });
    expect(readdirSync(store(), { recursive: true })).toHaveLength(before);

    // The bytes of the upload go as an orphan, since they came in to this controller a moment ago.
    expect(await run()).toEqual({ ...nothing, uploads: 1, orphans: 2 });
    expect([served, building, young].map(({ sha256 }) => existsSync(pathOf(sha256)))).toEqual([
      true,
      true,
      true,
    ]);
    expect([forgotten, old].map(({ sha256 }) => existsSync(pathOf(sha256)))).toEqual([false, false]);
    const file = await fetch(`${at.controller.url}/files/${served.sha256}/${served.filename}`);
    expect(Buffer.from(await file.arrayBuffer()).equals(served.bytes)).toBe(true);
    expect(await run()).toEqual(nothing);
  });

  it('keeps the bytes of an orphan that comes again', async () => {
    const bytes = at.controller.app.get(ArtifactBytes, { strict: false });
    const put = () => bytes.put(Readable.from([Buffer.from('comes again')]), { maxBytes: 100 });
    const { sha256 } = await put();
    makeOld(sha256);
    await put();
    expect(Date.now() - statSync(pathOf(sha256)).mtimeMs).toBeLessThan(60_000);
    expect((await run())['orphans']).toBe(0);
  });

  it('takes logs by age and by count, the oldest first, but none of a job that is not over', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 7; index += 1) {
      const claim = await at.worker.claim(`logged-${index}`, '1.0', target);
      await at.worker.report(claim, []);
      ids.push(claim.attempt_id);
    }
    await sql(`UPDATE jobs SET state = 'failed', not_before = NULL WHERE name LIKE 'logged-%'`);
    await sql(
      `UPDATE jobs SET state = 'waiting', not_before = now() + interval '1 day' WHERE name = 'logged-0'`,
    );
    const ages = [400, 50, 20, 15, 3, 0, 0];
    for (const [index, id] of ids.entries()) await plantLog(id, ages[index] ?? 0);
    expect(await run('?dry_run=true')).toMatchObject({ logs: 4 - 1 });
    expect(await run()).toMatchObject({ logs: 3 });
    const left = await sql('SELECT attempt_id FROM sealed_logs WHERE removed_at IS NULL');
    expect(new Set(left.map((row) => (row as { attempt_id: string }).attempt_id))).toEqual(
      new Set([ids[0], ids[4], ids[5], ids[6]]),
    );
    expect(await sql('SELECT 1 FROM log_blocks')).toHaveLength(4);
    expect(await sql('SELECT 1 FROM log_segments')).toHaveLength(4);
    expect((await at.operate('GET', `/api/attempts/${ids[1]}/log`)).body.error).toBe('LOG_REMOVED');
  });

  it('takes inputs that were never used, and posted logs, by age', async () => {
    await sql(
      `INSERT INTO inputs (id, kind, filename, sha256, size, created_at, created_by, run_id) VALUES
       ('inp_old', 'sdist', 'a-1.tar.gz', 'a', 5, now() - interval '300 days', 'x', NULL),
       ('inp_used', 'sdist', 'b-1.tar.gz', 'b', 5, now() - interval '300 days', 'x', 'run_1'),
       ('inp_planned', 'sdist', 'c-1.tar.gz', 'c', 5, now() - interval '300 days', 'x', NULL),
       ('inp_young', 'sdist', 'd-1.tar.gz', 'd', 5, now(), 'x', NULL)`,
    );
    await sql(
      `INSERT INTO plans (run_id, state, document, input_ids, created_by) VALUES ('run_9', 'planned', '{}', '{inp_planned}', 'x')`,
    );
    await sql(
      `INSERT INTO log_entries (id, name, version, content, at) VALUES ('log_1', 'n', '1', 'x', now() - interval '31 days')`,
    );
    expect(await run()).toEqual({ ...nothing, inputs: 1, posted_logs: 1 });
    const left = await sql('SELECT id FROM inputs ORDER BY id');
    expect(left).toEqual([{ id: 'inp_planned' }, { id: 'inp_used' }, { id: 'inp_young' }]);
  });

  it('tells its rules, its last run and one that was cut off, and is audited', async () => {
    const told = await view();
    expect(told.rules.map(({ rule, would_remove: { count } }) => [rule, count])).toEqual(
      Object.entries(nothing),
    );
    expect(told.rules[0]?.bounds).toMatchObject({ RETENTION_LOG_MAX_COUNT: 3 });
    expect(told.last_run).toMatchObject({ state: 'done', started_by: 'bootstrap', dry_run: false });
    const { body: audit } = await at.operate('GET', '/api/audit?limit=1');
    expect(audit.items[0]).toMatchObject({ action: 'POST /api/retention/run', detail: { dry_run: false } });
    await sql(
      `INSERT INTO retention_runs (id, started_by, touched_at) VALUES ('ret_z', 'x', now() - interval '2 minutes')`,
    );
    expect((await view()).last_run).toMatchObject({
      state: 'interrupted',
      ended_at: null,
    });
  });
});
