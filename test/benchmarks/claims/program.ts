/** One thing that is measured. */
export interface Program {
  readonly name: string;
  /** Sees to it that `waiting` jobs wait and that nothing of earlier rounds is left. */
  fill(waiting: number): Promise<void>;
  /** Takes about `count` jobs through, `inFlight` at once. */
  run(inFlight: number, count: number): Promise<Round>;
}

export interface Round {
  readonly jobs: number;
  readonly ms: number;
}

export interface Cell {
  readonly program: string;
  readonly waiting: number;
  readonly inFlight: number;
  readonly jobsPerS: number;
  /** Processor time of Postgres, controller and this process together for each job, in microseconds. */
  readonly cpuUs: number;
}

/** Processor time so far of everything that takes part, in milliseconds. */
export type ReadCpu = () => number;

/** Part of the waiting jobs that a round may use up, so that about as many wait all the time. */
const usedAtMost = 0.5;
/** Jobs for each in flight that begin a round uncounted: filling empties tables, after which connections plan anew. */
const uncountedTurns = 4;

/**
 * Rounds until `seconds` of time are over, each from a fresh fill; and as many uncounted ones before, in which connections,
 * caches and compiled code warm up, as they are in a program that runs all day.
 */
export async function measure(
  program: Program,
  waiting: number,
  inFlight: number,
  seconds: number,
  readCpu: ReadCpu,
): Promise<Cell> {
  const warm = await runRounds(program, waiting, inFlight, seconds, readCpu);
  const { jobs, ms, cpuMs } = await runRounds(program, waiting, inFlight, seconds, readCpu, warm);
  const perMs = jobs / ms;
  return { program: program.name, waiting, inFlight, jobsPerS: perMs * 1000, cpuUs: (cpuMs * 1000) / jobs };
}

interface Rounds extends Round {
  readonly cpuMs: number;
}

/** `before`: rounds of the same, for how many jobs will do. */
async function runRounds(
  program: Program,
  waiting: number,
  inFlight: number,
  seconds: number,
  readCpu: ReadCpu,
  before: Rounds = { jobs: 0, ms: 1, cpuMs: 0 },
): Promise<Rounds> {
  const most = Math.max(inFlight, Math.floor(waiting * usedAtMost));
  const uncounted = inFlight * uncountedTurns;
  let sum: Rounds = { jobs: 0, ms: 0, cpuMs: 0 };
  while (sum.ms < seconds * 1000) {
    const { jobs, ms } = sum.jobs === 0 ? before : sum;
    const left = Math.ceil(((seconds * 1000 - sum.ms) * jobs * 1.1) / ms);
    await program.fill(waiting + uncounted);
    await program.run(inFlight, uncounted);
    const cpuBefore = readCpu();
    const round = await program.run(inFlight, Math.min(most, Math.max(left, uncounted)));
    const cpuMs = readCpu() - cpuBefore;
    sum = { jobs: sum.jobs + round.jobs, ms: sum.ms + round.ms, cpuMs: sum.cpuMs + cpuMs };
  }
  return sum;
}

/** `count` turns of `turn`, `inFlight` at once. */
export async function runTurns(
  inFlight: number,
  count: number,
  turn: (lane: number) => Promise<void>,
): Promise<Round> {
  const startedAt = performance.now();
  let left = count;
  const lane = async (_: unknown, index: number): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await turn(index);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return { jobs: count, ms: performance.now() - startedAt };
}
