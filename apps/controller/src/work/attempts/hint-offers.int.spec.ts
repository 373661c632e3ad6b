import type { OfferedHint } from '@ironwheel/decisions';
import { startController, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClaimsFixture } from '../../../test/claims-fixture.ts';
import { HintOffers, type HintSource } from './index.ts';

/** Offers one hint, which puts its recipe on the job, and remembers what it was told. */
class OneHint implements HintSource {
  readonly told: string[] = [];
  readonly #tried = new Set<string>();

  offer(...[, job, attempt, lines]: Parameters<HintSource['offer']>): Promise<OfferedHint[]> {
    const line = lines.find(({ text }) => text.includes('zlib.h'));
    if (line === undefined) return Promise.resolve([]);
    this.told.push(`offered for ${attempt.error?.code ?? ''} in ${String(attempt.environment['image'])}`);
    const wasTried = this.#tried.has(job.id);
    return Promise.resolve([{ hintId: 'hnt_zlib', line, recipeDigest: 'zlib', confidence: 0.8, wasTried }]);
  }

  async apply(...[tx, job, , hintId]: Parameters<HintSource['apply']>): Promise<void> {
    this.told.push(`applied ${hintId}`);
    this.#tried.add(job.id);
    await tx.query(
      `UPDATE jobs SET recipes = '{"apt": ["zlib1g-dev"], "dnf": [], "env": {}}' WHERE id = $1`,
      [job.id],
    );
  }

  noteEnd(...[, , attempt, status]: Parameters<HintSource['noteEnd']>): Promise<void> {
    this.told.push(`attempt ${attempt.number} ${status}`);
    return Promise.resolve();
  }
}

describe('a source of hints', () => {
  let controller: TestController;
  beforeAll(async () => {
    controller = await startController();
  });
  afterAll(() => controller.close());

  it('is asked at a failure, put to work at once, told of each end, and not asked to do the same thing twice', async () => {
    const hints = new OneHint();
    controller.app.get(HintOffers, { strict: false }).bind(hints);
    const at = new ClaimsFixture(controller);
    const worker = await at.worker();
    const jobId = await at.enqueue('needs-zlib');
    const lines = [{ line_no: 4, text: 'a.c:1:10: fatal error: zlib.h: No such file or directory' }];
    const failing = {
      error: { code: 'HEADER_MISSING', message: 'A header is missing.', lines },
      environment: { image: 'plain' },
    };
    expect((await at.report(await at.claim(worker), failing)).body).toMatchObject({
      decision: { action: 'retry_hint', reason: 'Trying again with the recipe of hint hnt_zlib.' },
    });
    const again = await at.claim(worker);
    expect(again).toMatchObject({ job: { job_id: jobId }, recipes: { apt: ['zlib1g-dev'] } });
    expect((await at.report(again, failing)).body).toMatchObject({ decision: { action: 'give_up' } });
    expect(hints.told).toEqual([
      'offered for HEADER_MISSING in plain',
      'applied hnt_zlib',
      'attempt 1 failed',
      'offered for HEADER_MISSING in plain',
      'attempt 2 failed',
    ]);
    const trace = await at.operate('GET', `/api/decisions/trace?job_id=${jobId}`);
    expect(trace.body.items).toMatchObject([
      { action: 'give_up', hint_id: null },
      { action: 'retry_hint', hint_id: 'hnt_zlib', p: 0.8, label: { came_true: false } },
    ]);
  });
});
