import {
  decide,
  defaultPolicy,
  graceMs,
  isJobEnded,
  type AttemptFacts,
  type Cause,
  type Decision,
  type JobState,
} from '@ironwheel/decisions';

export type EndedAttempt = 'succeeded' | 'failed' | 'cancelled' | 'lost';

export interface MachineJob {
  readonly index: number;
  state: JobState;
  /** The attempt that has the job, or had it last. */
  attempt: MachineAttempt | null;
  notBefore: number | null;
  readonly endedByCause: Partial<Record<Cause, number>>;
  ended: number;
}

export interface MachineAttempt {
  readonly job: MachineJob;
  readonly worker: number;
  readonly key: string;
  readonly fencing: number;
  readonly claimedAt: number;
  state: 'live' | EndedAttempt;
  /** Null: ended, or seen by the reaper as over. */
  leaseUntil: number | null;
  isCancelling: boolean;
  /** The result that was accepted. */
  result: string | null;
}

export interface GivenResult {
  readonly status: 'succeeded' | 'failed' | 'cancelled';
  readonly errorCode: string | null;
}

export const times = { leaseMs: 60_000, graceMinMs: 30_000, graceMaxMs: 900_000 } as const;

/**
 * The claim protocol (docs/contracts.md) as a machine without SQL, wire and processes; its decisions and its grace are those
 * of libs/decisions. Times are milliseconds.
 */
export class ClaimMachine {
  now = 0;
  readonly jobs: MachineJob[];
  readonly attempts: MachineAttempt[] = [];

  constructor(
    jobs: number,
    private readonly onMove: (from: JobState, to: JobState) => void = () => undefined,
  ) {
    this.jobs = Array.from({ length: jobs }, (_, index) => ({
      index,
      state: 'queued',
      attempt: null,
      notBefore: null,
      endedByCause: {},
      ended: 0,
    }));
  }

  /** One job at most. The same key gives the same attempt again, whatever became of it. */
  claim(worker: number, key: string): MachineAttempt | null {
    const held = this.attempts.find((attempt) => attempt.worker === worker && attempt.key === key);
    if (held !== undefined) return held;
    const job = this.jobs.find(({ state }) => state === 'queued');
    if (job === undefined) return null;
    const forfeited = job.attempt;
    if (forfeited?.state === 'live') this.#end(forfeited, lostFacts);
    const attempt: MachineAttempt = {
      job,
      worker,
      key,
      fencing: this.attempts.length + 1,
      claimedAt: this.now,
      state: 'live',
      leaseUntil: this.now + times.leaseMs,
      isCancelling: false,
      result: null,
    };
    this.attempts.push(attempt);
    job.attempt = attempt;
    this.#move(job, 'claimed');
    return attempt;
  }

  renew(attempt: MachineAttempt): 'renewed' | 'LEASE_LOST' {
    if (!this.#holdsJob(attempt)) return 'LEASE_LOST';
    attempt.leaseUntil = this.now + times.leaseMs;
    if (attempt.job.state !== 'running') this.#move(attempt.job, 'running');
    return 'renewed';
  }

  /** The action of the decision; the same result again gets the same answer. */
  report(attempt: MachineAttempt, given: GivenResult): string {
    const text = JSON.stringify(given);
    if (attempt.state === 'lost') return 'LEASE_LOST';
    if (attempt.state !== 'live') return attempt.result === text ? 'again' : 'RESULT_CONFLICT';
    if (!this.#holdsJob(attempt)) return 'LEASE_LOST';
    attempt.result = text;
    const decision = this.#end(attempt, { ...lostFacts, ...given });
    this.#settle(attempt, decision);
    return decision.action;
  }

  /** The controller looks after leases that ran out. */
  reap(): void {
    for (const attempt of this.attempts) {
      const { leaseUntil, job } = attempt;
      if (attempt.state !== 'live' || leaseUntil === null) continue;
      const grace = graceMs(leaseUntil - attempt.claimedAt, {
        minMs: times.graceMinMs,
        maxMs: times.graceMaxMs,
      });
      if (this.now < leaseUntil + grace) continue;
      attempt.leaseUntil = null;
      if (job.attempt !== attempt) continue;
      const decision = this.#decide(attempt, lostFacts);
      if (attempt.isCancelling || decision.action === 'give_up')
        this.#settle(attempt, this.#end(attempt, lostFacts));
      else this.#move(job, 'queued');
    }
    for (const attempt of this.attempts) {
      if (attempt.state === 'live' && attempt.leaseUntil === null && !this.#holdsJob(attempt))
        this.#end(attempt, lostFacts);
    }
  }

  /** Jobs whose wait is over, by a clock that may be wrong. */
  release(skewMs = 0): void {
    for (const job of this.jobs) {
      if (job.state !== 'waiting' || job.notBefore === null || job.notBefore > this.now + skewMs) continue;
      job.notBefore = null;
      this.#move(job, 'queued');
    }
  }

  cancel(job: MachineJob): 'cancelled' | 'JOB_STATE_CONFLICT' {
    if (isJobEnded(job.state)) return 'JOB_STATE_CONFLICT';
    if (job.attempt?.state === 'live') job.attempt.isCancelling = true;
    if (job.state !== 'claimed' && job.state !== 'running') this.#move(job, 'cancelled');
    return 'cancelled';
  }

  #holdsJob(attempt: MachineAttempt): boolean {
    const { job, state } = attempt;
    return (
      state === 'live' &&
      job.attempt === attempt &&
      (job.state === 'claimed' || job.state === 'running' || job.state === 'queued')
    );
  }

  #decide(attempt: MachineAttempt, facts: AttemptFacts): Decision {
    return decide(
      {
        ...surroundings,
        attempt: facts,
        attemptNumber: attempt.job.ended + 1,
        endedByCause: attempt.job.endedByCause,
        cancelRequested: attempt.isCancelling,
      },
      defaultPolicy,
    );
  }

  #end(attempt: MachineAttempt, facts: AttemptFacts): Decision {
    const decision = this.#decide(attempt, facts);
    const { cause } = decision.classification;
    attempt.state = facts.status;
    attempt.leaseUntil = null;
    if (facts.status !== 'succeeded') {
      attempt.job.endedByCause[cause] = (attempt.job.endedByCause[cause] ?? 0) + 1;
      attempt.job.ended += 1;
    }
    return decision;
  }

  #settle({ job, isCancelling }: MachineAttempt, { action, waitS, classification }: Decision): void {
    if (action === 'accept') this.#move(job, 'succeeded');
    else if (action === 'give_up')
      this.#move(job, isCancelling || classification.cause === 'cancelled' ? 'cancelled' : 'failed');
    else if (waitS === null || waitS === 0) this.#move(job, 'queued');
    else {
      job.notBefore = this.now + waitS * 1000;
      this.#move(job, 'waiting');
    }
  }

  #move(job: MachineJob, to: JobState): void {
    if (job.state !== to) this.onMove(job.state, to);
    job.state = to;
    if (to !== 'waiting') job.notBefore = null;
  }
}

const lostFacts: AttemptFacts = {
  status: 'lost',
  phase: 'build',
  errorCode: null,
  exitCode: null,
  tool: null,
  signal: null,
  lines: [],
  package: null,
  python: 'cp312',
  providers: [],
};

const gib = 1024 ** 3;

/** What a decision knows besides, and what none of these histories changes. */
const surroundings = {
  form: 2 as const,
  now: 0,
  draw: 0.5,
  workerS: 0,
  wanted: true,
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
};
