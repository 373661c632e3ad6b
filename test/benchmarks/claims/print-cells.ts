import type { Cell } from './program.ts';

const toRate = (cell: Cell | undefined): string =>
  cell === undefined ? '–' : cell.jobsPerS.toFixed(cell.jobsPerS < 100 ? 1 : 0);

/** A table of one number of waiting jobs: what is done in a second, and how much of the static route that is. */
export function listCells(cells: readonly Cell[]): string[] {
  const inFlights = [...new Set(cells.map(({ inFlight }) => inFlight))].sort((one, other) => one - other);
  const find = (program: string, inFlight: number): Cell | undefined =>
    cells.find((cell) => cell.program === program && cell.inFlight === inFlight);
  const heads = inFlights.flatMap((inFlight) => [`${inFlight} in flight`, 'of static', 'of bare', 'µs CPU']);
  const ratio = (cell: Cell | undefined, base: Cell | undefined): string =>
    cell === undefined || base === undefined ? '–' : (cell.jobsPerS / base.jobsPerS).toFixed(2);
  const rows = [...new Set(cells.map(({ program }) => program))].map((program) => {
    const figures = inFlights.flatMap((inFlight) => {
      const cell = find(program, inFlight);
      return [
        toRate(cell),
        ratio(cell, find('static route', inFlight)),
        ratio(cell, find('bare, gathered', inFlight)),
        cell === undefined ? '–' : cell.cpuUs.toFixed(0),
      ];
    });
    return `| ${program.padEnd(25)} | ${figures.map((figure) => figure.padStart(7)).join(' | ')} |`;
  });
  return [
    `\n${String(cells[0]?.waiting ?? 0)} jobs waiting, jobs (or requests) a second`,
    `| program                   | ${heads.join(' | ')} |`,
    `| --- |${' ---: |'.repeat(heads.length)}`,
    ...rows,
  ];
}
