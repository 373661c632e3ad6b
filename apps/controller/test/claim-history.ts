import { canJobMove, isJobEnded } from '@ironwheel/decisions';
import fc from 'fast-check';
import { ClaimMachine, times, type GivenResult, type MachineAttempt } from './claim-machine.ts';

/** Something that happens. Numbers choose among what there is, by their rest. */
export type HistoryStep =
  /** `isHeard` false: it was granted, and the worker never heard of it (a crash of either, a cut connection). */
  | { readonly kind: 'claim'; readonly worker: number; readonly isHeard: boolean }
  /** The worker asks again with the key of its last request. */
  | { readonly kind: 'claim-again'; readonly worker: number }
  | { readonly kind: 'renew'; readonly attempt: number }
  /** `times` 2: the same result is delivered twice. */
  | {
      readonly kind: 'report';
      readonly attempt: number;
      readonly result: GivenResult;
      readonly times: number;
    }
  /** The worker's process dies and forgets what it built. */
  | { readonly kind: 'crash'; readonly worker: number }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'reap' }
  /** The controller that looks has a clock that is wrong. */
  | { readonly kind: 'release'; readonly skewMs: number }
  | { readonly kind: 'cancel'; readonly job: number };

export interface History {
  readonly workers: number;
  readonly jobs: number;
  readonly steps: readonly HistoryStep[];
}

/** A package's own fault, one of the provider, one of the worker, one that nothing is known of. */
export const errorCodes = ['BUILD_FAILED', 'INDEX_UNREACHABLE', 'INTERRUPTED', 'NEVER_HEARD_OF'] as const;

const small = fc.nat({ max: 1000 });
const result: fc.Arbitrary<GivenResult> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ status: 'succeeded' as const, errorCode: null }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(...errorCodes).map((errorCode) => ({ status: 'failed' as const, errorCode })),
  },
  { weight: 1, arbitrary: fc.constant({ status: 'cancelled' as const, errorCode: null }) },
);

const step: fc.Arbitrary<HistoryStep> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('claim' as const), worker: small, isHeard: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('claim-again' as const), worker: small }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('renew' as const), attempt: small }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('report' as const),
      attempt: small,
      result,
      times: fc.constantFrom(1, 1, 2),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash' as const), worker: small }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      // Within a lease, about its end, about the end of the grace, and far behind it.
      ms: fc.constantFrom(1000, 20_000, 59_000, 61_000, 95_000, 200_000, 2_000_000),
    }),
  },
  { weight: 4, arbitrary: fc.constant({ kind: 'reap' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('release' as const),
      skewMs: fc.constantFrom(0, 0, -30_000, 30_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), job: small }) },
);

export const histories = (maxSteps: number): fc.Arbitrary<History> =>
  fc.record({
    workers: fc.integer({ min: 1, max: 4 }),
    jobs: fc.integer({ min: 1, max: 5 }),
    steps: fc.array(step, { minLength: 1, maxLength: maxSteps }),
  });

/** What workers know, which is less than what the controller knows. */
export class KnownWork {
  readonly #keys = new Map<number, string>();
  readonly #known: { readonly worker: number; readonly fencing: number }[] = [];
  #made = 0;

  freshKey(worker: number): string {
    this.#made += 1;
    const key = `request-${worker}-${this.#made}`;
    this.#keys.set(worker, key);
    return key;
  }

  lastKey(worker: number): string {
    return this.#keys.get(worker) ?? this.freshKey(worker);
  }

