import { describe, expect, it } from 'vitest';
import { failedWith, snapshotOf } from './decision-fixture.ts';
import {
  canJobMove,
  decide,
  defaultPolicy,
  graceMs,
  isJobEnded,
  jobStates,
  type DecisionSnapshot,
  type OfferedHint,
  type WorkerOutcome,
} from './index.ts';

const gib = 1024 ** 3;
const failed = (errorCode: string, more: Partial<DecisionSnapshot> = {}): DecisionSnapshot =>
  snapshotOf(failedWith(errorCode), more);
const ended = (status: 'succeeded' | 'cancelled' | 'lost', more: Partial<DecisionSnapshot> = {}) =>
  snapshotOf(failedWith(null, { status, exitCode: null }), more);
const under = (snapshot: DecisionSnapshot) => decide(snapshot, defaultPolicy);

const hint = (hintId: string, confidence: number, wasTried = false): OfferedHint => ({
  hintId,
  line: { no: 3, text: 'fatal error: zlib.h: No such file' },
  recipeDigest: hintId,
  confidence,
  wasTried,
});

describe('decide', () => {
  it('accepts a wheel that was built and verified', () => {
    expect(under(ended('succeeded')).action).toBe('accept');
  });

  it('accepts what another build brought in the meantime, however this attempt ended', () => {
    const decision = under(failed('ARTIFACT_NAME_TAKEN', { isServed: true }));
    expect(decision).toMatchObject({ action: 'accept', waitS: null });
    expect(decision.reason).toContain('another build');
  });

  it('never repeats a compile error unchanged', () => {
    expect(under(failed('BUILD_FAILED'))).toMatchObject({
      action: 'give_up',
      p: 0.97,
      classification: { cause: 'package', rule: 'code:BUILD_FAILED' },
    });
  });

  it('tries the untried hint that is likeliest to help, and gives up when none is left', () => {
    const hints = [hint('a', 0.9, true), hint('b', 0.5), hint('c', 0.7)];
    expect(under(failed('HEADER_MISSING', { hints }))).toMatchObject({
      action: 'retry_hint',
      hintId: 'c',
      p: 0.7,
      waitS: 0,
    });
    expect(under(failed('HEADER_MISSING', { hints: [hint('a', 0.9, true)] }))).toMatchObject({
      action: 'give_up',
      hintId: null,
    });
    // Below what the policy asks for.
    expect(under(failed('HEADER_MISSING', { hints: [hint('d', 0.2)] })).action).toBe('give_up');
  });

  it('goes on with hints as long as the job has attempts left, however often the cause was the same', () => {
    const again = (recipe: number) =>
      under(
        failed('HEADER_MISSING', {
          hints: [hint('next', 0.7)],
          endedByCause: { recipe },
          attemptNumber: recipe + 1,
        }),
      ).action;
    expect([again(1), again(2), again(3)]).toEqual(['retry_hint', 'retry_hint', 'give_up']);
  });

  it('waits for a provider, longer each time, and gives up in the end', () => {
    const at = (times: number) =>
      under(failed('INDEX_UNREACHABLE', { attemptNumber: times, endedByCause: { provider: times - 1 } }));
    expect([1, 2, 3].map((times) => at(times).waitS)).toEqual([60, 120, 240]);
    expect(at(1)).toMatchObject({ action: 'wait_provider', p: 0.8 });
    expect(at(6).action).toBe('give_up');
  });

  it('waits as long as a provider asks, but not for ever, and moves waits within the jitter', () => {
    const wait = (more: Partial<DecisionSnapshot>) => under(failed('INDEX_UNREACHABLE', more)).waitS;
    expect(wait({ retryAfterS: 900 })).toBe(900);
    expect(wait({ retryAfterS: 10 })).toBe(60);
    expect(wait({ retryAfterS: 1e9 })).toBe(3600);
    expect([wait({ draw: 0 }), wait({ draw: 1 })]).toEqual([42, 78]);
  });

  it('looks again for a source that is not there after a long wait', () => {
    const missing = failed('SDIST_NOT_FOUND');
    expect(under(missing)).toMatchObject({ action: 'wait_provider', waitS: 1800 });
    expect(under({ ...missing, endedByCause: { provider: 3 }, attemptNumber: 4 }).waitS).toBe(14_400);
  });

  it('does not count a source that was away against what the job itself may use', () => {
    const later = { endedByCause: { provider: 5 }, attemptNumber: 6 };
    expect(under(failed('RUNNER_FAILED', later)).action).toBe('retry');
    expect(under(failed('INDEX_UNREACHABLE', { endedByCause: { unknown: 1, worker: 2 } })).action).toBe(
      'wait_provider',
    );
  });

  it('gives a build that ran out of memory a bigger host, else fewer jobs, else nothing', () => {
    const { means } = failed('');
    const out = (more: Partial<typeof means>, counted = 0) =>
      under(failed('OUT_OF_MEMORY', { means: { ...means, ...more }, endedByCause: { resource: counted } }));
    expect(out({ largestHostBytes: 20 * gib })).toMatchObject({
      action: 'retry',
      adjustment: { memoryBytes: 8 * gib },
    });
    expect(out({})).toMatchObject({ action: 'retry', adjustment: { jobs: 1 } });
    expect(out({ jobs: 1 })).toMatchObject({ action: 'give_up', adjustment: null });
    expect(out({ largestHostBytes: 64 * gib }, 1).action).toBe('give_up');
  });

  it.each([
    ['DISK_FULL', { diskBytes: 20 * gib }],
    ['PIDS_LIMIT', { jobs: 1 }],
    ['PHASE_TIMEOUT', { buildTimeoutS: 14_400 }],
    ['IDLE_TIMEOUT', { idleOutputS: 3600 }],
  ])('gives what was lacking after %s', (code, adjustment) => {
    expect(under(failed(code))).toMatchObject({ action: 'retry', adjustment });
  });

  it('gives no more time to a build whose repair took too long', () => {
    const slow = failedWith('PHASE_TIMEOUT', { phase: 'repair' });
    expect(under(snapshotOf(slow)).action).toBe('give_up');
  });

  it('opens the job of a lost worker to another claim at once, but not for ever', () => {
    const lost = (times: number) =>
      under(ended('lost', { attemptNumber: times, endedByCause: { worker: times - 1 } }));
    expect(lost(1)).toMatchObject({ action: 'retry', waitS: 0 });
    expect(lost(3).action).toBe('give_up');
  });

  it('gives up what no run wants, and what was cancelled', () => {
    expect(under(failed('RUNNER_FAILED', { wanted: false })).action).toBe('give_up');
    expect(under(ended('cancelled', { cancelRequested: true }))).toMatchObject({
      action: 'give_up',
      classification: { cause: 'cancelled' },
    });
  });

  it('opens a job that a draining worker gives back at once, but not to a worker that gives back everything', () => {
    expect(under(ended('cancelled'))).toMatchObject({ action: 'retry', waitS: 0 });
    expect(under(ended('cancelled', { endedByCause: { cancelled: 9 } })).action).toBe('give_up');
  });

  it('repeats once what no rule explains', () => {
    expect(under(failed('NEVER_HEARD_OF'))).toMatchObject({ action: 'retry', waitS: 120, p: 0.35 });
    expect(under(failed('NEVER_HEARD_OF', { endedByCause: { unknown: 1 } })).action).toBe('give_up');
  });

  it('spends no more time of workers on a job than the policy allows', () => {
    expect(under(failed('INDEX_UNREACHABLE', { workerS: 21_600 }))).toMatchObject({ action: 'give_up' });
  });

  it('puts a repetition off while too many run', () => {
    const wait = (running: number, repetitions: number) =>
      under(failed('NEVER_HEARD_OF', { fleet: { running, repetitions } })).waitS;
    expect([wait(4, 2), wait(4, 3), wait(100, 19), wait(100, 20)]).toEqual([120, 300, 120, 300]);
  });

  it('counts what came of its decisions', () => {
    const evidence = { none: { retry: { n: 100, s: 0 }, give_up: { n: 40, s: 40 } } };
    const decision = under(failed('NEVER_HEARD_OF', { evidence }));
    expect(decision).toMatchObject({ action: 'give_up', p: 0.9636 });
    expect(decision.alternatives.find(({ action }) => action === 'retry')).toMatchObject({ p: 0.0135 });
  });

  it('does what a rule of the policy says, as sure as the rule is', () => {
    const rules = [
      {
        id: 'flaky',
        when: { package: 'example' },
        cause: 'provider' as const,
        certainty: 0.9,
        decision: 'retry' as const,
        hintId: null,
        prior: { p: 0.9, strength: 10 },
        expiresAt: null,
      },
    ];
    const decision = decide(failed('BUILD_FAILED'), { ...defaultPolicy, rules });
    expect(decision).toMatchObject({ action: 'retry', p: 0.9, classification: { rule: 'flaky' } });
  });

  it('takes a worker out beside what it does with the job, and says so in the trace', () => {
    const outcomes: WorkerOutcome[] = [1, 2, 3].map((hour) => ({
      ok: false,
      isLost: false,
      package: `package-${hour}`,
      claimedAt: -hour * 3_600_000,
      endedAt: -hour * 3_600_000 + 1000,
    }));
    const worker = { outcomes, count: 0, pool: { live: 3, active: 2, quarantined: 0 } };
    const decision = under(failed('RUNNER_FAILED', { worker }));
    expect(decision).toMatchObject({
      action: 'retry',
      sideActions: ['quarantine_worker'],
      verdict: { action: 'quarantine', forS: 900 },
    });
    expect(decision.trace.map(({ step }) => step)).toEqual([
      'extract',
      'classify',
      'provider_check',
      'worker_check',
      'budget',
      'choose',
      'side_effects',
    ]);
    expect(decision.trace[1]).toMatchObject({ ruleId: 'code:RUNNER_FAILED', outcome: 'worker' });
  });
});

describe('lease grace', () => {
  const bounds = { minMs: 30_000, maxMs: 900_000 };
  it('is 30 s, or a tenth of the time built, up to 15 min', () => {
    expect([0, 60_000, 3_600_000, 36_000_000].map((built) => graceMs(built, bounds))).toEqual([
      30_000, 30_000, 360_000, 900_000,
    ]);
  });
});

describe('job states', () => {
  it('never leave succeeded, and reach an end from everywhere else', () => {
    expect(jobStates.filter((state) => canJobMove('succeeded', state))).toEqual([]);
    for (const from of jobStates.filter((state) => !isJobEnded(state))) {
      expect(jobStates.some((to) => canJobMove(from, to))).toBe(true);
    }
  });
});
