import { hintListSchema, hintSuggestionSchema, listOf, type JobView } from '@ironwheel/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DrillStage, type JobDetail } from '../drills/drill-stage.ts';
import { until } from '../drills/drill-process.ts';
import { findDebianImage } from '../podman/debian-image.ts';
import { hopelessCases, mendedCases } from './failure-cases.ts';
import { makeFailingSdists } from './failure-stage.ts';

const found = findDebianImage();
const why = 'why' in found ? found.why : null;
if (why !== null) process.stdout.write(`real failures are not shown here: ${why}\n`);

/** Compilers are fetched and installed meanwhile. */
const patienceMs = 2_400_000;
const mebibyte = 1024 * 1024;

describe.skipIf(why !== null)('real builds that fail in a container', () => {
  const stage = new DrillStage();
  const unknown = 'ironwheel-is-no-such-distribution';
  const jobs = new Map<string, JobDetail>();

  /** What a mirror or an index that was away for a while costs: an attempt, which is no fault of the case. */
  const isInterruption = ({ error }: JobDetail['attempts'][number]): boolean =>
    ['RECIPE_PACKAGES_UNREACHABLE', 'INDEX_UNREACHABLE'].includes(error?.code ?? '');
  const isSettled = ({ state, attempts }: JobDetail): boolean =>
    ['succeeded', 'failed', 'cancelled'].includes(state) ||
    (state === 'waiting' && attempts.length > 0 && !isInterruption(attempts.at(-1)!));

  const read = async (): Promise<JobView[]> => stage.jobs();

  beforeAll(async () => {
    await stage.startController({
      BUILD_MEMORY_BYTES: String(768 * mebibyte),
      BUILD_DISK_BYTES: String(600 * mebibyte),
      BUILD_CPUS: '1',
      LOG_LEVEL: 'warn',
    });
    await stage.startWorker('builder', {
      RUNNER: 'podman',
      CONTAINER_IMAGE: 'image' in found ? found.image : '',
      WORKER_ALLOW_UNENFORCED_LIMITS: 'true',
      WORKER_SLOTS: '2',
    });
    const cases = [...mendedCases, ...hopelessCases];
    const sdists = makeFailingSdists(cases, stage.directory);
    const build = stage.startCommand('build', '--wheels', sdists, '--python', '3.11', '--detach');
    const { code } = await build.ended;
    if (code !== 0) throw new Error(`build ended with ${code}\n${build.lines.join('\n')}\n${stage.tell()}`);
    const [any] = await read();
    const { python_tag: pythonTag, platform_tag: platformTag } = any!;
    const wish = { package: unknown, version: '1.0', python_tag: pythonTag, platform_tag: platformTag };
    await stage.post('/api/queue/enqueue', wish);
    await until(
      'the end of every job',
      async () => {
        for (const { job_id: id, name } of await read()) {
          const known = jobs.get(name);
          if (known === undefined || !isSettled(known)) jobs.set(name, await stage.job(id));
        }
        return jobs.size === cases.length + 1 && [...jobs.values()].every(isSettled);
      },
      () =>
        [...jobs.values()]
          .map(({ name, state, attempts }) => `${name} ${state} ${attempts.length}`)
          .join('\n') + stage.tell(),
      patienceMs,
    );
  }, patienceMs + 300_000);
  afterAll(() => stage.close());

  const jobOf = (name: string): JobDetail => {
    const job = jobs.get(name);
    if (job === undefined) throw new Error(`there is no job ${name}`);
    return { ...job, attempts: job.attempts.filter((attempt) => !isInterruption(attempt)) };
  };
  const tell = ({ attempts }: JobDetail): string =>
    attempts.map(({ error, decision, cause }) => JSON.stringify({ cause, error, decision })).join('\n');

  it.each(mendedCases)('$name: is mended without a person', (one) => {
    const job = jobOf(one.name);
    expect(job.state, tell(job)).toBe('succeeded');
    expect(job.attempts.map(({ decision }) => decision?.action)).toEqual([
      ...one.hints.map(() => 'retry_hint'),
      'accept',
    ]);
    const [first] = job.attempts;
    expect({ cause: first?.cause, code: first?.error?.code }, tell(job)).toEqual({
      cause: one.cause,
      code: one.code,
    });
  });

  it.each(hopelessCases)('$name: is classified, and no hint is tried', (one) => {
    const job = jobOf(one.name);
    const [first] = job.attempts;
    expect({ cause: first?.cause, code: first?.error?.code }, tell(job)).toEqual({
      cause: one.cause,
      code: one.code,
    });
    expect(job.attempts.map(({ decision }) => decision?.action)).not.toContain('retry_hint');
    expect(job.state, tell(job)).not.toBe('succeeded');
  });

  it('a source error is built once and never again unchanged', () => {
    for (const name of ['has-a-syntax-error', 'uses-a-gone-member', 'does-not-link', 'is-for-python-2']) {
      const job = jobOf(name);
      expect(
        job.attempts.map(({ decision }) => decision?.action),
        tell(job),
      ).toEqual(['give_up']);
    }
  });

  it('a release without an sdist waits', () => {
    const job = jobOf(unknown);
    expect(job.attempts[0]).toMatchObject({ cause: 'provider', error: { code: 'SDIST_NOT_FOUND' } });
    expect(job.attempts[0]?.decision?.action, tell(job)).toBe('wait_provider');
  });

  it('each hint tells what it did and how often that helped', async () => {
    const hints = hintListSchema.parse(await stage.get('/api/hints?limit=500')).items;
    for (const { hints: wanted } of mendedCases) {
      for (const [place, id] of wanted.entries()) {
        const hint = hints.find((one) => one.id === id);
        const isLast = place === wanted.length - 1;
        expect(hint?.stats, id).toMatchObject(
          isLast ? { succeeded: 1, failed: 0 } : { moved_on: 1, failed: 0 },
        );
        expect(hint?.stats.success?.n, id).toBe(1);
      }
    }
  });

  it('what no hint knows is suggested as a draft', async () => {
    const { items } = listOf(hintSuggestionSchema).parse(await stage.get('/api/hints/suggestions'));
    const draft = items.find(({ packages }) => packages.includes('needs-something-strange'));
    expect(draft?.draft.pattern).toBe('fatal error: strange/thing\\.h');
  });
});
