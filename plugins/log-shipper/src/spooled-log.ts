import { StreamMask, type AttemptLog, type PluginLogger } from '@ironwheel/plugin-kit';
import type { KeptLog } from './kept-log.ts';
import { LogLimit } from './log-limit.ts';
import type { SpoolBudget } from './spool-budget.ts';
import type { SpoolFiles } from './spool-files.ts';
import { findUtf8Cut, toStorableText } from './utf8.ts';

/** Text is taken into the spool in pieces of this many bytes, so that a full spool still takes what fits. */
const appendBytes = 32 * 1024;

const toGapMark = (droppedBytes: number): string =>
  `\n[ironwheel: ${droppedBytes} bytes of output were left out here: the log spool was full]\n`;

export interface SpooledLogOptions {
  readonly attemptId: string;
  readonly files: SpoolFiles;
  readonly budget: SpoolBudget;
  readonly secrets: readonly string[];
  readonly kept: KeptLog | null;
  readonly logger: PluginLogger;
}

/**
 * The writing side of one attempt's log: mask → limit → spool. Nothing here waits for the network.
 *
 * The spool of all attempts is bounded: text that finds no room is left out and counted, and where the log goes on
 * stands a mark with the number of bytes.
 */
export class SpooledLog implements AttemptLog {
  readonly attemptId: string;
  readonly files: SpoolFiles;
  readonly #options: SpooledLogOptions;
  readonly #mask: StreamMask;
  readonly #limit: LogLimit;
  #gapBytes = 0;
  #spoolDropped: number;
  #limitDropped = 0;
  #warned = false;
  #wake: () => void = () => undefined;
  readonly #drained = Promise.withResolvers<undefined>();
  #isDrained = false;

  constructor(options: SpooledLogOptions) {
    this.#options = options;
    this.attemptId = options.attemptId;
    this.files = options.files;
    this.#mask = new StreamMask(options.secrets);
    this.#limit = new LogLimit(options.files.state.max_bytes, options.files.end);
    this.#spoolDropped = options.files.state.dropped_bytes;
    options.budget.takeExisting(options.files.bytesOnDisk);
  }

  get totals(): { readonly bytes: number; readonly truncated: boolean; readonly droppedBytes: number } {
    const limited = this.ended ? this.#limitDropped : this.#limit.droppedBytes;
    const droppedBytes = this.#spoolDropped + limited;
    return { bytes: this.files.end, truncated: droppedBytes > 0, droppedBytes };
  }

  get ended(): boolean {
    return this.files.state.ended;
  }

  /** Called by the sender: `wake` is run whenever there is something new to send. */
  onWork(wake: () => void): void {
    this.#wake = wake;
  }

  write(text: string): void {
    if (this.ended || text === '') return;
    this.#take(this.#mask.push(toStorableText(text)));
    this.#wake();
  }

  end(): Promise<void> {
    if (this.ended) return Promise.resolve();
    this.#take(this.#mask.flush());
    const { bytes, droppedBytes } = this.#limit.finish();
    this.#limitDropped = droppedBytes;
    // The end of a log is short and matters most: it is written even when the spool is full.
    const gap = this.#gapBytes > 0 ? Buffer.from(toGapMark(this.#gapBytes)) : Buffer.alloc(0);
    const last = Buffer.concat([gap, bytes]);
    if (last.length > 0) {
      this.#options.budget.takeExisting(last.length);
      this.#append(last);
    }
    this.files.state = { ...this.files.state, ended: true, dropped_bytes: this.#spoolDropped + droppedBytes };
    this.files.saveState();
    this.#options.kept?.close();
    this.#wake();
    return Promise.resolve();
  }

  async drained(signal: AbortSignal): Promise<void> {
    if (this.#isDrained) return;
    signal.throwIfAborted();
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => {
      aborted.reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await Promise.race([this.#drained.promise, aborted.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Called by the sender when nothing is left to do. */
  settle(): void {
    this.#isDrained = true;
    this.#drained.resolve(undefined);
  }

  /** Ends the writing side without an end of the log: the shipper closes, a later life goes on. */
  release(): void {
    this.files.state = { ...this.files.state, dropped_bytes: this.#spoolDropped };
    this.files.saveState();
    this.files.close();
    this.#options.kept?.close();
  }

  #take(text: string): void {
    let rest = this.#limit.push(Buffer.from(text, 'utf8'));
    while (rest.length > 0) {
      const cut = findUtf8Cut(rest, appendBytes);
      this.#spool(rest.subarray(0, cut));
      rest = rest.subarray(cut);
    }
  }

  #spool(bytes: Buffer): void {
    const mark = this.#gapBytes > 0 ? Buffer.from(toGapMark(this.#gapBytes)) : Buffer.alloc(0);
    if (!this.#options.budget.take(mark.length + bytes.length)) {
      this.#drop(bytes.length, 'The log spool is full; output is left out.');
      return;
    }
    this.#gapBytes = 0;
    this.#append(mark.length > 0 ? Buffer.concat([mark, bytes]) : bytes);
  }

  #append(bytes: Buffer): void {
    try {
      this.files.append(bytes);
    } catch (error) {
      this.#options.budget.give(bytes.length);
      this.#drop(bytes.length, `The log spool cannot be written: ${String(error)}`);
      return;
    }
    try {
      this.#options.kept?.append(bytes);
    } catch (error) {
      this.#warn(`The kept log cannot be written: ${String(error)}`);
    }
  }

  #drop(bytes: number, why: string): void {
    this.#gapBytes += bytes;
    this.#spoolDropped += bytes;
    this.#options.budget.noteDropped(bytes);
    this.#warn(why);
  }

  #warn(why: string): void {
    if (this.#warned) return;
    this.#warned = true;
    this.#options.logger.warn(why, { attempt_id: this.attemptId });
  }
}
