import { processEnvironment } from '@ironwheel/config';

/** Where a command writes: results to `out`, everything else (progress, notes, errors) to `err`. */
export interface Output {
  /** A line of the result. */
  line(text: string): void;
  /** A line for people that is no result. */
  note(text: string): void;
  /** One JSON document on one line. */
  json(value: unknown): void;
  /** Text as it is, without a line feed. */
  write(text: string): void;
  writeNote(text: string): void;
  /** True when notes reach a terminal that can redraw lines. */
  readonly noteIsTerminal: boolean;
  /** Columns of that terminal. */
  columns(): number;
}

export function createOutput(
  stdout: NodeJS.WriteStream = process.stdout,
  stderr: NodeJS.WriteStream = process.stderr,
): Output {
  return {
    line: (text) => void stdout.write(`${text}\n`),
    note: (text) => void stderr.write(`${text}\n`),
    json: (value) => void stdout.write(`${JSON.stringify(value)}\n`),
    write: (text) => void stdout.write(text),
    writeNote: (text) => void stderr.write(text),
    noteIsTerminal: stderr.isTTY && processEnvironment()['TERM'] !== 'dumb',
    columns: () => stderr.columns || 100,
  };
}
