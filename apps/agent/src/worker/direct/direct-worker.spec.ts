import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { plugin } from '@ironwheel/plugin-queue-file';
import { AgentProcess, bundleAgent } from '../../../test/agent-process.ts';
import { queueItemSchema, toItemOffer } from './queue-item.ts';

interface Drained {
  readonly taken: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly requeued: number;
}

describe('a worker that drains a queue without a controller', { timeout: 60_000 }, () => {
  let bundle: Awaited<ReturnType<typeof bundleAgent>>;
  let directory: string;
  let started: AgentProcess[];

  beforeAll(async () => {
    bundle = await bundleAgent();
  }, 60_000);
  afterAll(() => bundle.close());
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'ironwheel-direct-'));
    started = [];
  });
  afterEach(async () => {
    for (const process of started) await process.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const run = (args: readonly string[], more: Readonly<Record<string, string>> = {}): AgentProcess => {
    const process = new AgentProcess(bundle.entry, args, {
      IRONWHEEL_STATE_DIR: join(directory, 'state'),
      OUTPUT_DIR: join(directory, 'output'),
      QUEUE_BACKEND: 'file',
      QUEUE_FILE: join(directory, 'queue'),
      PYTHON_VERSION: '3.12',
      PLATFORM_TAG: 'linux_x86_64',
      RUNNER: 'stub',
      WORKER_MIN_FREE_DISK_BYTES: '0',
      ...more,
    });
    started.push(process);
    return process;
  };
  const enqueue = async (...args: string[]): Promise<string> => {
    const process = run(['enqueue', ...args]);
    expect({ ...(await process.exited), stderr: process.stderr }).toMatchObject({ code: 0 });
    return process.stdout;
  };
  const worker = async (
    more: Readonly<Record<string, string>> = {},
  ): Promise<{ process: AgentProcess; url: string }> => {
    const process = run(['worker', '--json'], more);
    return { process, url: String((await process.line('The worker is up.'))['local_url']) };
  };
  /** The queue itself, as another program would open it. */
  const openQueue = (): ReturnType<typeof plugin.open> =>
    plugin.open({
      config: { path: join(directory, 'queue.direct') },
      logger: { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() },
      clock: { now: () => Date.now(), monotonic: () => performance.now() },
      workDirectory: directory,
      signal: new AbortController().signal,
    });
  const trigger = (url: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    fetch(`${url}/trigger`, { method: 'POST', headers });
  const drained = async (process: AgentProcess): Promise<Drained> => {
    const line = await process.line('A drain of the queue has ended.');
    return line as unknown as Drained;
  };
  const manifest = (): { name: string; status: string; wheel: string }[] =>
    (
      JSON.parse(readFileSync(join(directory, 'output', 'manifest.json'), 'utf8')) as {
        entries: { name: string; status: string; wheel: string }[];
      }
    ).entries;

  it('builds what is in the queue when it is triggered, and keeps wheels, logs and manifest', async () => {
    expect(await enqueue('One==1.0', 'two==2.0', 'one==1.0')).toBe('2 wheels are in the queue.\n');
    const { process, url } = await worker();
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    const answer = await trigger(url);
    expect([answer.status, await answer.json()]).toEqual([
      202,
      { triggered: true, state: 'working', free_slots: 1, queue_length: expect.any(Number) as number },
    ]);
    expect(await drained(process)).toMatchObject({ taken: 2, succeeded: 2, failed: 0, requeued: 0 });
    expect(
      manifest()
        .map(({ name, status }) => `${name} ${status}`)
        .toSorted(),
    ).toEqual(['one succeeded', 'two succeeded']);
    for (const { wheel } of manifest()) expect(existsSync(join(directory, 'output', wheel))).toBe(true);
    expect(readdirSync(join(directory, 'output', 'logs'))).toHaveLength(2);
    expect(readdirSync(join(directory, 'state', 'direct-attempts'))).toEqual([]);
    process.signal('SIGTERM');
    expect(await process.exited).toEqual({ code: 0, signal: null });
  });

  it('takes a batch at a time, by itself as often as it is told', async () => {
    await enqueue('a==1', 'b==1', 'c==1');
    const { process } = await worker({ BATCH_SIZE: '2', WORKER_AUTORUN_INTERVAL: '1', WORKER_SLOTS: '2' });
    expect(await drained(process)).toMatchObject({ taken: 2 });
    await vi.waitFor(() => expect(manifest()).toHaveLength(3), { timeout: 20_000 });
  });

  it('takes versions and targets from a plan', async () => {
    const node = {
      name: 'planned',
      version: '7.1',
      python_tag: 'cp312',
      platform_tag: 'linux_x86_64',
      action: 'build',
    };
    const plan = {
      run_id: 'run_00000000-0000-7000-8000-000000000000',
      plan: [node, { ...node, name: 'other', action: 'reuse' }],
    };
    writeFileSync(join(directory, 'plan.json'), JSON.stringify(plan));
    expect(await enqueue('--plan', join(directory, 'plan.json'))).toBe('1 wheel is in the queue.\n');
    await enqueue('planned');
    const { process, url } = await worker({ CACHE_DIR: directory });
    await trigger(url);
    expect(await drained(process)).toMatchObject({ taken: 2, succeeded: 2 });
    expect(manifest()).toMatchObject([
      { name: 'planned', version: '7.1' },
      { name: 'planned', version: '7.1' },
    ]);
  });

  it('puts back what failed, as often as it is told, and drops what it cannot build', async () => {
    const queue = await openQueue();
    const item = queueItemSchema.parse({
      package: 'failing',
      version: '1.0',
      python_tag: 'cp312',
      platform_tag: 'linux_x86_64',
      recipes: { env: { IRONWHEEL_STUB: JSON.stringify({ outcome: 'fail' }) } },
    });
    const offer = (attempts: number): Promise<void> =>
      queue.offer([toItemOffer({ ...item, attempts }, { pool: 'default' }, new Date())]);
    await offer(0);
    await enqueue('of-no-known-version');
    const { process, url } = await worker({ REQUEUE_ON_FAILURE: 'true', MAX_REQUEUE_ATTEMPTS: '1' });
    await trigger(url);
    expect(await drained(process)).toMatchObject({ taken: 2, succeeded: 0, failed: 2, requeued: 1 });
    expect((await queue.stats()).length).toBe(1);
    await queue.clear();
    process.lines.length = 0;
    await offer(1);
    await trigger(url);
    expect(await drained(process)).toMatchObject({ taken: 1, failed: 1, requeued: 0 });
    expect((await queue.stats()).length).toBe(0);
    await queue.close();
  });

  it('gives back what it builds when it is stopped', async () => {
    const queue = await openQueue();
    const item = queueItemSchema.parse({
      package: 'hanging',
      version: '1.0',
      python_tag: 'cp312',
      platform_tag: 'linux_x86_64',
      recipes: { env: { IRONWHEEL_STUB: JSON.stringify({ outcome: 'hang' }) } },
    });
    await queue.offer([toItemOffer(item, { pool: 'default' }, new Date())]);
    const { process, url } = await worker();
    await trigger(url);
    const ready = async (): Promise<unknown> => (await fetch(`${url}/ready`)).json();
    await vi.waitFor(async () => expect(await ready()).toMatchObject({ attempts: [{ phase: 'build' }] }), {
      timeout: 20_000,
    });
    process.signal('SIGTERM');
    await process.line('A signal asks for a drain');
    process.signal('SIGTERM');
    expect(await process.exited).toMatchObject({ code: 0 });
    expect((await queue.stats()).length).toBe(1);
    await queue.close();
  });

  it('needs WORKER_TOKEN for a trigger when there is one', async () => {
    const { url } = await worker({ WORKER_TOKEN: 'a-secret-of-the-worker' });
    expect((await trigger(url)).status).toBe(401);
    expect((await trigger(url, { 'x-worker-token': 'a-secret-of-the-worker' })).status).toBe(202);
  });

  describe('with a controller to report to', () => {
    const posted: { path: string; authorization: string; body: Record<string, unknown> }[] = [];
    let server: Server;
    beforeAll(async () => {
      server = createServer((request, response) => {
        let text = '';
        request.on('data', (part: Buffer) => (text += part.toString('utf8')));
        request.on('end', () => {
          const { authorization = '' } = request.headers;
          posted.push({
            path: request.url ?? '',
            authorization,
            body: JSON.parse(text) as Record<string, unknown>,
          });
          response.writeHead(201, { 'content-type': 'application/json' }).end('{}');
        });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    });
    afterAll(() => {
      server.closeAllConnections();
      server.close();
    });

    it('tells of the plan, and of each build: event, manifest and log', async () => {
      const plan = { run_id: 'run_00000000-0000-7000-8000-000000000001', plan: [] };
      writeFileSync(join(directory, 'plan.json'), JSON.stringify(plan));
      await enqueue('told==3.0');
      const { port } = server.address() as AddressInfo;
      const { process, url } = await worker({
        CONTROL_PLANE_URL: `http://127.0.0.1:${port}`,
        CONTROL_PLANE_TOKEN: 'token-of-role-worker',
        CACHE_DIR: directory,
      });
      await trigger(url);
      expect(await drained(process)).toMatchObject({ succeeded: 1 });
      expect(posted.map(({ path }) => path)).toEqual([
        '/api/plan',
        '/api/events',
        '/api/manifest',
        '/api/logs',
      ]);
      expect(posted.every(({ authorization }) => authorization === 'Bearer token-of-role-worker')).toBe(true);
      expect(posted[0]?.body).toEqual(plan);
      expect(posted[1]?.body['events']).toMatchObject([
        { name: 'told', version: '3.0', status: 'succeeded' },
      ]);
      expect(posted[3]?.body['content']).toContain('a line of the stub');
    });
  });
});
