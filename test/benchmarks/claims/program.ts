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

/** Jobs of the first, uncounted round, which warms connections, caches and compiled code up. */
const warmUpJobs = 300;
/** Part of the waiting jobs that a round may use up, so that about as many wait all the time. */
const usedAtMost = 0.5;

/** Rounds until `seconds` of measured time are over, each from a fresh fill. */
export async function measure(
  program: Program,
  waiting: number,
  inFlight: number,
  seconds: number,
  readCpu: ReadCpu,
): Promise<Cell> {
  const most = Math.max(inFlight, Math.floor(waiting * usedAtMost));
  await program.fill(waiting);
  const warm = await program.run(inFlight, Math.min(most, warmUpJobs));
  let perMs = warm.jobs / warm.ms;
  let jobs = 0;
  let ms = 0;
  let cpuMs = 0;
  while (ms < seconds * 1000) {
    await program.fill(waiting);
    const left = Math.ceil((seconds * 1000 - ms) * perMs * 1.1);
    const cpuBefore = readCpu();
    const round = await program.run(inFlight, Math.min(most, Math.max(left, inFlight * 4)));
    cpuMs += readCpu() - cpuBefore;
    jobs += round.jobs;
    ms += round.ms;
    perMs = jobs / ms;
  }
  return { program: program.name, waiting, inFlight, jobsPerS: perMs * 1000, cpuUs: (cpuMs * 1000) / jobs };
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
