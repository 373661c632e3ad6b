import {
  decisionTraceSchema,
  listOf,
  resultAnswerSchema,
  type DecisionTraceView,
} from '@ironwheel/contracts';
import { canonicalJson, decide, defaultPolicy, type DecisionSnapshot } from '@ironwheel/decisions';
import { startController, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ClaimsFixture } from '../../../test/claims-fixture.ts';

const missingHeader = {
  code: 'BACKEND_FAILED',
  message: 'The backend failed.',
  lines: [
    { line_no: 12, text: 'src/a.c:3:10: fatal error: unheard_of.h: No such file or directory' },
    { line_no: 13, text: 'compilation terminated.' },
  ],
};

describe('the trace of decisions', () => {
  let controller: TestController;
  let at: ClaimsFixture;
  beforeAll(async () => {
    controller = await startController();
  });
  afterAll(() => controller.close());
  beforeEach(() => {
    at = new ClaimsFixture(controller);
  });

  const trace = async (query: string): Promise<DecisionTraceView[]> =>
    listOf(decisionTraceSchema).parse((await at.operate('GET', `/api/decisions/trace?${query}`)).body).items;
  const fail = async (name: string, error: unknown, more: Record<string, unknown> = {}) => {
    const worker = await at.worker();
    const jobId = await at.enqueue(name);
    const claim = await at.claim(worker);
    const { body } = await at.report(claim, { error, exit_code: 1, ...more });
    return { worker, jobId, claim, decisionId: resultAnswerSchema.parse(body).decision.decision_id };
  };

  it('tells each step of how a failure was judged, by decision, by attempt and by job', async () => {
    const { jobId, claim, decisionId } = await fail('traced', missingHeader);
    const [told, ...none] = await trace(`attempt_id=${claim.attempt_id}`);
    expect(none).toEqual([]);
    expect(told).toMatchObject({
      decision_id: decisionId,
      job_id: jobId,
      action: 'give_up',
      cause: 'recipe',
      rule_id: 'built-in:missing-header',
      p: 0.93,
      propensity: 1,
      policy: { version: 1 },
      replay: { ok: true },
      label: null,
      overrides: [],
    });
    expect(told?.steps.map(({ step }) => step)).toEqual([
      'extract',
      'classify',
      'provider_check',
      'worker_check',
      'budget',
      'choose',
      'side_effects',
    ]);
    expect(told?.steps[0]?.inputs).toMatchObject({ tool: 'compiler', exit_code: 1 });
    expect(told?.steps[1]).toMatchObject({ rule_id: 'built-in:missing-header', matched: [{ line_no: 12 }] });
    expect(told?.alternatives.map(({ action }) => action)).toEqual([
      'retry_hint',
      'wait_provider',
      'retry',
      'give_up',
    ]);
    expect(await trace(`decision_id=${decisionId}`)).toEqual([told]);
    expect(await trace(`job_id=${jobId}`)).toEqual([told]);
  });

  it('gives the same decision bit for bit when the stored snapshot is decided on again', async () => {
    const codes = [
      'BUILD_FAILED',
      'INDEX_UNREACHABLE',
      'OUT_OF_MEMORY',
      'RUNNER_FAILED',
      'SDIST_NOT_FOUND',
      'ODD',
    ];
    for (const code of codes) {
      const { claim } = await fail(`again-${code.toLowerCase()}`, { ...missingHeader, code });
      const [row] = await controller.database.query<{ snapshot: DecisionSnapshot; outcome: unknown }>(
        `SELECT snapshot, outcome FROM decisions WHERE attempt_id = '${claim.attempt_id}'`,
      );
      expect(canonicalJson(decide(row!.snapshot, defaultPolicy))).toBe(canonicalJson(row!.outcome));
      expect(await trace(`attempt_id=${claim.attempt_id}`)).toMatchObject([{ replay: { ok: true } }]);
    }
  });

  it('waits as long as a source asked to be left alone, and names the source', async () => {
    const seen = { provider: 'files.example.org', phase: 'fetch', requests: 4, ok: 3, http_429: 1 };
    const { jobId, claim } = await fail(
      'left-alone',
      // A line that a hint fits mends no source.
      {
        ...missingHeader,
        code: 'INDEX_UNREACHABLE',
        lines: [{ line_no: 1, text: 'a.c:1:10: fatal error: zlib.h: No such file or directory' }],
      },
      { phase: 'fetch', provider_observations: [{ ...seen, max_retry_after_s: 700 }] },
    );
    const [told] = await trace(`attempt_id=${claim.attempt_id}`);
    expect(told).toMatchObject({ action: 'wait_provider', wait_s: 700 });
    expect(told?.steps.find(({ step }) => step === 'provider_check')).toMatchObject({
      inputs: { providers: ['files.example.org'], retry_after_s: 700 },
      outcome: 'at fault',
    });
    expect(await at.job(jobId)).toMatchObject({ state: 'waiting' });
  });

  it('says so when what was stored is not what was decided on', async () => {
    const { claim } = await fail('tampered', missingHeader);
    const change = (what: string) =>
      controller.database.query(`UPDATE decisions SET ${what} WHERE attempt_id = '${claim.attempt_id}'`);
    await change(`outcome = jsonb_set(outcome::jsonb, '{p}', '0.5')`);
    expect(await trace(`attempt_id=${claim.attempt_id}`)).toMatchObject([{ replay: { ok: false } }]);
    await change(`snapshot = jsonb_set(snapshot::jsonb, '{draw}', '0.5')`);
    const [told] = await trace(`attempt_id=${claim.attempt_id}`);
    expect(told?.replay.detail).toContain('not the one that was stored');
  });

  it('learns from the next attempt whether a decision was right, and says what people did', async () => {
    const { worker, jobId, claim } = await fail('learnt', {
      ...missingHeader,
      code: 'BUILD_FAILED',
      lines: [],
    });
    expect(await at.operate('POST', `/api/jobs/${jobId}/retry`, { reason: 'mended' })).toMatchObject({
      status: 200,
    });
    const again = await at.claim(worker);
    await at.report(again, { error: { ...missingHeader, code: 'BUILD_FAILED', lines: [] } });
    const [second, first] = await trace(`job_id=${jobId}`);
    expect(first).toMatchObject({
      attempt_id: claim.attempt_id,
      action: 'give_up',
      label: { came_true: true },
      overrides: [{ action: 'POST /api/jobs/:id/retry', reason: 'mended' }],
    });
    expect(second).toMatchObject({ overrides: [], label: null });
    // One more that gave up, and was right, makes the next surer.
    const [later] = await trace(
      `attempt_id=${(await fail('surer', { ...missingHeader, code: 'BUILD_FAILED', lines: [] })).claim.attempt_id}`,
    );
    expect(later?.p).toBe(0.976);
    expect(later?.snapshot).toMatchObject({ evidence: { 'code:BUILD_FAILED': { give_up: { n: 1, s: 1 } } } });
  });

  it('still reads decisions of before, which cannot be run again', async () => {
    const { claim } = await fail('of-before', missingHeader);
    await controller.database.query(
      `UPDATE decisions SET rule = NULL, p = NULL, outcome = NULL, snapshot_sha256 = NULL, policy_sha256 = NULL,
         snapshot = '{"rule": "code:BUILD_FAILED", "attempt": {"status": "failed"}, "attemptNumber": 1}'
       WHERE attempt_id = '${claim.attempt_id}'`,
    );
    expect(await trace(`attempt_id=${claim.attempt_id}`)).toMatchObject([
      { rule_id: 'code:BUILD_FAILED', p: null, steps: [], alternatives: [], replay: { ok: null } },
    ]);
  });

  it('refuses questions that name nothing, too much, or something that was never decided', async () => {
    const ask = async (query: string) => (await at.operate('GET', `/api/decisions/trace${query}`)).body.error;
    const nobody = '01890000-0000-7000-8000-000000000000';
    expect(await ask('')).toBe('REQUEST_INVALID');
    expect(await ask(`?job_id=job_${nobody}&attempt_id=att_${nobody}`)).toBe('REQUEST_INVALID');
    expect(await ask(`?job_id=job_${nobody}&more=1`)).toBe('REQUEST_INVALID');
    expect(await ask(`?attempt_id=job_${nobody}`)).toBe('REQUEST_INVALID');
    expect(await ask(`?job_id=job_${nobody}`)).toBe('DECISION_NOT_FOUND');
  });
});
