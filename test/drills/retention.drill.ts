import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { doctorViewSchema, retentionRunSchema, type DoctorView } from '@ironwheel/contracts';
import { startTestDatabase, type TestDatabase } from '@ironwheel/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from './drill-process.ts';
import { DrillStage } from './drill-stage.ts';

const builds = 8;
const logs = 6000;
const uploads = 1500;
const orphans = 1500;
const kills = 8;

interface Served {
  readonly sha256: string;
  readonly filename: string;
}

let stage: DrillStage;
let database: TestDatabase;
beforeEach(async () => {
  stage = new DrillStage();
  database = await startTestDatabase();
});
afterEach(async () => {
  await stage.close();
  await database.close();
});

const pathOf = (sha256: string): string => join(stage.dataDirectory, 'artifacts', sha256.slice(0, 2), sha256);

/** Bytes in the artifact store that came long ago; their digest. */
function plantBytes(): string {
  const bytes = randomBytes(400);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  mkdirSync(dirname(pathOf(sha256)), { recursive: true });
  writeFileSync(pathOf(sha256), bytes);
  utimesSync(pathOf(sha256), 1_000_000, 1_000_000);
  return sha256;
}

/** What every rule would take: sealed logs of long ago, uploads that no result named, bytes without a row. */
async function plantOld(): Promise<string[]> {
  const digests = Array.from({ length: uploads + orphans }, plantBytes);
  await database.query(
    `INSERT INTO jobs (id, name, version, python_tag, platform_tag, generation, state)
     SELECT 'job_old_' || n, 'old-' || n, '1', 'cp312', 'linux_x86_64', 1, 'failed' FROM generate_series(1, $1::int) AS n`,
    [logs],
  );
  await database.query(
    `INSERT INTO attempts (id, job_id, number, worker_id, claim_key, fencing, state, claimed_at, finished_at)
     SELECT 'att_old_' || n, 'job_old_' || n, 1, (SELECT id FROM workers LIMIT 1), 'k', -n, 'failed',
       now() - interval '500 days', now() - interval '500 days' FROM generate_series(1, $1::int) AS n`,
    [logs],
  );
  await database.query(
    `INSERT INTO sealed_logs (attempt_id, ended_at, bytes, stored_bytes)
     SELECT 'att_old_' || n, now() - interval '500 days', 100, 4 FROM generate_series(1, $1::int) AS n`,
    [logs],
  );
  await database.query(
    `INSERT INTO log_blocks (attempt_id, block, byte_offset, bytes, first_line, at, data)
     SELECT 'att_old_' || n, 0, 0, 100, 1, now(), '1234' FROM generate_series(1, $1::int) AS n`,
    [logs],
  );
  await database.query(
    `INSERT INTO artifacts (sha256, filename, size, name, version, tags, metadata, metadata_sha256, python_tag,
       platform_tag, job_id, attempt_id)
     SELECT sha256, 'old-' || n || '.whl', 400, 'old-' || n, '1', '{}', '', '', 'cp312', 'linux_x86_64', 'job_old_' || n,
       'att_old_' || n FROM unnest($1::text[]) WITH ORDINALITY AS planted (sha256, n)`,
    [digests.slice(0, uploads)],
  );
  return digests;
}

/** Directories of attempts that nobody knows, as a cut-off removal leaves them. */
function plantLeftovers(state: string, round: number): void {
  for (let index = 0; index < 200; index += 1) {
    const directory = join(state, 'attempts', `att_left_${round}_${index}`);
    mkdirSync(join(directory, 'work'), { recursive: true });
    writeFileSync(join(directory, 'work', 'left'), 'x');
    utimesSync(directory, 1_000_000, 1_000_000);
  }
}

async function buildWheels(): Promise<Served[]> {
  for (let index = 0; index < builds; index += 1) await stage.enqueueStub(`built-${index}`, 10);
  await until(
    'all built',
    async () => (await stage.jobs()).filter(({ state }) => state === 'succeeded').length === builds,
    () => stage.tell(),
  );
  const { items } = await stage.get<{ items: Served[] }>('/api/artifacts?limit=500');
  expect(items).toHaveLength(builds);
  return items;
}

async function expectServed(served: readonly Served[]): Promise<void> {
  for (const { sha256, filename } of served) {
    const answer = await fetch(`${stage.url}/files/${sha256}/${filename}`);
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect({ filename, sha256: createHash('sha256').update(bytes).digest('hex') }).toEqual({
      filename,
      sha256,
    });
  }
}

/** What is wrong, by check; the database of the drill is not made to survive a crash of its own. */
const findWrong = ({ checks }: DoctorView): Record<string, string[]> =>
  Object.fromEntries(
    checks
      .filter(({ ok, check }) => !ok && check !== 'database settings')
      .map(({ check, found }) => [check, found]),
  );
const askDoctor = async (): Promise<Record<string, string[]>> =>
  findWrong(doctorViewSchema.parse(await stage.get('/api/doctor?deep=true')));

describe('kill -9 of the controller and of a worker in the middle of retention', () => {
  it('nothing that is served goes, the rest goes in the end, and doctor names a missing file', async () => {
    await stage.startController({ DATABASE_URL: database.url, RETENTION_INTERVAL_S: '0' });
    const settings = { RUNNER: 'stub', WORKER_TIDY_INTERVAL_S: '1', WORKER_LEFTOVER_MIN_AGE_S: '60' };
    let worker = await stage.startWorker('one', settings);
    const served = await buildWheels();
    const planted = await plantOld();

    let cutOff = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      const running = stage.post('/api/retention/run', {}).then(
        () => true,
        () => false,
      );
      plantLeftovers(worker.state, kill);
      // Later each time, so that the cut falls into another rule.
      await pause(30 + kill * 120);
      await stage.controller.kill();
      await worker.process.kill();
      if (!(await running)) cutOff += 1;
      await stage.startController();
      worker = await stage.startWorker('one', settings);
      await expectServed(served);
    }
    expect(cutOff).toBeGreaterThan(kills / 2);
    const inTheMiddle = await database.query(
      `SELECT 1 FROM retention_runs WHERE ended_at IS NULL AND result <> '[]'`,
    );
    expect(inTheMiddle.length).toBeGreaterThan(1);
    const run = retentionRunSchema.parse((await stage.post('/api/retention/run', {})).body);
    expect(run).toMatchObject({ state: 'done', error: null });
    await expectServed(served);
    expect(planted.filter((sha256) => existsSync(pathOf(sha256)))).toEqual([]);
    expect(
      await database.query('SELECT 1 FROM sealed_logs WHERE removed_at IS NULL AND attempt_id LIKE $1', [
        'att_old_%',
      ]),
    ).toEqual([]);
    expect(await database.query('SELECT 1 FROM log_blocks')).toEqual([]);
    expect(await database.query('SELECT 1 FROM artifacts WHERE accepted_at IS NULL')).toEqual([]);
    await until(
      'a tidy worker',
      () => stage.attemptsOf(worker.state).length === 0,
      () => stage.tell(),
    );
    expect(await askDoctor()).toEqual({});

    const [missing] = served;
    if (missing === undefined) throw new Error('nothing is served');
    const kept = readFileSync(pathOf(missing.sha256));
    renameSync(pathOf(missing.sha256), join(stage.directory, 'aside'));
    expect(await askDoctor()).toEqual({
      'served files': [`${missing.filename} (${missing.sha256}): its bytes are missing`],
    });
    writeFileSync(pathOf(missing.sha256), kept);
    expect(await askDoctor()).toEqual({});
  });
});
