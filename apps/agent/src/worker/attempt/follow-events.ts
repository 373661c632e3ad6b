import type { FileHandle } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import {
  eventFileOf,
  maxDriverLineBytes,
  openDriverFile,
  parseDriverEvent,
  type DriverEvent,
  type DriverStep,
} from '@ironwheel/plugin-kit';

const pollMs = 150;
const readBytes = 256 * 1024;
const newline = 0x0a;

export interface FollowOptions {
  readonly workDirectory: string;
  readonly step: DriverStep;
  /** Past this many bytes the file is no longer read: the driver bounds its own output far below. */
  readonly maxBytes: number;
  onEvent(event: DriverEvent): void;
  /** A line that is no event. */
  onIgnored(): void;
  /** Something new was read: so many bytes. */
  onProgress(bytes: number): void;
}

/**
 * Follows the event file of one step by its offset. The file lies where code of the package can write: lines are bounded
 * and parsed, the whole is bounded, and what is no event is counted and otherwise ignored.
 */
export class EventFollower {
  readonly #options: FollowOptions;
  #offset = 0;
  #rest: Buffer = Buffer.alloc(0);
  #skipping = false;
  /** Aborted at the step's end: the last read need not wait. */
  readonly #ended = new AbortController();
  readonly #running: Promise<void>;

  constructor(options: FollowOptions) {
    this.#options = options;
    this.#running = this.#follow();
    // Heard at `finish`; until then a failure must not count as unhandled.
    this.#running.catch(() => undefined);
  }

  /** Reads what is left after the step's end. Rejects with `DriverFileError` when the file is not a plain one. */
  async finish(): Promise<void> {
    this.#ended.abort();
    await this.#running;
  }

  async #follow(): Promise<void> {
    let file: FileHandle | null = null;
    try {
      for (;;) {
        // Looked at before the read: whatever was written before the end is read.
        const last = this.#ended.signal.aborted;
        file ??= await this.#open();
        const isBehind = file === null ? false : await this.#readOnce(file);
        if (isBehind) continue;
        if (last || this.#offset >= this.#options.maxBytes) break;
        await wait(pollMs, undefined, { signal: this.#ended.signal }).catch(() => undefined);
      }
      if (this.#rest.length > 0) this.#takeLine(this.#rest);
    } finally {
      await file?.close();
    }
  }

  async #open(): Promise<FileHandle | null> {
    try {
      return await openDriverFile(this.#options.workDirectory, eventFileOf(this.#options.step));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  /** True when there may be more at once. */
  async #readOnce(file: FileHandle): Promise<boolean> {
    const room = this.#options.maxBytes - this.#offset;
    if (room <= 0) return false;
    const { bytesRead, buffer } = await file.read(
      Buffer.allocUnsafe(Math.min(readBytes, room)),
      0,
      Math.min(readBytes, room),
      this.#offset,
    );
    if (bytesRead === 0) return false;
    this.#offset += bytesRead;
    this.#options.onProgress(bytesRead);
    this.#split(buffer.subarray(0, bytesRead));
    return true;
  }

  #split(bytes: Buffer): void {
    let from = 0;
    for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, from)) {
      const piece = bytes.subarray(from, at);
      if (this.#skipping) this.#skipping = false;
      else this.#takeLine(this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]));
      this.#rest = Buffer.alloc(0);
      from = at + 1;
    }
    if (this.#skipping || from === bytes.length) return;
    this.#rest = Buffer.concat([this.#rest, bytes.subarray(from)]);
    if (this.#rest.length > maxDriverLineBytes) {
      this.#options.onIgnored();
      this.#skipping = true;
      this.#rest = Buffer.alloc(0);
    }
  }

  #takeLine(line: Buffer): void {
    if (line.length === 0) return;
    const event = parseDriverEvent(line.toString('utf8'));
    if (event === null) this.#options.onIgnored();
    else this.#options.onEvent(event);
  }
}
