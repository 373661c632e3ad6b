import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fixturePath, makeSdist } from '@ironwheel/plugin-kit/suites';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AgentBench, bundleAgent } from '../../test/agent-process.ts';
// Not through the library's index, which also brings the whole controller.
import { FakeController, type FakeJob } from '../../../../libs/testing/src/fake-controller.ts';

const driverDirectory = fileURLToPath(new URL('../../../../build-driver', import.meta.url));

/** Command lines of all processes that hold the text. */
const findProcesses = (text: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return line.includes(text) ? [line] : [];
      } catch {
        // It ended between the two looks.
        return [];
      }
    });

describe('the worker with real builds, as a process of this host', () => {
  let bundle: Awaited<ReturnType<typeof bundleAgent>>;
  let fake: FakeController;
  let bench: AgentBench;
  let sources: string;

  beforeAll(async () => {
    bundle = await bundleAgent();
  });
  afterAll(() => bundle.close());
  beforeEach(async () => {
    fake = await FakeController.start();
    bench = new AgentBench(bundle.entry, fake);
    sources = mkdtempSync(join(tmpdir(), 'ironwheel-sources-'));
    await bench.enroll();
  });
  afterEach(async () => {
    await bench.close();
    await fake.close();
    rmSync(sources, { recursive: true, force: true });
  });

  /** The source lies in the controller's store. */
  const offer = (sample: string, more: FakeJob = {}): void => {
    const { name, version, filename, sha256 } = makeSdist(sample, sources);
    fake.source = readFileSync(join(sources, filename));
    fake.claims.offer({ name, version, source: { origin: 'input', filename, sha256 }, ...more });
  };
  const start = () =>
    bench.worker({
      RUNNER: 'process',
      IRONWHEEL_ALLOW_PROCESS_RUNNER: 'true',
      IRONWHEEL_DRIVER_DIR: driverDirectory,
    });
  const result = () => fake.until('a result', () => fake.attempts[0]?.result, 150_000);

  it('builds a C extension from a source of the controller and uploads the wheel', async () => {
    offer('checksum');
    start();
    const told = await result();
    expect(told.error).toBeNull();
    expect(told.status).toBe('succeeded');
    const [wheel] = told.artifacts;
    expect(wheel!.filename).toMatch(/\.whl$/);
    const attempt = fake.attempts[0]!;
    expect(attempt.artifacts.get(wheel!.filename)).toEqual({ sha256: wheel!.sha256, size: wheel!.size });
    expect(Object.keys(told.environment)).toContain('source_sha256');
    await fake.until('the whole log', () => attempt.logFinal);
    expect(told.log.bytes).toBe(attempt.logBytes);
  }, 180_000);

  it('tells the phase and the lines of the compiler that matter', async () => {
    offer(fixturePath('fails-to-compile'));
    start();
    const told = await result();
    expect(told).toMatchObject({ status: 'failed', phase: 'build' });
    expect(told.error!.lines.map(({ text }) => text).join('\n')).toMatch(/fixture\.c.*error/);
    const logLines = fake.attempts[0]!.log.split('\n');
    for (const { line_no, text } of told.error!.lines)
      expect(logLines[line_no - 1]).toContain(text.slice(0, 80));
  }, 180_000);

  it('holds a line without an end within the limit of the log, and says what it left out', async () => {
    offer(fixturePath('prints-endlessly'), {
      limits: { log_max_bytes: 256 * 1024 },
      recipes: { env: { IRON_FIXTURE_MIB: '300' } },
    });
    start();
    const told = await result();
    const attempt = fake.attempts[0]!;
    await fake.until('the whole log', () => attempt.logFinal);
    expect(attempt.logBytes).toBeLessThanOrEqual(256 * 1024 + 64 * 1024);
    expect(told.log.truncated).toBe(true);
    expect(told.log.dropped_bytes).toBeGreaterThan(290 * 1024 * 1024);
    expect(told.status).toBe('succeeded');
  }, 180_000);

  it('leaves no process of a build behind when the worker was killed and is started again', async () => {
    offer(fixturePath('hangs'));
    const first = start();
    const attempt = await fake.until('an attempt', () => fake.attempts[0]);
    await fake.until('the hanging build', () => attempt.log.includes('hanging now'), 120_000);
    expect(findProcesses('ironwheel-fixture-orphan').length).toBeGreaterThan(0);
    first.signal('SIGKILL');
    await first.exited;
    start();
    expect((await result()).error?.code).toBe('WORKER_RESTARTED');
    expect(findProcesses('ironwheel-fixture-orphan')).toEqual([]);
    expect(findProcesses(bench.stateDirectory).filter((line) => line.includes('ironwheel_build'))).toEqual(
      [],
    );
  }, 180_000);
});
