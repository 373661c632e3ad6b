import { cleanLine } from './clean-text.ts';

export interface TableOptions {
  /** Indexes of columns whose cells stand at the right. */
  readonly right?: readonly number[];
}

const width = (text: string): number => Array.from(text).length;

/** A plain table: a header, a rule, and one line a row; cells are made safe to print. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  options: TableOptions = {},
): string {
  const lines = [header, ...rows].map((row) => header.map((_, column) => cleanLine(row[column] ?? '')));
  const widths = header.map((_, column) => Math.max(...lines.map((line) => width(line[column] ?? ''))));
  const format = (line: readonly string[]): string =>
    line
      .map((cell, column) => {
        const gap = ' '.repeat((widths[column] ?? 0) - width(cell));
        return options.right?.includes(column) === true ? gap + cell : cell + gap;
      })
      .join('  ')
      .trimEnd();
  const [first = [], ...rest] = lines;
  return [format(first), widths.map((columns) => '─'.repeat(columns)).join('  '), ...rest.map(format)].join(
    '\n',
  );
}