  learn(worker: number, fencing: number): void {
    if (!this.#known.some((known) => known.fencing === fencing)) this.#known.push({ worker, fencing });
  }

  forget(worker: number): void {
    for (let index = this.#known.length - 1; index >= 0; index -= 1)
      if (this.#known[index]?.worker === worker) this.#known.splice(index, 1);
  }

  /** Fencing of an attempt that a worker knows, also of one that it lost. */
  choose(number: number): number | null {
    return this.#known.length === 0 ? null : (this.#known[number % this.#known.length]?.fencing ?? null);
  }
}

/** Runs a history through the machine and throws where something is broken that must hold after every step. */
export function runHistory({ workers, jobs, steps }: History): ClaimMachine {
  const machine = new ClaimMachine(jobs, (from, to) => {
    if (!canJobMove(from, to)) throw new Error(`a job went from ${from} to ${to}`);
  });
  const known = new KnownWork();
  for (const one of steps) {
    takeStep(machine, known, workers, one);
    checkInvariants(machine);
  }
  finish(machine);
  checkInvariants(machine);
  return machine;
}

function takeStep(machine: ClaimMachine, known: KnownWork, workers: number, step: HistoryStep): void {
  const attemptOf = (number: number): MachineAttempt | null => {
    const fencing = known.choose(number);
    return fencing === null ? null : (machine.attempts[fencing - 1] ?? null);
  };
  switch (step.kind) {
    case 'claim':
    case 'claim-again': {
      const worker = step.worker % workers;
      const isFresh = step.kind === 'claim';
      const attempt = machine.claim(worker, isFresh ? known.freshKey(worker) : known.lastKey(worker));
      if (attempt !== null && (!isFresh || step.isHeard)) known.learn(worker, attempt.fencing);
      return;
    }
    case 'renew': {
      const attempt = attemptOf(step.attempt);
      if (attempt !== null) machine.renew(attempt);
      return;
    }
    case 'report': {
      const attempt = attemptOf(step.attempt);
      if (attempt === null) return;
      const first = machine.report(attempt, step.result);
      const isTaken = !/^(?:LEASE_LOST|RESULT_CONFLICT)$/.test(first);
      if (step.times === 2 && machine.report(attempt, step.result) !== (isTaken ? 'again' : first))
        throw new Error('a result that came twice was answered in two ways');
      return;
    }
    case 'crash':
      known.forget(step.worker % workers);
      return;
    case 'pass':
      machine.now += step.ms;
      return;
    case 'reap':
      machine.reap();
      return;
    case 'release':
      machine.release(step.skewMs);
      return;
    case 'cancel': {
      const job = machine.jobs[step.job % machine.jobs.length];
      if (job !== undefined) machine.cancel(job);
    }
  }
}

/** From here on one worker lives and builds: every job reaches an end. */
function finish(machine: ClaimMachine): void {
  // Each job takes at most so many attempts, and a wait before each.
  for (let turn = 0; turn < machine.jobs.length * 10; turn += 1) {
    machine.now += 2 * times.graceMaxMs + times.leaseMs;
    machine.reap();
    machine.release();
    const attempt = machine.claim(99, `last-${turn}`);
    if (attempt !== null) machine.report(attempt, { status: 'succeeded', errorCode: null });
  }
  machine.now += 2 * times.graceMaxMs + times.leaseMs;
  machine.reap();
  for (const job of machine.jobs)
    if (!isJobEnded(job.state)) throw new Error(`job ${job.index} never ended: ${job.state}`);
  if (machine.attempts.some(({ state }) => state === 'live')) throw new Error('an attempt never ended');
}

function checkInvariants(machine: ClaimMachine): void {
  for (const job of machine.jobs) {
    const own = machine.attempts.filter((attempt) => attempt.job === job);
    const accepted = own.filter(({ state }) => state === 'succeeded').length;
    if (accepted > 1) throw new Error(`job ${job.index} has ${accepted} accepted results`);
    if ((job.state === 'succeeded') !== (accepted === 1))
      throw new Error(`job ${job.index} is ${job.state} with ${accepted} accepted results`);
    if (own.some(({ fencing }) => fencing > (job.attempt?.fencing ?? 0)))
      throw new Error(`job ${job.index} belongs to an attempt that is not the newest`);
    if (own.filter(({ state }) => state === 'live').length > 1)
      throw new Error(`two attempts of job ${job.index} live`);
    const isHeld = job.attempt?.state === 'live' && job.attempt.leaseUntil !== null;
    if ((job.state === 'claimed' || job.state === 'running') && !isHeld)
      throw new Error(`job ${job.index} is ${job.state}, and nothing will ever move it`);
    if (job.state === 'waiting' && job.notBefore === null) throw new Error(`job ${job.index} waits for ever`);
  }
}
