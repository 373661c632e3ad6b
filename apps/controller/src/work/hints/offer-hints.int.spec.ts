import {
  hintApplicationSchema,
  hintViewSchema,
  listOf,
  type Claim,
  type HintView,
} from '@ironwheel/contracts';
import { startController, type TestController, type TestWorker } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClaimsFixture, type JobDetail } from '../../../test/claims-fixture.ts';

let controller: TestController;
beforeAll(async () => {
  controller = await startController();
});
afterAll(() => controller.close());

const headerMissing = (header: string): Record<string, unknown> => ({
  status: 'failed',
  phase: 'build',
  error: {
    code: 'HEADER_MISSING',
    message: `the header ${header} is missing`,
    lines: [
      { line_no: 40, text: `x.c:1:10: fatal error: ${header}: No such file or directory` },
      { line_no: 41, text: 'compilation terminated.' },
    ],
  },
});

interface Chain {
  readonly fixture: ClaimsFixture;
  readonly jobId: string;
  readonly worker: TestWorker;
  /** Claims the job and ends the attempt. */
  readonly fail: (more: Record<string, unknown>, wish?: { wait_s: number }) => Promise<Claim>;
  readonly job: () => Promise<JobDetail>;
}

const begin = async (name: string): Promise<Chain> => {
  const fixture = new ClaimsFixture(controller);
  const jobId = await fixture.enqueue(name);
  const worker = await fixture.worker();
  const fail = async (more: Record<string, unknown>, wish = {}): Promise<Claim> => {
    const claim = await fixture.claim(worker, wish);
    const answer = await fixture.report(claim, more);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return claim;
  };
  return { fixture, jobId, worker, fail, job: () => fixture.job(jobId) };
};
const hint = async (chain: Chain, id: string): Promise<HintView> =>
  hintViewSchema.parse((await chain.fixture.operate('GET', `/api/hints/${id}`)).body);
const actionsOf = ({ attempts }: JobDetail): (string | undefined)[] =>
  attempts.map(({ decision }) => decision?.action);

