import type { AttemptFacts } from './attempt-facts.ts';
import type { DecisionSnapshot } from './snapshot.ts';

const gib = 1024 ** 3;

/** An attempt that failed in its build; for specs. */
export const failedWith = (errorCode: string | null, more: Partial<AttemptFacts> = {}): AttemptFacts => ({
  status: 'failed',
  phase: 'build',
  errorCode,
  exitCode: 1,
  tool: null,
  signal: null,
  lines: [],
  package: 'example',
  python: 'cp312',
  providers: [],
  ...more,
});

/** What is known at its end: the first attempt of a wanted job, on a fleet with room, with nothing counted yet. */
export const snapshotOf = (
  attempt: AttemptFacts,
  more: Partial<DecisionSnapshot> = {},
): DecisionSnapshot => ({
  form: 2,
  now: Date.UTC(2026, 0, 1),
  draw: 0.5,
  attempt,
  attemptNumber: 1,
  endedByCause: {},
  workerS: 60,
  wanted: true,
  cancelRequested: false,
  isServed: false,
  fleet: { running: 10, repetitions: 0 },
  retryAfterS: null,
  means: {
    memoryBytes: 4 * gib,
    jobs: 2,
    diskBytes: 10 * gib,
    buildTimeoutS: 7200,
    idleOutputS: 1800,
    largestHostBytes: 4 * gib,
  },
  hints: [],
  evidence: {},
  worker: null,
  ...more,
});
