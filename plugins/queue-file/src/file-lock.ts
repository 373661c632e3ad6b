import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';

const busy = 5;
const longestPauseMs = 20;

/**
 * One process at a time, by a lock of the kernel's: it ends with its process, however that dies. Node has no call for
 * it, but SQLite takes one on any file; nothing is ever written there.
 */
export class FileLock {
  readonly #database: DatabaseSync;

  constructor(path: string) {
    this.#database = new DatabaseSync(path, { timeout: 0 });
  }

  /** Runs `work` while no other process runs its own. Throws when `patienceMs` is over first. */
  async hold<Result>(work: () => Result, patienceMs: number): Promise<Result> {
    const end = performance.now() + patienceMs;
    for (let pauseMs = 1; !this.#take(); pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
      if (performance.now() > end)
        throw new Error('another process has held the lock of the queue for too long');
      await pause(pauseMs * (0.5 + Math.random() / 2));
    }
    try {
      return work();
    } finally {
      this.#database.exec('ROLLBACK');
    }
  }

  close(): void {
    this.#database.close();
  }

  #take(): boolean {
    try {
      this.#database.exec('BEGIN EXCLUSIVE');
      return true;
    } catch (error) {
      if ((error as { errcode?: number }).errcode !== busy) throw error;
      return false;
    }
  }
}
