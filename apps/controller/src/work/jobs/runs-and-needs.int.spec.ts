import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { startController, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countWaiting, until } from '../../../test/claims-fixture.ts';
import { Database, newId, shareTransaction } from '../../platform/index.ts';
import { EnqueueService } from './enqueue.service.ts';
import { JobsRepository } from './jobs.repository.ts';
import { JobsService } from './jobs.service.ts';
import { SettleJobs, type Settlement } from './settle-jobs.ts';

const failed: Settlement = { to: 'failed', reason: 'broken' };
const succeeded: Settlement = { to: 'succeeded', reason: null, wheel: 'x.whl' };

describe('runs, and jobs that need others', () => {
  let controller: TestController;
  let database: Database;
  let settle: SettleJobs;
  let jobs: JobsService;
  beforeAll(async () => {
    controller = await startController();
    database = controller.app.get(Database, { strict: false });
    settle = controller.app.get(SettleJobs, { strict: false });
    jobs = controller.app.get(JobsService, { strict: false });
  });
  afterAll(() => controller.close());

  /** A run of its own; `wants` maps each name to the names that it needs. */
  const run = async (wants: Record<string, string[]>): Promise<{ runId: string; ids: string[] }> => {
    const runId = newId('run');
    const nodes = Object.entries(wants).map(([name, needs]) => ({
      name,
      version: '1.0',
      python_tag: 'cp312',
      platform_tag: 'linux_s390x',
      needs: needs.map((need) => ({ name: need, kind: 'build-system' as const })),
    }));
    const { jobIds } = await database.transaction(async (tx) => {
      await tx.query(
        `INSERT INTO plans (run_id, state, document, created_by) VALUES ($1, 'enqueued', '{"plan": []}', 'test')`,
        [runId],
      );
      const enqueue = controller.app.get(EnqueueService, { strict: false });
      return enqueue.enqueue(tx, { runId, pool: 'default', priority: 0, rebuild: false, nodes });
    });
    return { runId, ids: jobIds };
  };
  const end = async (id: string, how: Settlement): Promise<void> =>
    (await database.transaction((tx) => settle.settle(tx, id, how)))();
  const states = async (ids: readonly string[]): Promise<string[]> =>
    Promise.all(ids.map(async (id) => (await jobs.get(id)).state));
  const runState = async (runId: string): Promise<string | undefined> =>
    (await database.query<{ state: string }>('SELECT state FROM plans WHERE run_id = $1', [runId]))[0]?.state;
  /** Both end at once: the second goes as far as it can before the first commits. */
  const endAtOnce = async (one: string, other: string): Promise<void> => {
    let isOver = false;
    let second = Promise.resolve();
    await database.transaction(async (tx) => {
      await settle.settle(tx, one, succeeded);
      second = end(other, succeeded).then(() => void (isOver = true));
      await until(async () => isOver || (await countWaiting(database)) > 0);
    });
    await second;
  };

  it('releases a job whose two needs succeed at once', async () => {
    const { ids } = await run({ 'need-a': [], 'need-b': [], 'needs-both': ['need-a', 'need-b'] });
    const [one = '', other = '', behind = ''] = ids;
    expect(await states(ids)).toEqual(['queued', 'queued', 'blocked']);
    await endAtOnce(one, other);
    expect(await states([behind])).toEqual(['queued']);
  });

  it('ends a run whose last job ends in a transaction that others share, whenever they write', async () => {
    // What the ones write is on its way to Postgres when the others come to write the same.
    for (let turns = 0; turns < 12; turns += 1) {
      const others = await run({ [`waits-${turns}`]: [], [`waits-too-${turns}`]: [] });
      const last = await run({ [`last-${turns}`]: [] });
      const wait = async (tx: SqlExecutor, id: string): Promise<unknown> =>
        settle.settle(tx, id, { to: 'waiting', reason: 'later', notBefore: new Date(Date.now() + 60_000) });
      await database.transaction((tx) =>
        shareTransaction(tx, [...others.ids, ...last.ids], async (shared, id) => {
          if (others.ids.includes(id)) return wait(shared, id);
          for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
          return settle.settle(shared, id, failed);
        }),
      );
      expect([turns, await runState(last.runId)]).toEqual([turns, 'done']);
    }
  });

  it('ends a run whose two last jobs end at once', async () => {
    const { runId, ids } = await run({ 'last-a': [], 'last-b': [] });
    await endAtOnce(ids[0] ?? '', ids[1] ?? '');
    expect(await runState(runId)).toBe('done');
  });

  it('cancels a job that a run which is done wanted once, with the one run that wants it now', async () => {
    const first = await run({ again: [] });
    await end(first.ids[0] ?? '', failed);
    expect(await runState(first.runId)).toBe('done');
    const second = await run({ again: [] });
    expect(second.ids).toEqual(first.ids);
    expect(await jobs.cancelRun(second.runId, null, false)).toMatchObject({ cancelled: first.ids, kept: [] });
    expect(await states(first.ids)).toEqual(['cancelled']);
  });

  it('keeps a shared job until the last run that wants it is cancelled, also when both are at once', async () => {
    const [one, other] = [await run({ shared: [] }), await run({ shared: [] })];
    let cancelling: Promise<unknown> = Promise.resolve();
    await database.transaction(async (tx) => {
      await tx.query('SELECT 1 FROM jobs WHERE id = $1 FOR UPDATE', [one.ids[0]]);
      cancelling = Promise.all([one, other].map(({ runId }) => jobs.cancelRun(runId, null, false)));
      await until(async () => (await countWaiting(database)) === 2);
    });
    await cancelling;
    expect(await states(one.ids)).toEqual(['cancelled']);
  });

  it('opens with a retry what became unreachable behind the job, and its run', async () => {
    const { runId, ids } = await run({
      base: [],
      middle: ['base'],
      top: ['middle', 'base'],
      side: [],
      'needs-side': ['side', 'base'],
    });
    const [base = '', middle = '', top = '', side = '', needsSide = ''] = ids;
    await end(base, failed);
    await end(side, failed);
    expect(await states([middle, top, needsSide])).toEqual(['unreachable', 'unreachable', 'unreachable']);
    expect(await runState(runId)).toBe('done');

    await jobs.retry(base);
    expect(await states(ids)).toEqual(['queued', 'blocked', 'blocked', 'failed', 'unreachable']);
    expect(await runState(runId)).toBe('enqueued');
    for (const id of [base, middle, top]) await end(id, succeeded);
    expect(await states([base, middle, top])).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect(await runState(runId)).toBe('done');
  });

  /** What `act` begins while `ending` is not committed, and until it waits for that or is over. */
  const beside = async (
    ending: (tx: SqlExecutor) => Promise<unknown>,
    act: () => Promise<unknown>,
  ): Promise<void> => {
    let isOver = false;
    let acting = Promise.resolve();
    await database.transaction(async (tx) => {
      await ending(tx);
      acting = act().then(() => void (isOver = true));
      await until(async () => isOver || (await countWaiting(database)) > 0);
    });
    await acting;
  };

  it('opens what needs two jobs when both are retried at once', async () => {
    const { ids } = await run({ 'twice-a': [], 'twice-b': [], 'twice-behind': ['twice-a', 'twice-b'] });
    const [one = '', other = '', behind = ''] = ids;
    await end(one, failed);
    await end(other, failed);
    expect(await states([behind])).toEqual(['unreachable']);
    // The second comes while the first holds what they share, as two operators do.
    await database.transaction(async (tx) => {
      await controller.app.get(JobsRepository, { strict: false }).lockEnqueue(tx);
      const both = Promise.all([jobs.retry(one), jobs.retry(other)]);
      await until(async () => (await countWaiting(database)) > 1);
      void both.catch(() => undefined);
    });
    await until(async () => (await states([one, other])).every((state) => state === 'queued'));
    expect(await states([behind])).toEqual(['blocked']);
  });

  it('leaves behind what needs a job that fails while another need is retried', async () => {
    const { ids } = await run({ 'beside-a': [], 'beside-b': [], 'beside-behind': ['beside-a', 'beside-b'] });
    const [one = '', other = '', behind = ''] = ids;
    await end(one, failed);
    await beside(
      (tx) => settle.settle(tx, other, failed),
      () => jobs.retry(one),
    );
    expect(await states([one, other, behind])).toEqual(['queued', 'failed', 'unreachable']);
  });

  it('goes on with a run whose last job ends while another of it is retried', async () => {
    const { runId, ids } = await run({ 'again-a': [], 'again-b': [] });
    const [one = '', other = ''] = ids;
    await end(one, failed);
    await beside(
      (tx) => settle.settle(tx, other, failed),
      () => jobs.retry(one),
    );
    expect(await runState(runId)).toBe('enqueued');
  });

  it('does not give up behind a job that goes on without what it was said to need', async () => {
    const alone = await run({ 'goes-on': [] });
    const [middle = ''] = alone.ids;
    const { ids } = await run({ 'first-need': [], 'goes-on': ['first-need'], third: ['goes-on'] });
    const third = ids.at(-1) ?? '';
    expect(ids).toContain(middle);
    await end(ids[0] ?? '', failed);
    expect(await states([middle, third])).toEqual(['queued', 'blocked']);
    await end(middle, succeeded);
    expect(await states([third])).toEqual(['queued']);
  });

  it('queues a chain of build requirements one after the other, and gives up behind one that fails', async () => {
    const chain = { bottom: [], backend: ['bottom'], package: ['backend'], aside: [] };
    const { runId, ids } = await run(chain);
    const [bottom = '', backend = '', top = '', aside = ''] = ids;
    expect(await states(ids)).toEqual(['queued', 'blocked', 'blocked', 'queued']);
    await end(bottom, succeeded);
    expect(await states(ids)).toEqual(['succeeded', 'queued', 'blocked', 'queued']);
    await end(backend, failed);
    expect(await states(ids)).toEqual(['succeeded', 'failed', 'unreachable', 'queued']);
    expect((await jobs.get(top)).state_reason).toContain('backend 1.0');
    expect(await runState(runId)).toBe('enqueued');
    await end(aside, succeeded);
    expect(await runState(runId)).toBe('done');
  });

  it('forgets what a job needed before when it is wanted anew', async () => {
    const { ids } = await run({ 'old-need': [], changed: ['old-need'] });
    await end(ids[0] ?? '', failed);
    expect(await states(ids)).toEqual(['failed', 'unreachable']);
    const again = await run({ 'new-need': [], changed: ['new-need'] });
    expect(again.ids[1]).toBe(ids[1]);
    await end(again.ids[0] ?? '', succeeded);
    expect(await states(again.ids)).toEqual(['succeeded', 'queued']);
  });

  it('refuses a run that would wait for another run which waits for it', async () => {
    await run({ 'circle-a': ['circle-b'], 'circle-b': [] });
    await expect(run({ 'circle-b': ['circle-a'], 'circle-a': [] })).rejects.toMatchObject({
      code: 'PLAN_UNRESOLVABLE',
      message: expect.stringMatching(/circle-[ab] 1.0 needs circle-[ab] 1.0 needs/) as string,
    });
  });

  it('counts no attempts of before when a job is wanted anew', async () => {
    const { ids } = await run({ anew: [] });
    await end(ids[0] ?? '', failed);
    await run({ anew: [] });
    const [row] = await database.query<{ fresh: boolean }>(
      'SELECT retried_at IS NOT NULL AS fresh FROM jobs WHERE id = $1',
      [ids[0]],
    );
    expect(row?.fresh).toBe(true);
  });
});
