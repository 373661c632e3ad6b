import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AgentBench, bundleAgent } from '../../test/agent-process.ts';
// Not through the library's index, which also brings the whole controller.
import { FakeController, type FakeJob } from '../../../../libs/testing/src/fake-controller.ts';

/** A job for the stub runner that does what the script says. */
const scripted = (script: Record<string, unknown>, more: FakeJob = {}): FakeJob => ({
  ...more,
  recipes: { env: { IRONWHEEL_STUB: JSON.stringify(script) } },
});

describe('the worker against a controller', { timeout: 60_000 }, () => {
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
    await bench.enroll();
  });
  afterEach(async () => {
    await bench.close();
    await fake.close();
  });

  const attempt = (index = 0) => fake.until(`attempt ${index}`, () => fake.attempts[index]);
  const result = async (index = 0) => {
    const found = await attempt(index);
    return fake.until(`result of attempt ${index}`, () => found.result);
  };

  it('claims a job, builds it, uploads the wheel, and gives log and result', async () => {
    fake.claims.offer({ name: 'sample', version: '1.0' });
    bench.worker();
    const told = await result();
    const { artifacts, log, logFinal } = await attempt();
    expect(told.status).toBe('succeeded');
    expect(told.phases.map(({ phase }) => phase)).toEqual([
      'prepare',
      'fetch',
      'build',
      'repair',
      'verify',
      'upload',
    ]);
    expect(told.artifacts).toHaveLength(1);
    expect(artifacts.get(told.artifacts[0]!.filename)).toEqual({
      sha256: told.artifacts[0]!.sha256,
      size: told.artifacts[0]!.size,
    });
    expect(log).toContain('a line of the stub');
    expect(logFinal).toBe(true);
    expect(told.log.bytes).toBe(Buffer.byteLength(log));
    expect(told.environment).toMatchObject({ environment: { stub: true }, worker: { runner: 'stub' } });
  });

  it('leaves nothing on disk of an attempt that is reported', async () => {
    fake.claims.offer({});
    const worker = bench.worker();
    await result();
    const attempts = join(bench.stateDirectory, 'attempts');
    await fake.until('an empty directory', () => readdirSync(attempts).length === 0);
    expect(existsSync(join(bench.stateDirectory, 'claim.json'))).toBe(true);
    worker.signal('SIGTERM');
    expect(await worker.exited).toEqual({ code: 0, signal: null });
    expect(existsSync(join(bench.stateDirectory, 'claim.json'))).toBe(false);
    expect(existsSync(join(bench.stateDirectory, 'worker.lock'))).toBe(false);
  });

  it('tells phase, code and lines of a failing build', async () => {
    fake.claims.offer(
      scripted({ outcome: 'fail', code: 'BUILD_FAILED', message: 'gcc said no', output: ['x.c:1: error'] }),
    );
    bench.worker();
    const told = await result();
    expect(told).toMatchObject({ status: 'failed', phase: 'build', cause: 'package', exit_code: 1 });
    expect(told.error).toMatchObject({ code: 'BUILD_FAILED', message: 'gcc said no' });
    expect(told.error!.lines.map(({ text }) => text)).toContain('x.c:1: error');
    expect(told.artifacts).toEqual([]);
  });

  it('claims nothing twice when the answer to a claim is lost', async () => {
    fake.faults.add('drop-answer', 'claim-next', 1);
    fake.claims.offer({ name: 'first' }, { name: 'second' });
    bench.worker();
    await result(0);
    await result(1);
    const [lost, again] = fake.claims.requests;
    expect(again!.claim_key).toBe(lost!.claim_key);
    expect(fake.attempts.map(({ claim }) => claim.job.name)).toEqual(['first', 'second']);
  });

  it('hides secrets of the worker in the log and in the error, also when they are encoded', async () => {
    const secret = 'worker-token-secret/42';
    const basic = Buffer.from(`user:${secret}`).toString('base64');
    fake.claims.offer(
      scripted({
        outcome: 'fail',
        message: `failed with ${secret}`,
        output: [`plain ${secret}`, `Basic ${basic}`],
      }),
    );
    bench.worker({ WORKER_TOKEN: secret });
    const told = await result();
    const { log } = await attempt();
    expect(log).toContain('plain ***');
    expect(log).not.toContain(secret);
    expect(log).not.toContain(basic.slice(8));
    expect(JSON.stringify(told)).not.toContain(secret);
  });

  it('goes on building while the controller is away, and gives log, wheel and result afterwards', async () => {
    fake.claims.offer(
      scripted({ delayMs: 150, output: Array.from({ length: 200 }, (_, index) => `line ${index}`) }),
    );
    const worker = bench.worker();
    await worker.line('The attempt starts');
    const port = await fake.goAway();
    await worker.line('The build has ended');
    await fake.listen(port);
    const told = await result();
    expect(told.status).toBe('succeeded');
    const found = await attempt();
    await fake.until('the whole log', () => found.logFinal);
    expect(found.log).toContain('line 0\n');
    expect(found.log).toContain('line 199\n');
    expect(found.artifacts.size).toBe(1);
  });

  it('stops the build when the lease is lost, and gives no result', async () => {
    fake.claims.offer(scripted({ outcome: 'hang' }));
    const worker = bench.worker();
    const found = await attempt();
    await fake.until('the hanging build', () => found.log.includes('hanging now'));
    found.lost = true;
    await worker.line('The lease is lost');
    await fake.until('the end of the log', () => found.logFinal);
    expect(found.resultCalls).toBe(0);
    await fake.until('a free slot', () => fake.heartbeats.at(-1)?.attempts.length === 0);
  });

  it('stops the build when it is cancelled, and says so', async () => {
    fake.claims.offer(scripted({ outcome: 'hang' }));
    bench.worker();
    const found = await attempt();
    await fake.until('the hanging build', () => found.log.includes('hanging now'));
    found.cancel = 'no run wants it';
    expect(await result()).toMatchObject({ status: 'cancelled', cause: 'cancelled', phase: 'build' });
  });

  it('ends a build that prints nothing for too long', async () => {
    fake.claims.offer(scripted({ outcome: 'hang' }, { limits: { idle_output_s: 1 } }));
    bench.worker();
    const told = await result();
    expect(told.error).toMatchObject({ code: 'IDLE_TIMEOUT' });
    expect(told).toMatchObject({ status: 'failed', phase: 'build', cause: 'resource' });
  });

  it('drains on SIGTERM: claims nothing more, beats on as draining, finishes what runs, ends with 0', async () => {
    fake.claims.offer(scripted({ delayMs: 400 }), { name: 'not-any-more' });
    const worker = bench.worker();
    await attempt();
    worker.signal('SIGTERM');
    await fake.until('a draining beat with the attempt', () =>
      fake.heartbeats.some(({ draining, attempts }) => draining && attempts.length === 1),
    );
    expect(await worker.exited).toEqual({ code: 0, signal: null });
    expect(fake.attempts).toHaveLength(1);
    expect(fake.attempts[0]!.result?.status).toBe('succeeded');
    expect(fake.claims.waiting).toBe(1);
  });

  it('stops the builds at a second SIGTERM and reports them as stopped', async () => {
    fake.claims.offer(scripted({ outcome: 'hang' }));
    const worker = bench.worker();
    const found = await attempt();
    await fake.until('the hanging build', () => found.log.includes('hanging now'));
    worker.signal('SIGTERM');
    await worker.line('The worker drains');
    worker.signal('SIGTERM');
    expect(await worker.exited).toEqual({ code: 0, signal: null });
    expect(found.result).toMatchObject({
      status: 'failed',
      cause: 'worker',
      error: { code: 'WORKER_STOPPED' },
    });
  });

  it('cleans up after a kill -9: the next life stops what ran, reports it and removes it', async () => {
    fake.claims.offer(scripted({ outcome: 'hang' }));
    const first = bench.worker();
    const found = await attempt();
    await fake.until('the hanging build', () => found.log.includes('hanging now'));
    first.signal('SIGKILL');
    await first.exited;
    fake.claims.offer({ name: 'next' });
    bench.worker();
    const told = await result(0);
    expect(told).toMatchObject({ status: 'failed', cause: 'worker', phase: 'build' });
    expect(told.error!.code).toBe('WORKER_RESTARTED');
    await fake.until('the end of the log', () => found.logFinal);
    expect(found.log).toMatch(
      /hanging now\n\n\[ironwheel: the worker was restarted; the build was stopped\]\n$/,
    );
    expect((await result(1)).status).toBe('succeeded');
    await fake.until(
      'an empty directory',
      () => readdirSync(join(bench.stateDirectory, 'attempts')).length === 0,
    );
  });

  it('gives a result that an earlier life could not give', async () => {
    fake.claims.offer({});
    const first = bench.worker();
    await attempt();
    fake.faults.add('unavailable', '/result');
    await fake.until('a result that was refused', () => fake.calls.some((call) => call.endsWith('/result')));
    first.signal('SIGKILL');
    await first.exited;
    fake.faults.clear();
    bench.worker();
    const told = await result();
    expect(told.status).toBe('succeeded');
    expect((await attempt()).artifacts.size).toBe(1);
  });

  it('claims nothing while the host is unfit, and says why', async () => {
    fake.claims.offer({});
    const worker = bench.worker({ WORKER_MIN_FREE_DISK_BYTES: '999999999999999' });
    await worker.line('The host is not fit to build');
    const beat = await fake.until('a beat', () => fake.heartbeats.find(({ health }) => !health.ok));
    expect(beat.health.problems.map(({ code }) => code)).toEqual(['DISK_LOW']);
    expect(fake.claims.requests).toEqual([]);
  });

  it.each([{ desiredState: 'paused' as const }, { quarantined: true }])(
    'asks no more often than an idle worker while it is held (%o), and claims as soon as it is not',
    async (held) => {
      Object.assign(fake, held);
      fake.claims.offer({});
      const worker = bench.worker({ WORKER_CLAIM_WAIT_S: '50' });
      await worker.line('The scheduler changed its intent');
      const beats = fake.heartbeats.length;
      await fake.until('two more heartbeats', () => fake.heartbeats.length >= beats + 2 || undefined);
      expect(fake.claims.requests).toHaveLength(1);
      Object.assign(fake, { desiredState: 'active', quarantined: false });
      expect((await result()).status).toBe('succeeded');
      expect((await attempt()).claimKey).toBe(fake.claims.requests[0]?.claim_key);
    },
  );

  it('signs by the time of the controller when the clocks differ', async () => {
    fake.clockShiftMs = 3_600_000;
    fake.claims.offer({});
    const worker = bench.worker({ WORKER_MAX_CLOCK_OFFSET_S: '86400' });
    expect((await result()).status).toBe('succeeded');
    expect(await worker.line("This host's clock differs")).toBeDefined();
  });

  it('tells the controller of a phase when it begins, long before the next renewal is due', async () => {
    fake.claims.offer({ ...scripted({ outcome: 'hang' }), renewEveryS: 3600 });
    bench.worker();
    const found = await attempt();
    await fake.until('the hanging phase', () => found.log.includes('hanging now'));
    const told = await fake.until('its phase', () =>
      found.renewals.findLast(({ phase }) => phase === 'build'),
    );
    expect(told.phase).toBe('build');
  });

  it('starts the renewing process again when that is killed', async () => {
    fake.claims.offer(scripted({ outcome: 'hang' }));
    const worker = bench.worker();
    const found = await attempt();
    await fake.until('a renewal', () => found.renewals.length > 0);
    const pid = Number((await worker.line('The renewing process runs'))['renewer_pid']);
    process.kill(pid, 'SIGKILL');
    await worker.line('The renewing process ended');
    const before = found.renewals.length;
    await fake.until('another renewal', () => found.renewals.length > before);
  });

  it('keeps the lease while its main thread is stopped', async () => {
    fake.claims.offer(scripted({ outcome: 'hang' }));
    const worker = bench.worker();
    const found = await attempt();
    await fake.until('the hanging build', () => found.log.includes('hanging now'));
    worker.signal('SIGSTOP');
    const before = found.renewals.length;
    await fake.until('three more renewals', () => found.renewals.length >= before + 3);
    worker.signal('SIGCONT');
    found.cancel = 'enough';
    expect((await result()).status).toBe('cancelled');
  });
});
