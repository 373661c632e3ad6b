import { describe, expect, it } from 'vitest';
import {
  canJobMove,
  decide,
  defaultAttemptPolicy,
  graceMs,
  isJobEnded,
  isLeaseForfeit,
  jobStates,
  type DecisionSnapshot,
} from './index.ts';

const failed = (errorCode: string, more: Partial<DecisionSnapshot> = {}): DecisionSnapshot => ({
  attempt: { status: 'failed', phase: 'build', errorCode, exitCode: 1 },
  attemptNumber: 1,
  endedByCause: {},
  wanted: true,
  cancelRequested: false,
  ...more,
});

describe('decide', () => {
  it('accepts a wheel that was built and verified', () => {
    const decision = decide(
      { ...failed(''), attempt: { status: 'succeeded', phase: 'upload', errorCode: null, exitCode: 0 } },
      defaultAttemptPolicy,
    );
    expect(decision.action).toBe('accept');
  });

  it('never repeats a compile error unchanged', () => {
    expect(decide(failed('BUILD_FAILED'), defaultAttemptPolicy)).toMatchObject({
      action: 'give_up',
      classification: { cause: 'package', rule: 'code:BUILD_FAILED' },
    });
  });

  it('waits for a provider, longer each time, and gives up in the end', () => {
    const waits = [1, 2, 3].map(
      (times) =>
        decide(
          failed('INDEX_UNREACHABLE', { attemptNumber: times, endedByCause: { provider: times - 1 } }),
          defaultAttemptPolicy,
        ).waitS,
    );
    expect(waits).toEqual([60, 120, 240]);
    expect(
      decide(
        failed('INDEX_UNREACHABLE', { attemptNumber: 6, endedByCause: { provider: 5 } }),
        defaultAttemptPolicy,
      ).action,
    ).toBe('give_up');
  });

  it('opens the job of a lost worker to another claim at once, but not for ever', () => {
    const lost = (times: number): DecisionSnapshot => ({
      attempt: { status: 'lost', phase: 'build', errorCode: null, exitCode: null },
      attemptNumber: times,
      endedByCause: { worker: times - 1 },
      wanted: true,
      cancelRequested: false,
    });
    expect(decide(lost(1), defaultAttemptPolicy)).toMatchObject({ action: 'retry', waitS: 0 });
    expect(decide(lost(3), defaultAttemptPolicy).action).toBe('give_up');
  });

  it('gives up what no run wants, and what was cancelled', () => {
    expect(decide(failed('RUNNER_FAILED', { wanted: false }), defaultAttemptPolicy).action).toBe('give_up');
    const cancelled = {
      ...failed(''),
      attempt: { status: 'cancelled', phase: null, errorCode: null, exitCode: null } as const,
    };
    expect(decide({ ...cancelled, cancelRequested: true }, defaultAttemptPolicy)).toMatchObject({
      action: 'give_up',
      classification: { cause: 'cancelled' },
    });
  });

  it('opens a job that a draining worker gives back at once', () => {
    const released = {
      ...failed(''),
      attempt: { status: 'cancelled', phase: 'build', errorCode: null, exitCode: null } as const,
    };
    expect(decide(released, defaultAttemptPolicy)).toMatchObject({ action: 'retry', waitS: 0 });
  });

  it('calls a failure that no rule explains unknown, and a kill a matter of resources', () => {
    expect(decide(failed('NEVER_HEARD_OF'), defaultAttemptPolicy)).toMatchObject({
      action: 'retry',
      classification: { cause: 'unknown' },
    });
    const killed = {
      ...failed(''),
      attempt: { status: 'failed', phase: 'build', errorCode: null, exitCode: 137 } as const,
    };
    expect(decide(killed, defaultAttemptPolicy).classification).toEqual({
      cause: 'resource',
      rule: 'exit:137',
    });
  });
});

describe('lease grace', () => {
  const bounds = { minMs: 30_000, maxMs: 900_000 };
  it('is 30 s, or a tenth of the time built, up to 15 min', () => {
    expect([0, 60_000, 3_600_000, 36_000_000].map((built) => graceMs(built, bounds))).toEqual([
      30_000, 30_000, 360_000, 900_000,
    ]);
  });
  it('forfeits a lease only after lease and grace', () => {
    const lease = { claimedAt: 0, expiresAt: 60_000 };
    expect(isLeaseForfeit(lease, 89_999, bounds)).toBe(false);
    expect(isLeaseForfeit(lease, 90_000, bounds)).toBe(true);
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
