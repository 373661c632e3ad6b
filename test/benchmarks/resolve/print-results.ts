import { type Measured } from './programs.ts';

/** What one program took for one set. */
export interface Row {
  readonly program: string;
  readonly cold: readonly Measured[];
  readonly warm: readonly Measured[];
}

const median = (numbers: readonly number[]): number => {
  const sorted = numbers.toSorted((left, right) => left - right);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? (upper + (sorted[middle - 1] ?? upper)) / 2 : upper;
};

type Figure = 'ms' | 'cpuMs';
const toMedian = (runs: readonly Measured[], figure: Figure): number =>
  median(runs.map((run) => run[figure]));

const toMs = (value: number): string => (Number.isNaN(value) ? '–' : `${value.toFixed(0)} ms`);
const toTimes = (value: number): string => (Number.isFinite(value) ? `${value.toFixed(1)}×` : '–');

const heads = [
  ...['set', 'program', 'packages', 'cold', 'warm', 'cold CPU', 'warm CPU'],
  ...['pip/it cold', 'pip/it warm', 'uv/it cold', 'uv/it warm'],
];

export const listHeads = (): string[] => [
  `| ${heads.join(' | ')} |`,
  `| --- | --- |${' ---: |'.repeat(heads.length - 2)}`,
];

const listPackages = ({ cold, warm }: Row): readonly string[] => (warm[0] ?? cold[0])?.packages ?? [];

/** One line for each program, then how its solution differs from that of the first. */
export const listRows = (set: string, rows: readonly Row[]): string[] => {
  const [pip, uv] = rows;
  const lines = rows.map((row) => {
    const cells = [set, row.program, String(listPackages(row).length || '–')];
    for (const figure of ['ms', 'cpuMs'] as const) {
      cells.push(toMs(toMedian(row.cold, figure)), toMs(toMedian(row.warm, figure)));
    }
    for (const other of [pip, uv]) {
      for (const part of ['cold', 'warm'] as const) {
        cells.push(
          other === undefined ? '–' : toTimes(toMedian(other[part], 'ms') / toMedian(row[part], 'ms')),
        );
      }
    }
    return `| ${cells.join(' | ')} |`;
  });
  return lines;
};

export const listDifferences = (set: string, rows: readonly Row[]): string[] => {
  const [first, ...others] = rows.filter((row) => listPackages(row).length > 0);
  if (first === undefined) return [];
  const expected = listPackages(first);
  return others.flatMap((row) => {
    const found = listPackages(row);
    const more = found.filter((one) => !expected.includes(one));
    const less = expected.filter((one) => !found.includes(one));
    if (more.length + less.length === 0) return [];
    const than = less.length === 0 ? '' : ` instead of ${less.join(' ')}`;
    return [`${set}: ${row.program} has ${more.join(' ') || 'nothing'}${than} of ${first.program}.`];
  });
};

export interface Demand {
  readonly text: string;
  readonly isMet: boolean;
  /** False: told for comparison. */
  readonly isDemanded: boolean;
}

const leastTimesOfPip = 10;
const mostTimesOfUv = 2;

/**
 * What issue 3 of the project asks for, of `controller`, a controller that is at work; the same figures of the others
 * are told beside. Pip and uv are the first two rows.
 */
export const checkDemands = (
  set: string,
  rows: readonly Row[],
  [controller, ...others]: readonly [controller: string, ...others: string[]],
): Demand[] => {
  const [pip, uv] = rows;
  const demands: Demand[] = [];
  for (const program of [controller, ...others]) {
    const row = rows.find((one) => one.program === program);
    for (const part of ['cold', 'warm'] as const) {
      if (pip === undefined || row === undefined || row[part].length === 0) continue;
      const ratio = toMedian(pip[part], 'ms') / toMedian(row[part], 'ms');
      const text = `${set}: pip takes at least ${leastTimesOfPip} times as long as ${program}, ${part}: ${toTimes(ratio)}`;
      demands.push({ text, isMet: ratio >= leastTimesOfPip, isDemanded: program === controller });
    }
  }
  const running = rows.find(({ program }) => program === controller);
  if (uv !== undefined && running !== undefined) {
    const ratio = toMedian(running.warm, 'ms') / toMedian(uv.warm, 'ms');
    const text = `${set}: ${controller}, warm, takes at most ${mostTimesOfUv} times as long as ${uv.program}: ${toTimes(ratio)}`;
    demands.push({ text, isMet: ratio <= mostTimesOfUv, isDemanded: true });
  }
  return demands;
};
