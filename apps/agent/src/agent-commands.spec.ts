import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AgentBench, bundleAgent, type AgentProcess } from '../test/agent-process.ts';
// Not through the library's index, which also brings the whole controller.
import { FakeController } from '../../../libs/testing/src/fake-controller.ts';
import { FakeIndex } from '../../../libs/testing/src/fake-index.ts';
import { createSampleWheel } from '../../../libs/testing/src/sample-wheel.ts';

describe('the commands of the agent', { timeout: 60_000 }, () => {
  let bundle: Awaited<ReturnType<typeof bundleAgent>>;
  let fake: FakeController;
  let bench: AgentBench;

  beforeAll(async () => {
    bundle = await bundleAgent();
  }, 60_000);
  afterAll(() => bundle.close());
  beforeEach(async () => {
    fake = await FakeController.start();
    bench = new AgentBench(bundle.entry, fake);
  });
  afterEach(async () => {
    await bench.close();
    await fake.close();
  });

  describe('enroll', () => {
    const enroll = (
      args: readonly string[] = [],
      env: Record<string, string> = {},
      stdin = '',
    ): AgentProcess => bench.run(['enroll', '--url', fake.url, '--name', 'z16-a', ...args], env, stdin);

    it('makes a key that never leaves the host and keeps the record beside it', async () => {
      const child = enroll([], { IRONWHEEL_ENROLLMENT_TOKEN: fake.enrollmentToken });
      expect(await child.exited).toEqual({ code: 0, signal: null });
      const record = JSON.parse(readFileSync(join(bench.stateDirectory, 'worker.json'), 'utf8')) as object;
      const [worker] = [...fake.workers.values()];
      expect(record).toMatchObject({ worker_id: worker!.workerId, name: 'z16-a', url: fake.url });
      const key = join(bench.stateDirectory, 'worker.key');
      expect(statSync(key).mode & 0o777).toBe(0o600);
      expect(readFileSync(key, 'utf8')).toContain('PRIVATE KEY');
      expect(worker!.publicKey).toContain('PUBLIC KEY');
      expect(child.stdout).toContain('z16-a');
    });

    it('is refused a second time, unless it is forced', async () => {
      await enroll([], {}, fake.enrollmentToken).exited;
      const again = enroll([], {}, fake.enrollmentToken);
      expect((await again.exited).code).toBe(2);
      expect(again.stderr).toContain('AGENT_ALREADY_ENROLLED');
      expect(fake.workers.size).toBe(1);
      expect((await enroll(['--force'], {}, fake.enrollmentToken).exited).code).toBe(0);
      expect(fake.workers.size).toBe(2);
    });

    it('takes the token from a file', async () => {
      const path = join(bench.stateDirectory, 'token');
      writeFileSync(path, `${fake.enrollmentToken}\n`);
      expect((await enroll(['--token-file', path]).exited).code).toBe(0);
    });

    it('ends with 3 when the controller refuses, with 4 when it is not there, with 2 without a token', async () => {
      const refused = enroll([], {}, 'enrol-of-somebody-else-entirely');
      expect((await refused.exited).code).toBe(3);
      expect(refused.stderr).toContain('ENROLLMENT_REFUSED');
      expect((await enroll().exited).code).toBe(2);
      const port = await fake.goAway();
      const url = `http://127.0.0.1:${port}`;
      const alone = bench.run(['enroll', '--url', url, '--name', 'a'], {}, fake.enrollmentToken);
      expect((await alone.exited).code).toBe(4);
      expect(alone.stderr).toContain('CONTROLLER_UNREACHABLE');
    });
  });

  describe('worker', () => {
    it('tells every problem of its configuration at once', async () => {
      const child = bench.worker({ WORKER_SLOTS: '0', RUNNER: 'docker', IRONWHEEL_STATE_DIRR: 'x' });
      expect((await child.exited).code).toBe(2);
      for (const key of ['WORKER_SLOTS', 'RUNNER', 'IRONWHEEL_STATE_DIRR'])
        expect(child.stderr).toContain(key);
    });

    it('says what to do when it was never enrolled', async () => {
      const child = bench.worker();
      expect((await child.exited).code).toBe(2);
      expect(child.stderr).toContain('AGENT_NOT_ENROLLED');
      expect(child.stderr).toContain('enroll --url');
    });

    it('does not build as a bare process unless it is allowed to', async () => {
      await bench.enroll();
      const child = bench.worker({ RUNNER: 'process' });
      expect((await child.exited).code).toBe(2);
      expect(child.stderr).toContain('IRONWHEEL_ALLOW_PROCESS_RUNNER');
    });

    it('is the only one on its state directory, and takes over the lock of a killed one', async () => {
      await bench.enroll();
      const first = bench.worker();
      await first.line('The worker is up');
      const second = bench.worker();
      expect((await second.exited).code).toBe(2);
      expect(second.stderr).toContain('AGENT_STATE_LOCKED');
      first.signal('SIGKILL');
      await first.exited;
      await bench.worker().line('The worker is up');
    });

    it('works with a token of role worker in place of its key', async () => {
      await bench.enroll();
      fake.workers.clear();
      fake.claims.offer({});
      bench.worker({ CONTROL_PLANE_TOKEN: fake.workerToken });
      const attempt = await fake.until('an attempt', () => fake.attempts[0]);
      await fake.until('a renewal or a result', () => attempt.renewals.length > 0 || attempt.result);
    });

    it('goes on asking when the controller refuses it, and says what to do', async () => {
      await bench.enroll();
      fake.workers.clear();
      const child = bench.worker();
      const line = await child.line('The controller refuses the claim');
      expect(line['advice']).toContain('enrol anew');
    });
  });

  describe('local endpoints of the worker', () => {
    const start = async (env: Record<string, string> = {}) => {
      await bench.enroll();
      const child = bench.worker(env);
      const line = await child.line('The worker is up');
      return { child, url: line['local_url'] as string };
    };
    const call = async (url: string, init: RequestInit = {}) => {
      const answer = await fetch(url, init);
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };

    it('answer /health and /ready', async () => {
      const { url } = await start();
      expect(new URL(url).hostname).toBe('127.0.0.1');
      expect(await call(`${url}/health`)).toEqual({ status: 200, body: { status: 'ok' } });
      await fake.until('a beat', () => fake.heartbeats.length > 0);
      await fake.until('a claim request', () => fake.claims.requests.length > 1);
      expect(await call(`${url}/ready`)).toMatchObject({
        status: 200,
        body: { status: 'ready', state: 'working', slots: { total: 1, used: 0 } },
      });
    });

    it('let /trigger only with the token, in any of its three places, and never from another origin', async () => {
      const { url } = await start({ WORKER_TOKEN: 'trigger-token-1234' });
      const trigger = `${url}/trigger`;
      expect(await call(trigger, { method: 'POST' })).toMatchObject({
        status: 401,
        body: { error: 'AUTH_REQUIRED' },
      });
      const ways: [string, RequestInit][] = [
        [trigger, { headers: { 'x-worker-token': 'trigger-token-1234' } }],
        [`${trigger}?token=trigger-token-1234`, {}],
        [trigger, { headers: { cookie: 'a=b; worker_token=trigger-token-1234' } }],
      ];
      for (const [way, init] of ways) {
        expect(await call(way, { method: 'POST', ...init })).toMatchObject({
          status: 202,
          body: { triggered: true },
        });
      }
      const foreign = { 'x-worker-token': 'trigger-token-1234', origin: 'https://elsewhere.example' };
      expect(await call(trigger, { method: 'POST', headers: foreign })).toMatchObject({
        status: 403,
        body: { error: 'REQUEST_ORIGIN_REFUSED' },
      });
    });

    it('/trigger ends a wait after a failed claim', async () => {
      fake.faults.add('unauthorized', 'claim-next', 1);
      const { child, url } = await start();
      await child.line('The controller refuses the claim');
      fake.claims.offer({});
      await call(`${url}/trigger`, { method: 'POST' });
      await fake.until('a result', () => fake.attempts[0]?.result);
    });

    it('keep and give the plan', async () => {
      const output = join(bench.stateDirectory, 'output');
      const cache = join(bench.stateDirectory, 'cache');
      mkdirSync(cache);
      const { url } = await start({ OUTPUT_DIR: output, CACHE_DIR: cache, WORKER_TOKEN: 'plan-token-1234' });
      expect(await call(`${url}/plan`)).toMatchObject({
        status: 404,
        body: { error: 'PLAN_FILE_NOT_FOUND' },
      });
      writeFileSync(join(cache, 'plan.json'), '{"run_id":"cached","plan":[]}');
      expect((await call(`${url}/plan`)).body).toEqual({ run_id: 'cached', plan: [] });
      const post = (body: string, token = 'plan-token-1234') =>
        call(`${url}/plan`, { method: 'POST', body, headers: { 'x-worker-token': token } });
      expect((await post('{}', 'wrong')).status).toBe(401);
      expect((await post('{"requirements":["numpy"]}')).body).toEqual({
        run_id: 'run-of-the-fake',
        plan: [],
      });
      expect((await call(`${url}/plan`)).body).toEqual({ run_id: 'run-of-the-fake', plan: [] });
      expect((await post('{"colour":"blue"}')).body).toMatchObject({ error: 'REQUEST_INVALID' });
      expect((await post('no json')).body).toMatchObject({ error: 'REQUEST_MALFORMED' });
      expect((await post('[]')).body).toMatchObject({ error: 'REQUEST_INVALID' });
    });

    it('make the plan themselves from inputs of their own, and keep it', async () => {
      const index = await FakeIndex.start();
      const bytes = Buffer.from('an sdist that says nothing');
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      index.add('foreign', { filename: 'foreign-1.0.tar.gz', bytes, sha256 });
      const input = join(bench.stateDirectory, 'input');
      const output = join(bench.stateDirectory, 'output');
      mkdirSync(input);
      for (const tag of [
        'py3-none-any',
        'cp312-cp312-manylinux_2_28_s390x',
        'cp312-cp312-manylinux_2_28_x86_64',
      ]) {
        const name = tag.startsWith('py3') ? 'pure' : tag.endsWith('s390x') ? 'ready' : 'foreign';
        const wheel = createSampleWheel({ name, tag });
        writeFileSync(join(input, wheel.filename), wheel.bytes);
      }
      try {
        const { url } = await start({
          INPUT_DIR: input,
          OUTPUT_DIR: output,
          INDEX_URL: index.url,
          PYTHON_VERSION: '3.12',
          PLATFORM_TAG: 'manylinux_2_28_s390x',
          WORKER_TOKEN: 'plan-token-1234',
          NETRC: '/dev/null',
        });
        const headers = { 'x-worker-token': 'plan-token-1234' };
        expect((await call(`${url}/plan`)).status).toBe(401);
        const made = await call(`${url}/plan`, { headers });
        expect(made.status, JSON.stringify(made.body)).toBe(200);
        const plan = (made.body['plan'] as { name: string; action: string }[]).map(
          ({ name, action }) => `${name} ${action}`,
        );
        expect(plan.toSorted()).toEqual(['foreign build', 'pure reuse', 'ready reuse']);
        expect(made.body['run_id']).not.toBe('run-of-the-fake');
        // What is kept is given to everybody, to the byte.
        expect((await call(`${url}/plan`)).body).toEqual(made.body);
        expect(JSON.parse(readFileSync(join(output, 'plan.json'), 'utf8'))).toEqual(made.body);

        const post = (body: unknown) =>
          call(`${url}/plan`, { method: 'POST', headers, body: JSON.stringify(body) });
        expect(await post({ requirements: ['pure==9'] })).toMatchObject({ status: 422 });
        writeFileSync(join(input, 'requirements.txt'), '=== nothing\n');
        writeFileSync(join(input, 'bad-1.0-py3-none-any.whl'), 'rubbish');
        expect(await post({})).toMatchObject({
          status: 422,
          body: {
            error: 'PLAN_INPUT_INVALID',
            issues: [
              { message: expect.stringContaining('requirements.txt:1') as string },
              { message: expect.stringContaining('bad-1.0-py3-none-any.whl is broken') as string },
            ],
          },
        });
        expect((await call(`${url}/plan`)).body).toEqual(made.body);

        writeFileSync(join(output, 'plan.json'), '{"run_id": "x"}');
        expect(await call(`${url}/plan`, { headers })).toMatchObject({
          status: 500,
          body: { error: 'PLAN_FILE_INVALID', detail: expect.stringContaining(output) as string },
        });
      } finally {
        await index.close();
      }
    });

    it('answer every other path and method in the shape of the contract', async () => {
      const { url } = await start();
      for (const [path, method, status, error] of [
        ['/nowhere', 'GET', 404, 'ROUTE_NOT_FOUND'],
        ['/constructor', 'GET', 404, 'ROUTE_NOT_FOUND'],
        ['/../../etc/passwd', 'GET', 404, 'ROUTE_NOT_FOUND'],
        ['/trigger', 'GET', 405, 'METHOD_NOT_ALLOWED'],
        ['/health', 'DELETE', 405, 'METHOD_NOT_ALLOWED'],
      ] as const) {
        const answer = await call(`${url}${path}`, { method });
        expect(answer).toMatchObject({ status, body: { error } });
        expect(answer.body['correlation_id']).toEqual(expect.any(String));
      }
    });

    it('writes manifest.json and the kept log when OUTPUT_DIR is set', async () => {
      const output = join(bench.stateDirectory, 'output');
      fake.claims.offer({ name: 'sample', version: '2.0' });
      await start({ OUTPUT_DIR: output });
      const attempt = await fake.until('an attempt', () => fake.attempts[0]);
      const result = await fake.until('a result', () => attempt.result);
      await fake.until('the whole log', () => attempt.logFinal);
      const manifest = await fake.until('a manifest', () => {
        try {
          return JSON.parse(readFileSync(join(output, 'manifest.json'), 'utf8')) as { entries: object[] };
        } catch {
          return null;
        }
      });
      expect(manifest.entries).toMatchObject([
        { name: 'sample', version: '2.0', wheel: result.artifacts[0]!.filename, status: 'succeeded' },
      ]);
      expect(readFileSync(join(output, 'logs', `${attempt.id}.log`), 'utf8')).toBe(attempt.log);
    });
  });
});
