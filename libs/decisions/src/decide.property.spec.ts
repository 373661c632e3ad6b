import { describe, expect, it } from 'vitest';
import { failedWith, snapshotOf } from './decision-fixture.ts';
import {
  canonicalJson,
  causes,
  decide,
  defaultPolicy,
  type AttemptFacts,
  type Cause,
  type Decision,
  type DecisionSnapshot,
} from './index.ts';
import { causeOfCode } from './cause-of-code.ts';

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
function createDraws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const gib = 1024 ** 3;
const codes = [...causeOfCode.keys(), 'OF_A_PLUGIN', 'ANOTHER_ONE'];
const texts = [
  'a.c:1:2: error: incompatible types',
  'fatal error: Killed',
  'Connection reset by peer',
  'zlib.h: No such file or directory',
  'nothing known',
];
const statuses = ['failed', 'failed', 'failed', 'failed', 'lost', 'cancelled', 'succeeded'] as const;
const phases = [null, 'prepare', 'fetch', 'build', 'repair', 'verify', 'upload'];

class Chance {
  readonly draw: () => number;
  constructor(seed: number) {
    this.draw = createDraws(seed);
  }
  below(limit: number): number {
    return Math.floor(this.draw() * limit);
  }
  pick<T>(from: readonly T[]): T {
    const found = from[this.below(from.length)];
    if (found === undefined && !from.includes(undefined as T)) throw new Error('nothing to pick from');
    return found as T;
  }
  facts(): AttemptFacts {
    const exitCode = this.pick([null, 0, 1, 2, 137, -9, 139]);
    return failedWith(this.pick([null, ...codes]), {
      status: this.pick(statuses),
      phase: this.pick(phases),
      exitCode,
      signal: exitCode === 137 || exitCode === -9 ? 9 : null,
      lines: Array.from({ length: this.below(4) }, (_, no) => ({ no, text: this.pick(texts) })),
    });
  }
  snapshot(more: Partial<DecisionSnapshot> = {}): DecisionSnapshot {
    const endedByCause: Partial<Record<Cause, number>> = {};
    for (const cause of causes) if (this.draw() < 0.3) endedByCause[cause] = this.below(8);
    return snapshotOf(this.facts(), {
      draw: this.draw(),
      attemptNumber: 1 + this.below(12),
      endedByCause,
      workerS: this.below(30_000),
      wanted: this.draw() < 0.9,
      cancelRequested: this.draw() < 0.1,
      isServed: this.draw() < 0.05,
      fleet: { running: this.below(100), repetitions: this.below(40) },
      retryAfterS: this.pick([null, 5, 4000]),
      means: {
        memoryBytes: 4 * gib,
        jobs: 1 + this.below(4),
        diskBytes: 10 * gib,
        buildTimeoutS: 7200,
        idleOutputS: 1800,
        largestHostBytes: this.below(80) * gib,
      },
      hints: Array.from({ length: this.below(4) }, (_, no) => ({
        hintId: `hint-${no}`,
        line: { no, text: 'x' },
        recipeDigest: `recipe-${no}`,
        confidence: this.draw(),
        wasTried: this.draw() < 0.5,
      })),
      evidence: {
        none: { retry: { n: 50, s: this.below(50) } },
        'code:BUILD_FAILED': { retry: { n: 90, s: 90 } },
      },
      ...more,
    });
  }
}

const times = 8000;
const unchanged = ({ action, adjustment }: Decision): boolean =>
  (action === 'retry' || action === 'wait_provider') && adjustment === null;

describe('every decision', () => {
  it('is the same for the same snapshot, changes nothing that it was given, and survives JSON', () => {
    const chance = new Chance(1);
    for (let run = 0; run < times / 4; run += 1) {
      const snapshot = chance.snapshot();
      const before = canonicalJson(snapshot);
      const first = canonicalJson(decide(snapshot, defaultPolicy));
      expect(canonicalJson(snapshot)).toBe(before);
      const stored = JSON.parse(before) as DecisionSnapshot;
      expect(canonicalJson(decide(stored, defaultPolicy))).toBe(first);
    }
  });

  it('repeats nothing unchanged that neither time nor another host would mend, whatever was counted', () => {
    const chance = new Chance(2);
    let kept = 0;
    for (let run = 0; run < times; run += 1) {
      const decision = decide(chance.snapshot(), defaultPolicy);
      const { cause } = decision.classification;
      if (cause === 'package' || cause === 'recipe' || cause === 'platform' || cause === 'resource') {
        expect(unchanged(decision)).toBe(false);
        kept += 1;
      }
    }
    expect(kept).toBeGreaterThan(500);
  });

  it('does so whatever the rules of the policy say', () => {
    const chance = new Chance(5);
    let repeated = 0;
    for (let run = 0; run < times; run += 1) {
      const cause = chance.pick(causes);
      const prior = { p: chance.draw(), strength: 1 + chance.below(100) };
      const decision = chance.pick(['retry', 'retry_hint', 'wait_provider', 'give_up'] as const);
      const own = {
        id: 'own',
        when: {},
        certainty: 1,
        hintId: null,
        expiresAt: null,
        cause,
        decision,
        prior,
      };
      const decided = decide(chance.snapshot(), { ...defaultPolicy, rules: [own] });
      if (!unchanged(decided)) continue;
      expect(['worker', 'provider', 'cancelled', 'unknown']).toContain(decided.classification.cause);
      repeated += 1;
    }
    expect(repeated).toBeGreaterThan(500);
  });

  it('has a confidence from 0 to 1, waits within its bounds, and names a hint only where it uses one', () => {
    const chance = new Chance(3);
    for (let run = 0; run < times; run += 1) {
      const snapshot = chance.snapshot();
      const { p, waitS, action, hintId, alternatives } = decide(snapshot, defaultPolicy);
      for (const value of [p, ...alternatives.map((alternative) => alternative.p)]) {
        expect(value >= 0 && value <= 1).toBe(true);
      }
      expect(waitS === null).toBe(action === 'accept' || action === 'give_up');
      expect(waitS === null || (waitS >= 0 && waitS <= 21_600 + 300)).toBe(true);
      expect(hintId !== null).toBe(action === 'retry_hint');
      if (hintId !== null) {
        expect(snapshot.hints.find((hint) => hint.hintId === hintId)?.wasTried).toBe(false);
      }
    }
  });

  it('brings a job to an end, however its attempts go', () => {
    const chance = new Chance(4);
    const { maxPerJob, maxPerCause } = defaultPolicy.attempts;
    const most = maxPerJob + maxPerCause.provider + maxPerCause.cancelled;
    let longest = 0;
    for (let job = 0; job < 1000; job += 1) {
      const endedByCause: Partial<Record<Cause, number>> = {};
      for (let attemptNumber = 1; ; attemptNumber += 1) {
        const more = { endedByCause: { ...endedByCause }, attemptNumber, workerS: 0 };
        const asks = { wanted: true, cancelRequested: false, isServed: false };
        const { action, classification } = decide(chance.snapshot({ ...more, ...asks }), defaultPolicy);
        if (action === 'accept' || action === 'give_up') break;
        const { cause } = classification;
        endedByCause[cause] = (endedByCause[cause] ?? 0) + 1;
        longest = Math.max(longest, attemptNumber + 1);
        expect(attemptNumber).toBeLessThan(most);
      }
    }
    expect(longest).toBeGreaterThan(3);
  });
});
