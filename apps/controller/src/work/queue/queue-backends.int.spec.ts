import {
  hasRedisServer,
  startController,
  startRedis,
  type TestController,
  type TestRedis,
} from '@ironwheel/testing';
import { QueueUnavailableError } from '@ironwheel/plugin-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ClaimsFixture } from '../../../test/claims-fixture.ts';
import { Database, EventBus } from '../../platform/index.ts';
import { QueueGateway } from './queue-gateway.ts';
import { ReconcileQueue, type Mended } from './reconcile-queue.ts';

const backends = ['file', 'redis'] as const;

describe.each(backends)('a controller with QUEUE_BACKEND=%s', (name) => {
  const isHere = name !== 'redis' || hasRedisServer();
  let redis: TestRedis | null = null;
  let controller: TestController;
  let at: ClaimsFixture;
  const env = (): Record<string, string> => ({
    QUEUE_BACKEND: name,
    QUEUE_RECONCILE_S: '86400',
    ...(redis === null ? {} : { REDIS_URL: redis.url }),
  });
  beforeAll(async () => {
    if (!isHere) return;
    redis = name === 'redis' ? await startRedis() : null;
    controller = await startController({ env: env() });
  });
  afterAll(async () => {
    if (!isHere) return;
    await controller.close();
    await redis?.close();
  });
  beforeEach(() => {
    if (isHere) at = new ClaimsFixture(controller);
  });
  const test = it.skipIf(!isHere);
  const gateway = (): QueueGateway => controller.app.get(QueueGateway);
  const reconcile = (): ReturnType<ReconcileQueue['reconcile']> =>
    controller.app.get(ReconcileQueue).reconcile();
  const knownIds = async (): Promise<string[]> => {
    const ids: string[] = [];
    for await (const part of gateway().backend.known()) ids.push(...part);
    return ids;
  };
  /** The backend heard of these jobs: offers go out after the commit. */
  const offered = (...ids: string[]): Promise<void> =>
    vi.waitFor(async () => expect(await knownIds()).toEqual(expect.arrayContaining(ids)), {
      timeout: 10_000,
    });

  test('gives each job to one worker, and forgets it then', async () => {
    const workers = await Promise.all(Array.from({ length: 3 }, () => at.worker()));
    const ids = [];
    for (let index = 0; index < 6; index += 1) ids.push(await at.enqueue(`single-${index}`));
    await offered(...ids);
    const claims = (await Promise.all(workers.map((worker) => at.claims(worker, { max: 2 })))).flat();
    expect(claims.map(({ job }) => job.job_id).toSorted()).toEqual(ids.toSorted());
    for (const id of ids) expect(await knownIds()).not.toContain(id);
  });

  test('wakes a waiting claim when work comes', async () => {
    const waiting = at.claim(await at.worker(), { wait_s: 30 });
    await at.enqueue('awaited');
    expect((await waiting).job.name).toBe('awaited');
  });

  test('shows the queue in its order, withdraws what is cancelled, and clears', async () => {
    const [first, second] = [await at.enqueue('shown-a'), await at.enqueue('shown-b')];
    await at.operate('POST', `/api/jobs/${second}/priority`, { priority: 7 });
    await vi.waitFor(
      async () => {
        const { body } = await at.operate('GET', '/api/queue');
        expect(body.items.map((item) => item['job_id'])).toEqual([second, first]);
      },
      { timeout: 10_000 },
    );
    await at.operate('POST', `/api/jobs/${second}/cancel`, {});
    await vi.waitFor(async () => expect(await knownIds()).toEqual([first]), { timeout: 10_000 });
    expect((await at.operate('POST', '/api/queue/clear', {})).body['cancelled']).toEqual([first]);
    await vi.waitFor(async () => expect(await knownIds()).toEqual([]), { timeout: 10_000 });
  });

  test('offers again what the backend has lost, and says so', async () => {
    // The comparison of the start may be the one that finds them.
    const told: Mended[] = [];
    controller.app.get(EventBus).on('queue.mended', (mended) => void told.push(mended));
    const ids = [await at.enqueue('lost-a'), await at.enqueue('lost-b')];
    await offered(...ids);
    await gateway().backend.clear();
    const worker = await at.worker();
    const waiting = at.claims(worker, { max: 2, wait_s: 30 });
    await reconcile();
    const claims = await waiting;
    const rest = claims.length === 2 ? [] : await at.claims(worker, { max: 1 });
    expect([...claims, ...rest].map(({ job }) => job.job_id).toSorted()).toEqual(ids.toSorted());
    await vi.waitFor(() => expect(told.map(({ lost }) => lost).reduce((sum, lost) => sum + lost, 0)).toBe(2));
    expect(told[0]?.backend).toBe(name);
    const metrics = await fetch(`${controller.url}/metrics`, {
      headers: { authorization: `Bearer ${controller.adminToken}` },
    });
    expect(await metrics.text()).toMatch(/queue_mended_total\{kind="lost"\} 2/);
    expect(await reconcile()).toEqual({ backend: name, lost: 0, stale: 0 });
  });

  test('grants no job that the backend keeps or doubles although it is not queued, and withdraws it', async () => {
    const id = await at.enqueue('doubled');
    await offered(id);
    const offer = { ...lane(), jobId: id, priority: 0, enqueuedAt: 1 };
    await at.claim(await at.worker());
    await gateway().backend.offer([offer]);
    expect(await at.claims(await at.worker())).toEqual([]);
    expect(await knownIds()).not.toContain(id);

    await gateway().backend.offer([offer, { ...offer, jobId: 'job_of_nobody' }]);
    await reconcile();
    expect(await reconcile()).toMatchObject({ lost: 0, stale: 2 });
    expect(await knownIds()).toEqual([]);
  });

  test('gives back what it took when its transaction fails, and nothing is lost when the backend is away', async () => {
    const id = await at.enqueue('failing');
    await offered(id);
    const failing = gateway().claiming(({ take }) =>
      controller.app.get(Database).transaction(async (tx) => {
        expect(await take(tx, [lane()], 5)).toEqual([id]);
        throw new Error('the transaction fails');
      }),
    );
    await expect(failing).rejects.toThrow('the transaction fails');

    const away = vi
      .spyOn(gateway().backend, 'take')
      .mockRejectedValueOnce(new QueueUnavailableError(name, { cause: new Error('away') }));
    const refused = await at.ask(await at.worker());
    expect([refused.status, refused.body.error]).toEqual([503, 'QUEUE_UNAVAILABLE']);
    away.mockRestore();
    expect((await at.claim(await at.worker())).job.job_id).toBe(id);
  });

  test('a second controller on the same database with another queue does not start', async () => {
    const other = startController({
      env: { ...env(), QUEUE_BACKEND: 'postgres', DATABASE_URL: controller.database.url },
    });
    await expect(other).rejects.toThrow(/uses another queue \(QUEUE_BACKEND=(?:file|redis)\)/);
  });

  const lane = (): { pool: string; platformTag: string; pythonTag: string } => ({
    pool: 'default',
    platformTag: at.target.platform_tag,
    pythonTag: at.target.python_tag,
  });
});
