import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

/** Tells the files of this process from those of an earlier one that had the same process id (in a container: 1). */
const processMark = randomBytes(6).toString('hex');
/** A process that is alive may still write; past this age nobody does. */
const abandonedMs = 24 * 3_600_000;

/** Files that are being written. What a killed process left is removed when the store opens. */
export class TemporaryFiles {
  readonly #directory: string;
  #count = 0;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async create(): Promise<{ readonly path: string; readonly file: FileHandle }> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    this.#count += 1;
    const path = join(this.#directory, `${process.pid}-${processMark}-${this.#count}.part`);
    return { path, file: await open(path, 'wx', 0o600) };
  }

  /** Removes what no living process writes any more; returns how many files. */
  async removeStale(now: number): Promise<number> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    let count = 0;
    for (const name of await readdir(this.#directory)) {
      const path = join(this.#directory, name);
      if (!(await isStale(path, name, now))) continue;
      await rm(path, { force: true });
      count += 1;
    }
    return count;
  }
}

async function isStale(path: string, name: string, now: number): Promise<boolean> {
  const [, pid, mark] = /^(\d{1,10})-([0-9a-f]{12})-\d+\.part$/.exec(name) ?? [];
  if (pid === undefined) return false;
  if (Number(pid) === process.pid) return mark !== processMark;
  if (!isAlive(Number(pid))) return true;
  const facts = await stat(path).catch(() => null);
  return facts !== null && now - facts.mtimeMs > abandonedMs;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
