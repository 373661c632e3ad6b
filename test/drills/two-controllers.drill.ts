import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from './drill-process.ts';
import { TwoControllersStage, type Actor } from './two-controllers-stage.ts';

const jobCount = 2000;
const workerCount = 8;
const kills = 30;
const killEveryMs = 4000;
/** One kill in so many hits a controller. */
const controllerKills = 4;
const patienceMs = 1_500_000;

let stage: TwoControllersStage;
beforeEach(async () => {
  stage = await TwoControllersStage.open();
});
afterEach(() => stage.close());

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const pick = <Item>(items: readonly Item[]): Item => {
  const item = items[Math.floor(Math.random() * items.length)];
  if (item === undefined) throw new Error('nothing to choose from');
  return item;
};

const killAndStart = async (actor: Actor): Promise<void> => {
  await actor.process.kill();
  actor.process = actor.start();
};

const countOpen = async (): Promise<number> => {
  const [row] = await stage.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM jobs WHERE state <> 'succeeded'`,
  );
  return row?.count ?? 0;
};

/**
 * What a person would do meanwhile: workers that were killed again and again are quarantined, and a job whose workers were
 * lost three times is given up.
 */
const tidyUp = async (): Promise<void> => {
  const workers = await stage.query<{ id: string }>(
    'SELECT id FROM workers WHERE quarantined_at IS NOT NULL',
  );
  for (const { id } of workers) await stage.call('POST', `/api/workers/${id}/unquarantine`, {});
  const failed = await stage.query<{ id: string }>(`SELECT id FROM jobs WHERE state = 'failed' LIMIT 50`);
  for (const { id } of failed) await stage.call('POST', `/api/jobs/${id}/retry`, {});
};

describe('two controllers, eight workers and random kills of all of them', () => {
  it('each job succeeds exactly once in the record', { timeout: patienceMs + 300_000 }, async () => {
    await stage.startControllers();
    for (let index = 0; index < jobCount; index += 1) {
      await stage.call('POST', '/api/queue/enqueue', {
        package: `drilled-${index}`,
        version: '1.0',
        python_tag: 'cp312',
        platform_tag: 'linux_x86_64',
      });
    }
    await stage.startWorkers(workerCount);
    let killed = 0;
    for (; killed < kills && (await countOpen()) > 0; killed += 1) {
      await pause(killEveryMs);
      await killAndStart(pick(killed % controllerKills === 0 ? stage.controllers : stage.workers));
      await tidyUp();
    }
    await until(
      'the end of all jobs',
      async () => {
        await tidyUp();
        return (await countOpen()) === 0;
      },
      () => stage.tell(),
      patienceMs,
    );
    expect(killed).toBeGreaterThan(0);

    const rows = await stage.query<{ accepted: number; accepts: number; events: number; live: number }>(
      `SELECT (SELECT count(*)::int FROM attempts WHERE job_id = jobs.id AND state = 'succeeded') AS accepted,
         (SELECT count(*)::int FROM attempts WHERE job_id = jobs.id AND state IN ('claimed', 'running')) AS live,
         (SELECT count(*)::int FROM decisions WHERE job_id = jobs.id AND action = 'accept') AS accepts,
         (SELECT count(*)::int FROM events WHERE name = jobs.name AND status = 'built') AS events
       FROM jobs`,
    );
    expect(rows).toHaveLength(jobCount);
    expect(rows.filter((row) => row.accepted !== 1 || row.accepts !== 1 || row.events !== 1)).toEqual([]);
    expect(rows.filter((row) => row.live > 0)).toEqual([]);
    const [served] = await stage.query<{ files: number; queued: number; lost: number }>(
      `SELECT (SELECT count(*)::int FROM served_files) AS files, (SELECT count(*)::int FROM queue_items) AS queued,
         (SELECT count(*)::int FROM attempts WHERE state = 'lost') AS lost`,
    );
    expect(served).toMatchObject({ files: jobCount, queued: 0 });
    process.stdout.write(`${killed} kills, ${served?.lost ?? 0} attempts lost\n`);
  });
});
