import type { BufferFigures } from './buffers.ts';
import type { Cell } from './program.ts';

export interface Demand {
  readonly text: string;
  /** Null: told beside the demands, and not one of them. */
  readonly holds: boolean | null;
}

const goals = { ofBare: 0.6, ofSingle: 2, graphile: 1, buffersWithin: 0.1, startMs: 10 };
const many = 64;

const geometricMean = (numbers: readonly number[]): number =>
  Math.exp(numbers.reduce((sum, number) => sum + Math.log(number), 0) / numbers.length);

/** What the benchmark is there to show; those whose figures were not measured are left out. */
export function listDemands(
  cells: readonly Cell[],
  buffers: readonly BufferFigures[],
  starts: readonly number[],
): Demand[] {
  const compare = (program: string, base: string, goal: number | null, text: string): Demand[] => {
    const ratios = cells.flatMap((cell) => {
      if (cell.program !== program || cell.inFlight !== many) return [];
      const other = cells.find(
        ({ program: name, waiting, inFlight }) =>
          name === base && waiting === cell.waiting && inFlight === many,
      );
      return other === undefined ? [] : [cell.jobsPerS / other.jobsPerS];
    });
    if (ratios.length === 0) return [];
    const list = ratios.map((ratio) => ratio.toFixed(2)).join(', ');
    return [
      {
        text: `${text}: ${list} (${goal === null ? 'not demanded' : `at least ${goal}`}; mean ${geometricMean(ratios).toFixed(2)})`,
        holds: goal === null ? null : ratios.every((ratio) => ratio >= goal),
      },
    ];
  };
  const flat = (name: string, figures: readonly number[]): Demand => ({
    text: `pages touched per claim, ${name}: ${figures.map((figure) => figure.toFixed(1)).join(', ')} (within ${goals.buffersWithin * 100} %)`,
    holds: Math.max(...figures) <= Math.min(...figures) * (1 + goals.buffersWithin),
  });
  const p50 = starts[Math.floor(starts.length / 2)];
  return [
    ...compare(
      'claim',
      'bare, gathered',
      goals.ofBare,
      `claim over HTTP, ${many} in flight, of the bare gathered statements`,
    ),
    ...compare(
      'claim',
      'bare, one each',
      goals.ofSingle,
      `claim over HTTP, ${many} in flight, of one transaction each without HTTP`,
    ),
    ...compare(
      'claim + result',
      'graphile-worker, defaults',
      goals.graphile,
      `claim + result over HTTP, ${many} in flight, of graphile-worker with its default settings (one job at a time)`,
    ),
    ...compare(
      'claim + result',
      'graphile-worker',
      null,
      `claim + result over HTTP, ${many} in flight, of graphile-worker with ${many} at once`,
    ),
    ...(buffers.length < 2
      ? []
      : [
          flat(
            'one by one',
            buffers.map(({ single }) => single),
          ),
          flat(
            'gathered',
            buffers.map(({ gathered }) => gathered),
          ),
        ]),
    ...(p50 === undefined
      ? []
      : [
          {
            text: `from enqueue to start on an idle worker: p50 ${p50.toFixed(1)} ms (under ${goals.startMs})`,
            holds: p50 < goals.startMs,
          },
        ]),
  ];
}
