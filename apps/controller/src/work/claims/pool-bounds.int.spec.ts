import { randomUUID } from 'node:crypto';
import type { Claim } from '@ironwheel/contracts';
import { callController, startController, type TestController, type TestWorker } from '@ironwheel/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ClaimsFixture, until } from '../../../test/claims-fixture.ts';
import { ClaimWaiters } from './claim-waiters.ts';

const error = { code: 'BUILD_FAILED', message: 'The compiler failed.', lines: [] };

describe('pools with a bound', () => {
  let controller: TestController;
  /** A second one on the same database. */
  let other: TestController;
  let at: ClaimsFixture;
  let pool: string;
  let pools = 0;
  beforeAll(async () => {
    const env = { CLAIM_LEASE_S: '600', CLAIM_GRACE_MIN_S: '1', CLAIM_GRACE_MAX_S: '1' };
    controller = await startController({ env });
    other = await startController({ env: { ...env, DATABASE_URL: controller.database.url } });
  });
  afterAll(async () => {
    await other.close();
    await controller.close();
  });
  /** Each test has a pool of its own, which is the default one meanwhile. */
  beforeEach(async () => {
    at = new ClaimsFixture(controller);
    pool = `bounded-${(pools += 1)}`;
    await at.operate('POST', '/api/pools', { name: pool });
    await at.operate('POST', `/api/pools/${pool}/set-default`);
  });

  const scale = async (max_jobs: number | null) => {
    const answer = await at.operate('POST', `/api/pools/${pool}/scale`, { max_jobs });
    expect(answer).toMatchObject({ status: 200, body: { max_jobs } });
  };
  const enqueue = async (count: number) => {
    for (let index = 0; index < count; index += 1) await at.enqueue(`${pool}-${randomUUID()}`);
  };
  const countHeld = async () => (await at.operate('GET', `/api/pools/${pool}`)).body['held_jobs'];
  const blockers = async (worker: TestWorker) =>
    (await at.ask(worker, { validate_only: true })).body['blocked_by'];
  const isWaiting = (count: number) => () =>
    Promise.resolve(controller.app.get(ClaimWaiters, { strict: false }).size === count);
  /** The same worker's call of the second controller. */
  const claimElsewhere = async (worker: TestWorker, max: number): Promise<number> => {
    const answer = await callController(
      other,
      'POST',
      `/api/workers/${worker.id}/claim-next`,
      await worker.assertion(),
      {
        capabilities: {
          python_tags: [at.target.python_tag],
          platform_tags: [at.target.platform_tag],
          runner: 'stub',
          free_slots: max,
        },
        max,
        claim_key: randomUUID(),
      },
    );
    return answer.status === 204 ? 0 : (answer.body['claims'] as unknown[]).length;
  };

  it('never hold more than it, however many claims of two controllers come at once', async () => {
    await scale(7);
    await enqueue(40);
    const workers = await Promise.all(Array.from({ length: 8 }, () => at.worker()));
    const granted = await Promise.all(
      workers.flatMap((worker) => [
        at.claims(worker, { max: 2 }).then((claims) => claims.length),
        claimElsewhere(worker, 3),
        at.claims(worker, { max: 1 }).then((claims) => claims.length),
        claimElsewhere(worker, 1),
      ]),
    );
    expect(granted.reduce((sum, count) => sum + count, 0)).toBe(7);
    expect(await countHeld()).toBe(7);
  });

  it('grant what is left of it, and say with numbers when nothing is', async () => {
    await scale(3);
    await enqueue(5);
    const worker = await at.worker();
    expect(await at.claims(worker, { max: 2 })).toHaveLength(2);
    expect((await at.ask(worker, { validate_only: true, max: 4 })).body).toMatchObject({
      would_claim: 1,
      blocked_by: [],
    });
    expect(await at.claims(worker, { max: 4 })).toHaveLength(1);
    expect(await at.claims(worker, { max: 4 })).toEqual([]);
    expect(await blockers(worker)).toEqual([
      { code: 'pool_full', text: `The workers of pool ${pool} hold 3 of at most 3 jobs.` },
    ]);
  });

  it('claim nothing with a bound of 0, and all that they can without one', async () => {
    await scale(0);
    await enqueue(4);
    const worker = await at.worker();
    expect(await at.claims(worker)).toEqual([]);
    expect(await blockers(worker)).toMatchObject([{ code: 'pool_full' }]);
    await scale(null);
    expect(await at.claims(worker, { max: 4 })).toHaveLength(4);
  });

  it('let go on what is held when it is lowered', async () => {
    await enqueue(4);
    const worker = await at.worker();
    const claims = await at.claims(worker, { max: 3 });
    await scale(1);
    expect(await at.claims(worker)).toEqual([]);
    for (const claim of claims) expect(await at.renew(worker, claim)).toMatchObject({ cancel: false });
    expect(await countHeld()).toBe(3);
    for (const claim of claims.slice(0, 2)) await at.report(claim, { error });
    expect(await at.claims(worker)).toEqual([]);
    await at.report(claims[2]!, { error });
    expect(await at.claims(worker, { max: 3 })).toHaveLength(1);
  });

  it('wake a waiting claim when it is raised', async () => {
    await scale(0);
    await enqueue(1);
    const worker = await at.worker();
    const waiting = at.claims(worker, { wait_s: 40 });
    await until(isWaiting(1));
    await scale(1);
    expect(await waiting).toHaveLength(1);
  });

  it('wake waiting claims one after the other until they are full again, past one that has no work', async () => {
    await scale(2);
    const [holder, elsewhere] = [await at.worker(), await at.worker()];
    await enqueue(6);
    const held = await at.claims(holder, { max: 2 });
    const lane = { python_tag: 'cp299', platform_tag: 'linux_none' };
    const otherLane = elsewhere.post(`/api/workers/${elsewhere.id}/claim-next`, {
      capabilities: {
        python_tags: [lane.python_tag],
        platform_tags: [lane.platform_tag],
        runner: 'stub',
        free_slots: 1,
      },
      claim_key: randomUUID(),
      wait_s: 50,
    });
    await until(isWaiting(1));
    const workers = await Promise.all(Array.from({ length: 4 }, () => at.worker()));
    const granted: Claim[] = [];
    const waiting = workers.map(async (worker) => granted.push(...(await at.claims(worker, { wait_s: 50 }))));
    await until(isWaiting(5));
    for (const claim of held) await at.report(claim, { error });
    await until(() => Promise.resolve(granted.length === 2));
    expect(await countHeld()).toBe(2);
    for (const claim of granted.slice()) await at.report(claim, { error });
    await Promise.all(waiting);
    expect(granted).toHaveLength(4);
    expect(await countHeld()).toBe(2);
    await at.operate('POST', '/api/queue/enqueue', { package: `${pool}-last`, version: '1', ...lane });
    await scale(3);
    expect((await otherLane).status).toBe(200);
  });

  it('are not taken up for ever by a worker that never comes back', async () => {
    await scale(1);
    await enqueue(2);
    const [lost, heir] = await Promise.all([at.worker(), at.worker()]);
    const claim = await at.claim(lost);
    const waiting = at.claims(heir, { wait_s: 40 });
    await controller.database.query(
      `UPDATE attempts SET lease_expires_at = now() - interval '1 minute' WHERE id = $1`,
      [claim.attempt_id],
    );
    expect(await waiting).toHaveLength(1);
    expect(await countHeld()).toBe(1);
  });

  it('a worker whose server goes to another pool claims there, also with a claim that waits', async () => {
    const worker = await at.worker();
    const server = await at.operate('POST', '/api/servers', { name: `server-of-${pool}` });
    const id = String(server.body['server_id']);
    await controller.database.query('UPDATE workers SET server_id = $2 WHERE id = $1', [worker.id, id]);
    const waiting = at.claims(worker, { wait_s: 40 });
    await until(isWaiting(1));
    await at.operate('POST', '/api/pools', { name: `${pool}-next` });
    await at.operate('POST', `/api/pools/${pool}-next/set-default`);
    await enqueue(1);
    await at.operate('PATCH', `/api/servers/${id}`, { pool: `${pool}-next` });
    expect(await waiting).toHaveLength(1);
    expect((await at.operate('GET', `/api/pools/${pool}-next`)).body).toMatchObject({
      held_jobs: 1,
      workers: 1,
      servers: 1,
    });
  });

  it('that are archived claim nothing, and say so', async () => {
    await enqueue(1);
    const worker = await at.worker();
    await controller.database.query('UPDATE pools SET archived_at = now() WHERE name = $1', [pool]);
    expect(await at.claims(worker)).toEqual([]);
    expect(await blockers(worker)).toMatchObject([{ code: 'pool_archived' }]);
  });
});
