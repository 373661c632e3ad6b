import {
  listOf,
  policyValidationSchema,
  policyVersionDetailSchema,
  policyVersionSchema,
  type PolicyValidation,
} from '@ironwheel/contracts';
import { defaultPolicy } from '@ironwheel/decisions';
import { callController, startController, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClaimsFixture, until } from '../../../test/claims-fixture.ts';
import { digestOf, policyChangedChannel, PolicyInForce } from '../../work/policies/index.ts';

const meta = { author: 'somebody', reason: 'a test of it' };

describe('policies', () => {
  let controller: TestController;
  let at: ClaimsFixture;
  beforeAll(async () => {
    controller = await startController();
    at = new ClaimsFixture(controller);
  });
  afterAll(() => controller.close());

  const validate = async (document: unknown): Promise<PolicyValidation> =>
    policyValidationSchema.parse((await at.operate('POST', '/api/policies/validate', { document })).body);
  const codesOf = async (document: Record<string, unknown>): Promise<string[]> =>
    (await validate({ meta, ...document })).errors.map(({ path, code }) => `${path} ${code}`);

  it('start with version 1, which is in force, and holds what the library holds as its defaults', async () => {
    const listed = await at.operate('GET', '/api/policies/versions');
    expect(listOf(policyVersionSchema).parse(listed.body)).toMatchObject({
      items: [{ version: 1, state: 'active', author: 'ironwheel', base_version: null }],
      total: 1,
    });
    const detail = policyVersionDetailSchema.parse(
      (await at.operate('GET', '/api/policies/versions/1')).body,
    );
    expect(detail.sha256).toBe(digestOf(detail.document));
    expect(controller.app.get(PolicyInForce, { strict: false }).get().policy).toEqual(defaultPolicy);
    expect((await at.operate('GET', '/api/policies/versions/2')).body.error).toBe('POLICY_NOT_FOUND');
    expect((await at.operate('GET', '/api/policies/versions/none')).body.error).toBe('REQUEST_INVALID');
  });

  it('are named in every claim, and the version in force is what a controller goes by', async () => {
    const worker = await at.worker();
    await at.enqueue('under-policy');
    expect((await at.claim(worker)).policy_version).toBe(1);
    const document = { meta, backoff: { worker: { base_s: 77, factor: 1, cap_s: 77, jitter: 0 } } };
    const { normalized, sha256 } = await validate(document);
    await controller.database.query(`UPDATE policies SET state = 'superseded' WHERE version = 1`);
    await controller.database.query(
      `INSERT INTO policies (version, document, sha256, author, reason, state)
       VALUES (2, $1::jsonb, $2, 'somebody', 'a test of it', 'active')`,
      [JSON.stringify(normalized), sha256],
    );
    await controller.database.query(`SELECT pg_notify('${policyChangedChannel}', '')`);
    const inForce = controller.app.get(PolicyInForce, { strict: false });
    await until(() => Promise.resolve(inForce.get().version === 2));
    const jobId = await at.enqueue('under-another-policy');
    const claim = await at.claim(worker);
    expect(claim.policy_version).toBe(2);
    await at.report(claim, { error: { code: 'RUNNER_FAILED', message: 'it broke', lines: [] } });
    expect((await at.job(jobId)).state_reason).toContain('in 77 s');
    const trace = await at.operate('GET', `/api/decisions/trace?job_id=${jobId}`);
    expect(trace.body.items).toMatchObject([{ policy: { version: 2, sha256 }, replay: { ok: true } }]);
  });

  it('accept a document that says nothing, as the defaults', async () => {
    const answer = await validate({ meta });
    expect(answer).toMatchObject({ valid: true, errors: [], warnings: [] });
    expect(answer.sha256).toBe(digestOf(answer.normalized));
  });

  it('say what a document would change', async () => {
    const rule = { id: 'odd', when: { exit: 3 }, cause: 'provider', decision: 'wait_provider', p_prior: 0.9 };
    const changed = await validate({ meta, attempts: { max_per_job: 5 }, rules: [rule] });
    expect(changed).toMatchObject({ valid: true, touches: { rules: ['odd'], pools: [], providers: [] } });
    expect(changed.diff).toContainEqual({ path: 'attempts.max_per_job', old: 4, new: 5 });
  });

  it('name every place where something does not fit, not only the first', async () => {
    const found = await codesOf({
      attempts: { max_per_job: 2, max_per_cause: { worker: 3 }, more: 1 },
      backoff: { unknown: { base_s: 10, factor: 9, cap_s: 20, jitter: 0 } },
      accept: { require: ['import_smoke'] },
      fallback: ['give_up', 'retry'],
      rules: [{ id: 'a', when: {}, cause: 'package', decision: 'retry', p_prior: 2 }],
      nothing: 1,
    });
    expect(found.toSorted()).toEqual([
      'accept.require gate_removed',
      'accept.require gate_removed',
      'attempts.more unknown_field',
      'backoff.unknown.factor too_big',
      'fallback no_end',
      'nothing unknown_field',
      'rules.0.p_prior too_big',
      'rules.0.when custom',
    ]);
  });

  const rule = (more: Record<string, unknown>) => ({
    id: 'r',
    when: { anchor_regex: 'odd' },
    cause: 'unknown',
    decision: 'retry',
    p_prior: 0.5,
    tests: [
      { line: 'how odd', matches: true },
      { line: 'how even', matches: false },
    ],
    ...more,
  });

  it.each([
    ['attempts.max_per_cause.worker above_max_per_job', { attempts: { max_per_job: 2 } }],
    [
      'backoff.unknown.cap_s cap_below_base',
      { backoff: { unknown: { base_s: 9, factor: 2, cap_s: 5, jitter: 0 } } },
    ],
    ['fallback cycle', { fallback: ['retry', 'retry', 'give_up'] }],
    ['profiles.warmup missing', { profiles: { standard: {}, low_hit: {} } }],
    ['profiles.fast unknown_profile', { profiles: { standard: {}, low_hit: {}, warmup: {}, fast: {} } }],
    [
      'profiles.low_hit.lease_max above_standard',
      { profiles: { standard: {}, low_hit: { lease_max: 17 }, warmup: {} } },
    ],
    [
      'profiles.standard.ramp ramp_outside_warmup',
      { profiles: { standard: { ramp: {} }, low_hit: {}, warmup: {} } },
    ],
    [
      'profiles.standard.burst above_lease_max',
      { profiles: { standard: { burst: 20 }, low_hit: {}, warmup: {} } },
    ],
    ['providers.a.fallback cycle', { providers: { a: { fallback: ['b'] }, b: { fallback: ['a'] } } }],
    ['providers.a.fallback.0 unknown_provider', { providers: { a: { fallback: ['b'] } } }],
    ['providers.a.probe.timeout_s timeout_too_long', { providers: { a: { probe: { interval_s: 5 } } } }],
    ['pools.nowhere unknown_pool', { pools: { nowhere: {} } }],
    ['pools.default.profile.a unknown_provider', { pools: { default: { profile: { a: 'standard' } } } }],
    [
      'pools.default.override.lease_max loosens',
      { providers: { a: {} }, pools: { default: { profile: { a: 'low_hit' }, override: { lease_max: 9 } } } },
    ],
    ['quarantine.cap_s cap_below_base', { quarantine: { cap_s: 10 } }],
    ['base_version unknown_version', { base_version: 99 }],
    ['rules.1.id duplicate', { rules: [rule({ prio: 1 }), rule({ prio: 2 })] }],
    ['rules.1.prio overlap', { rules: [rule({}), rule({ id: 's' })] }],
    ['rules.0.decision repeats_unchanged', { rules: [rule({ cause: 'package' })] }],
    ['rules.0.decision no_provider', { rules: [rule({ decision: 'wait_provider' })] }],
    ['rules.0.hint_id hint_mismatch', { rules: [rule({ decision: 'retry_hint' })] }],
    ['rules.0.when.anchor_regex pattern_invalid', { rules: [rule({ when: { anchor_regex: '(?=odd)' } })] }],
    ['rules.0.when.anchor_regex pattern_invalid', { rules: [rule({ when: { anchor_regex: '(o)\\1' } })] }],
    ['rules.0.when.anchor_regex matches_everything', { rules: [rule({ when: { anchor_regex: 'x*' } })] }],
    ['rules.0.when.anchor_regex too_big', { rules: [rule({ when: { anchor_regex: 'x'.repeat(301) } })] }],
    ['rules.0.tests missing', { rules: [rule({ tests: [{ line: 'odd', matches: true }] })] }],
    [
      'rules.0.tests.1 test_failed',
      {
        rules: [
          rule({
            tests: [
              { line: 'odd', matches: true },
              { line: 'odd one', matches: false },
            ],
          }),
        ],
      },
    ],
  ])('refuse %s', async (expected, document) => {
    expect(await codesOf(document)).toContain(expected);
  });

  it('match patterns in time in proportion to the line', async () => {
    const line = `${'a'.repeat(400)}!`;
    const catastrophic = rule({
      when: { anchor_regex: '(a+)+$' },
      tests: [
        { line: 'aaa', matches: true },
        { line, matches: false },
      ],
    });
    expect((await validate({ meta, rules: [catastrophic] })).errors).toEqual([]);
  });

  it('are read by viewers, and looked at by operators', async () => {
    const { body } = await at.operate('POST', '/api/tokens', { name: 'reader', role: 'viewer' });
    const as = (method: string, path: string, content?: unknown) =>
      callController(controller, method, path, body.token, content);
    expect((await as('GET', '/api/policies/versions')).status).toBe(200);
    expect((await as('POST', '/api/policies/validate', { document: { meta } })).status).toBe(403);
    expect((await at.operate('POST', '/api/policies/validate', { meta })).body.error).toBe('REQUEST_INVALID');
  });
});
