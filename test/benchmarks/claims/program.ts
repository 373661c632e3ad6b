/** One thing that is measured. */
export interface Program {
  readonly name: string;
  /** Sees to it that `waiting` jobs wait. */
  fill(waiting: number): Promise<void>;
  /** Takes about `count` jobs through, `inFlight` at once. */
  run(inFlight: number, count: number): Promise<Round>;
}

export interface Round {
  /** Those that were timed, and how long they took. */
  readonly jobs: number;
  readonly ms: number;
  /** With those before and behind them. */
  readonly taken: number;
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
/** Jobs of a round at least, for each in flight. */
const fewestTurns = 4;
/** A round is about as long, where so many jobs wait: the programs take turns, since the machine is not always as fast. */
const roundMs = 500;

interface Rounds extends Round {
  readonly cpuMs: number;
}

const none: Rounds = { jobs: 0, ms: 0, taken: 0, cpuMs: 0 };

/** As many turns as connections, caches and compiled code need to be as they are in a program that runs all day. */
export async function warmUp(programs: readonly Program[], inFlight: number, count: number): Promise<void> {
  for (const program of programs) {
    await program.fill(count);
    // A worker that is told to stop has taken some more by then.
    await program.run(inFlight, Math.floor(count * 0.9));
  }
}

/** One round of each program in turn, the first uncounted, until each has run for `seconds`. */
export async function measureInTurn(
  programs: readonly Program[],
  waiting: number,
  inFlight: number,
  seconds: number,
  readCpu: ReadCpu,
): Promise<Cell[]> {
  for (const program of programs) await runRound(program, waiting, inFlight, none, readCpu);
  const sums = new Map(programs.map((program) => [program, none]));
  const isOver = ({ ms }: Rounds): boolean => ms >= seconds * 1000;
  while (![...sums.values()].every(isOver)) {
    for (const [program, sum] of sums) {
      if (isOver(sum)) continue;
      const { jobs, ms, taken, cpuMs } = await runRound(program, waiting, inFlight, sum, readCpu);
      sums.set(program, {
        jobs: sum.jobs + jobs,
        ms: sum.ms + ms,
        taken: sum.taken + taken,
        cpuMs: sum.cpuMs + cpuMs,
      });
    }
  }
  return [...sums].map(([{ name }, { jobs, ms, taken, cpuMs }]) => ({
    program: name,
    waiting,
    inFlight,
    jobsPerS: (jobs * 1000) / ms,
    cpuUs: (cpuMs * 1000) / taken,
  }));
}

/** `before`: the rounds so far, for how many jobs will do. */
async function runRound(
  program: Program,
  waiting: number,
  inFlight: number,
  before: Rounds,
  readCpu: ReadCpu,
): Promise<Rounds> {
  const fewest = inFlight * fewestTurns;
  const most = Math.max(inFlight, Math.floor(waiting * usedAtMost));
  const wanted =
    before.jobs === 0 ? fewest : Math.max(fewest, Math.ceil((roundMs * before.jobs) / before.ms));
  await program.fill(waiting);
  const cpuBefore = readCpu();
  const round = await program.run(inFlight, Math.min(most, wanted));
  return { ...round, cpuMs: readCpu() - cpuBefore };
}

/**
 * `count` turns of `turn`, timed while `inFlight` are under way: from when each lane has had one, to when `count` more are done and as
 * many as before go on behind them. The others' workers begin with their first job and go on behind the last as well.
 */
export async function runTurns(
  inFlight: number,
  count: number,
  turn: (lane: number) => Promise<void>,
): Promise<Round> {
  const all = count + 2 * inFlight;
  let startedAt = 0;
  let endedAt = 0;
  let begun = 0;
  let done = 0;
  const lane = async (_: unknown, index: number): Promise<void> => {
    while (begun < all) {
      begun += 1;
      await turn(index);
      done += 1;
      if (done === inFlight) startedAt = performance.now();
      if (done === inFlight + count) endedAt = performance.now();
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return { jobs: count, ms: endedAt - startedAt, taken: all };
}
