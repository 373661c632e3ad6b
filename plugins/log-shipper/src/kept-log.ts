import { closeSync, mkdirSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** The whole log of an attempt in a file for people on the host; the oldest ones beyond `keepFiles` are removed. */
export class KeptLog {
  #file: number | null;

  constructor(directory: string, attemptId: string, keepFiles: number) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    removeOldest(directory, keepFiles - 1);
    this.#file = openSync(join(directory, `${attemptId}.log`), 'a', 0o600);
  }

  append(bytes: Buffer): void {
    if (this.#file !== null) writeSync(this.#file, bytes);
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }
}

const removeOldest = (directory: string, keep: number): void => {
  const files = readdirSync(directory)
    .filter((name) => name.endsWith('.log'))
    .map((name) => ({ name, at: statSync(join(directory, name)).mtimeMs }))
    .sort((a, b) => b.at - a.at);
  for (const { name } of files.slice(keep)) rmSync(join(directory, name), { force: true });
};
