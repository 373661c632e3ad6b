import { once } from 'node:events';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  callController,
  createSampleWheel,
  createTestDirectory,
  removeTestDirectory,
  startController,
  type TestAnswer,
  type TestController,
} from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countRows, HostileIndex, jsonType, type HostileAnswer } from './hostile-plans-fixture.ts';

interface Node {
  readonly name: string;
  readonly version: string;
  readonly verdict: string;
}

const target = { PYTHON_VERSION: '3.12', PLATFORM_TAG: 'manylinux_2_28_s390x' };
const app = ['base 1.0 reuse', 'app 1.0 reuse'];
const nodesOf = ({ body }: TestAnswer): string[] =>
  ((body['nodes'] ?? []) as Node[]).map(({ name, version, verdict }) => `${name} ${version} ${verdict}`);

describe('plans when something else fails', () => {
  let index: HostileIndex;
  let controller: TestController;
  const opened: TestController[] = [];
  const directories: string[] = [];
  beforeAll(async () => {
    index = await HostileIndex.start();
    index.list('base', createSampleWheel({ name: 'base' }));
    index.list('app', createSampleWheel({ name: 'app', requiresDist: ['base'] }));
    controller = await start({ PLAN_CONCURRENCY: '2', PLAN_TIMEOUT_S: '5' });
  });
  afterAll(async () => {
    await Promise.all(opened.map((one) => one.close()));
    await index.close();
    directories.forEach(removeTestDirectory);
  });

  const makeDirectory = (): string => {
    const directory = createTestDirectory('faults');
    directories.push(directory);
    return directory;
  };
  const start = async (
    env: Record<string, string> = {},
    prepare?: (data: string) => Promise<void>,
  ): Promise<TestController> => {
    const dataDirectory = makeDirectory();
    await mkdir(join(dataDirectory, 'data'), { mode: 0o700 });
    await prepare?.(join(dataDirectory, 'data'));
    const started = await startController({
      env: { ...target, INDEX_URL: index.url, ...env },
      dataDirectory,
    });
    opened.push(started);
    return started;
  };
  const compute = (body: unknown, of = controller, signal?: AbortSignal): Promise<TestAnswer> =>
    signal === undefined
      ? callController(of, 'POST', '/api/plan/compute', of.adminToken, body)
      : fetch(`${of.url}/api/plan/compute`, {
          method: 'POST',
          body: JSON.stringify(body),
          headers: { 'content-type': 'application/json', authorization: `Bearer ${of.adminToken}` },
          signal,
        }).then(() => expect.fail('an answer came'));

  /** Makes a page wait; resolves once it is asked for. */
  const holdPage = (project: string): Promise<Parameters<HostileAnswer>> =>
    new Promise((resolve) => index.page(project, (request, response) => resolve([request, response])));

  it('a caller who hangs up ends the plan: its question to the index ends, nothing is kept, the next has its turn', async () => {
    const before = await countRows(controller.database);
    const caller = new AbortController();
    const held = ['held-one', 'held-two'].map((name) => holdPage(name));
    const ask = (name: string): Promise<TestAnswer> =>
      compute({ requirements: [name] }, controller, caller.signal);
    const begun = ['held-one', 'held-two'].map(ask);
    const ended = (await Promise.all(held)).map(([, response]) => once(response, 'close'));
    const answers = [...begun, ask('never-begun')];
    const refused = answers.map((answer) => expect(answer).rejects.toThrow(/abort/));
    caller.abort();
    await Promise.all([...refused, ...ended]);
    expect(nodesOf(await compute({ requirements: ['app'] }))).toEqual(app);
    expect(index.requests).not.toContain('/simple/never-begun/');
    expect(await countRows(controller.database)).toMatchObject({
      ...before,
      plans: 1,
      audit_entries: expect.any(Number) as number,
    });
  });

  it('a controller that stops ends the plan, and tells its caller', async () => {
    const leaving = await start();
    const asked = holdPage('held');
    const answer = compute({ requirements: ['held'] }, leaving);
    await asked;
    const [said] = await Promise.all([answer, leaving.close()]);
    expect([said.status, said.body.error]).toEqual([503, 'SERVICE_UNAVAILABLE']);
  });

  it('a database that goes away at the moment of keeping leaves nothing, and the same plan can be made again', async () => {
    const { database } = controller;
    await database.query(
      `CREATE FUNCTION end_connection() RETURNS trigger LANGUAGE plpgsql AS
       'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END'`,
    );
    await database.query(
      'CREATE TRIGGER end_connection AFTER INSERT ON plans FOR EACH ROW EXECUTE FUNCTION end_connection()',
    );
    const body = { requirements: ['app'], enqueue: true };
    const before = await countRows(database);
    const refused = await compute(body);
    expect([refused.status, refused.body.error]).toEqual([503, 'SERVICE_UNAVAILABLE']);
    expect(await countRows(database)).toEqual(before);
    await database.query('DROP TRIGGER end_connection ON plans');
    expect(nodesOf(await compute(body))).toEqual(app);
  });

  it('a cache that cannot be written makes no plan wrong', async () => {
    const full = await start({}, async (data) => {
      await mkdir(join(data, 'cache', 'index'), { recursive: true });
      await writeFile(join(data, 'cache', 'index', 'http'), 'no directory');
      await writeFile(join(data, 'cache', 'index', 'files'), 'no directory');
    });
    for (let turn = 0; turn < 2; turn += 1) {
      expect(nodesOf(await compute({ requirements: ['app'] }, full))).toEqual(app);
    }
  });

  it('a cache that two controllers share, with a flipped bit in every file, tells nothing wrong', async () => {
    const shared = makeDirectory();
    const share = async (data: string): Promise<void> => {
      await mkdir(join(data, 'cache'));
      await symlink(shared, join(data, 'cache', 'index'));
    };
    const listFiles = async (): Promise<string[]> =>
      (await readdir(shared, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => join(parentPath, name));
    const keeping = { INDEX_CACHE_MIN_FRESH_S: '3600' };
    const one = await start(keeping, share);
    expect(nodesOf(await compute({ requirements: ['app'] }, one))).toEqual(app);
    // The cache is written behind the plan.
    let paths: string[] = [];
    const isWritten = async (): Promise<boolean> => {
      const before = paths.join('\n');
      paths = (await listFiles()).toSorted();
      return paths.length >= 4 && paths.join('\n') === before;
    };
    await expect.poll(isWritten, { interval: 300, timeout: 20_000 }).toBe(true);
    for (const path of paths) {
      const bytes = await readFile(path);
      const at = Math.floor(bytes.length / 2);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      await writeFile(path, bytes);
    }
    const other = await start(keeping, share);
    const answers = await Promise.all(
      [one, other, one, other].map((of) => compute({ requirements: ['app'] }, of)),
    );
    for (const answer of answers) expect(nodesOf(answer)).toEqual(app);
    await expect.poll(async () => (await listFiles()).length, { timeout: 20_000 }).toBe(paths.length);
  });

  it('twenty at once are made two at a time, and each caller has the own answer', async () => {
    let most = 0;
    let waiting: (() => void)[] = [];
    const names = Array.from({ length: 20 }, (_, at) => `own-${at}`);
    for (const name of names) {
      const page = index.list(name, createSampleWheel({ name }));
      index.page(name, (_request, response) => {
        waiting.push(() => response.writeHead(200, { 'content-type': jsonType }).end(page));
        most = Math.max(most, waiting.length);
        if (waiting.length < 2) return;
        for (const go of waiting) go();
        waiting = [];
      });
    }
    const answers = await Promise.all(names.map((name) => compute({ requirements: [name] })));
    expect(answers.map(nodesOf)).toEqual(names.map((name) => [`${name} 1.0 reuse`]));
    expect(new Set(answers.map(({ body }) => body['run_id'])).size).toBe(20);
    expect(most).toBe(2);
  });

  it('an explosion of choices ends at a bound, and the controller answers others meanwhile', async () => {
    // More pigeons than holes: no way to see it but to try.
    const pigeons = Array.from({ length: 14 }, (_, at) => at);
    const holes = pigeons.slice(1);
    for (const at of pigeons) {
      const [hole, pigeon] = [`hole-${at}`, `pigeon-${at}`];
      index.list(hole, ...pigeons.map((version) => createSampleWheel({ name: hole, version: `${version}` })));
      index.list(
        pigeon,
        ...holes.map((version) =>
          createSampleWheel({
            name: pigeon,
            version: `${version}`,
            requiresDist: [`hole-${version}==${at}`],
          }),
        ),
      );
    }
    const before = await countRows(controller.database);
    const ending = new AbortController();
    const requirements = pigeons.map((at) => `pigeon-${at}`);
    const answer = compute({ requirements, missing: 'avoid' }).finally(() => ending.abort());
    let healthy = 0;
    while (!ending.signal.aborted) {
      expect((await fetch(`${controller.url}/api/health`)).status).toBe(200);
      healthy += 1;
    }
    expect(['PLAN_UNRESOLVABLE', 'PLAN_INDEX_UNREACHABLE']).toContain((await answer).body.error);
    expect(healthy).toBeGreaterThan(20);
    expect(await countRows(controller.database)).toEqual(before);
    expect(nodesOf(await compute({ requirements: ['app'] }))).toEqual(app);
  });
});
