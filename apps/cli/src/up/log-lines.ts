import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { cleanLine } from '../output/clean-text.ts';

const hiddenFields = new Set(['level', 'time', 'msg', 'service', 'pid']);

/** A line of a child for people: JSON log entries as time, level, sentence and fields; anything else as it is. */
export function toReadableLine(line: string): string {
  if (!line.startsWith('{')) return cleanLine(line);
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return cleanLine(line);
    throw error;
  }
  if (typeof entry !== 'object' || entry === null || !('msg' in entry)) return cleanLine(line);
  const text = (key: string): string => {
    const value = (entry as Record<string, unknown>)[key];
    return typeof value === 'string' ? value : '';
  };
  const fields = Object.entries(entry)
    .filter(([key]) => !hiddenFields.has(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return cleanLine([text('time').slice(11, 19), text('level').padEnd(5), text('msg'), ...fields].join(' '));
}

/** Calls `take` for each line of a stream. */
export function readLines(stream: Readable, take: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Infinity }).on('line', take);
}