describe('an attempt that a hint may mend', () => {
  it('is tried again with its recipe, and what came of it is counted', async () => {
    const chain = await begin('wants-snappy');
    await chain.fail(headerMissing('snappy.h'));
    expect(await chain.job()).toMatchObject({ state: 'queued' });
    const second = await chain.fixture.claim(chain.worker);
    expect(second.recipes).toEqual({ apt: ['libsnappy-dev'], dnf: ['snappy-devel'], env: {} });
    await chain.fixture.report(second, headerMissing('lz4.h'));
    const third = await chain.fixture.claim(chain.worker);
    expect(third.recipes.apt).toEqual(['liblz4-dev', 'libsnappy-dev']);
    await chain.fixture.report(third, {
      status: 'failed',
      phase: 'build',
      error: { code: 'COMPILE_FAILED', message: 'no', lines: [{ line_no: 9, text: 'x.c:1:1: error: bad' }] },
    });
    expect(actionsOf(await chain.job())).toEqual(['retry_hint', 'retry_hint', 'give_up']);
    const snappy = await hint(chain, 'builtin-snappy');
    expect(snappy.stats).toMatchObject({ applied: 1, succeeded: 0, moved_on: 1, failed: 0 });
    expect(snappy.stats.success).toMatchObject({ n: 1, rate: 0 });
    const history = await chain.fixture.operate('GET', '/api/history?package=wants-snappy');
    expect((history.body['items'] as readonly object[]).at(-1)).toMatchObject({
      matched_hint_ids: ['builtin-snappy'],
    });
    const { items } = listOf(hintApplicationSchema).parse(
      (await chain.fixture.operate('GET', '/api/hints/builtin-snappy/applications')).body,
    );
    expect(items[0]).toMatchObject({
      name: 'wants-snappy',
      line: { line_no: 40 },
      outcome: 'moved_on',
      next_attempt_id: second.attempt_id,
      recipes: { apt: ['libsnappy-dev'] },
    });
  });

  it('says nothing of its hint when it came to no build', async () => {
    const chain = await begin('wants-a-mirror');
    const unreachable = {
      status: 'failed',
      phase: 'prepare',
      error: { code: 'RECIPE_PACKAGES_UNREACHABLE', message: 'a mirror did not answer', lines: [] },
    };
    await chain.fail(headerMissing('tiffio.h'));
    await chain.fail(unreachable);
    expect(actionsOf(await chain.job())).toEqual(['retry_hint', 'wait_provider']);
    const between = (await hint(chain, 'builtin-tiff')).stats;
    expect(between).toMatchObject({ applied: 1, moved_on: 0, failed: 0 });
    await controller.database.query('UPDATE jobs SET not_before = now() WHERE id = $1', [chain.jobId]);
    const [decided] = (await chain.job()).attempts;
    const traced = async () => {
      const path = `/api/decisions/trace?decision_id=${decided?.decision?.decision_id ?? ''}`;
      return (await chain.fixture.operate('GET', path)).body['items'];
    };
    expect(await traced()).toMatchObject([{ action: 'retry_hint', label: null }]);
    const again = await chain.fail(headerMissing('another.h'), { wait_s: 30 });
    expect(again.recipes.apt).toEqual(['libtiff-dev']);
    expect((await hint(chain, 'builtin-tiff')).stats).toMatchObject({ moved_on: 1, failed: 0 });
    expect(await traced()).toMatchObject([{ action: 'retry_hint', label: { came_true: false } }]);
  });

  it('ends with a hint that failed when its recipe could not be carried out', async () => {
    const chain = await begin('wants-what-is-not-there');
    await chain.fail(headerMissing('webp/decode.h'));
    const error = { code: 'RECIPE_IMAGE_FAILED', message: 'no such package', lines: [] };
    await chain.fail({ status: 'failed', phase: 'prepare', error });
    expect(actionsOf(await chain.job())).toEqual(['retry_hint', 'give_up']);
    expect((await hint(chain, 'builtin-webp')).stats).toMatchObject({ applied: 1, moved_on: 0, failed: 1 });
  });

  it('ends with a hint that failed when it fits again, also where the host is to blame', async () => {
    const chain = await begin('wants-python-headers');
    const error = {
      code: 'PYTHON_HEADERS_MISSING',
      message: 'the headers of Python are missing',
      lines: [{ line_no: 7, text: 'x.c:1:10: fatal error: Python.h: No such file or directory' }],
    };
    await chain.fail({ status: 'failed', phase: 'build', error });
    await chain.fail({ status: 'failed', phase: 'build', error });
    const [first, second] = actionsOf(await chain.job());
    expect(first).toBe('retry_hint');
    expect(second).not.toBe('retry_hint');
    expect((await hint(chain, 'builtin-python-headers')).stats).toMatchObject({ applied: 1, failed: 1 });
  });

  it('gets each hint once in a chain, and once more when a person begins a new one', async () => {
    const chain = await begin('wants-jpeg');
    await chain.fail(headerMissing('jpeglib.h'));
    await chain.fail(headerMissing('jpeglib.h'));
    expect(actionsOf(await chain.job())).toEqual(['retry_hint', 'give_up']);
    expect((await hint(chain, 'builtin-jpeg')).stats).toMatchObject({ applied: 1, failed: 1 });
    await chain.fixture.operate('POST', `/api/jobs/${chain.jobId}/retry`);
    const again = await chain.fail(headerMissing('jpeglib.h'));
    // It was built with all that the hint would add: the same set of actions is not taken twice.
    expect(again.recipes.apt).toEqual(['libjpeg-dev']);
    expect(actionsOf(await chain.job()).at(-1)).toBe('give_up');
  });

  it('gets nothing that would do nothing where it is built', async () => {
    const chain = await begin('wants-pkg-config');
    const lines = [{ line_no: 3, text: 'ERROR: Dependency "madeup" not found, tried pkgconfig' }];
    const error = { code: 'BACKEND_FAILED', message: 'the backend failed', lines };
    const environment = { environment: { package_manager: 'apt-get' } };
    await chain.fail({ status: 'failed', phase: 'build', error, environment });
    expect(actionsOf(await chain.job())).toEqual(['give_up']);
  });

  it('and that no hint fits is offered a draft', async () => {
    const chain = await begin('wants-something');
    await chain.fail(headerMissing('strange/thing.h'));
    const { body } = await chain.fixture.operate('GET', '/api/hints/suggestions');
    expect(body).toMatchObject({
      items: [
        { draft: { pattern: 'fatal error: strange/thing\\.h' }, packages: ['wants-something'] },
        ...Array.from({ length: (body['items'] as readonly unknown[]).length - 1 }, () => ({})),
      ],
    });
  });
});
