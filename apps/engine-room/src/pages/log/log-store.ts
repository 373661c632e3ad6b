import {
  logLineLimits,
  logStreamEndSchema,
  logStreamMessageSchema,
  type LogLines,
} from '@ironwheel/contracts';
import type { ServerEvent } from '../../live/read-events.ts';

/** Lines that are asked for at a time. */
export const blockLines = 500;
/** Lines that are kept; what is far from the window goes first. */
const mostKept = 40_000;
const firstRetryMs = 1_000;
const longestRetryMs = 15_000;

export interface LogState {
  readonly phase: 'reading' | 'ready' | 'failed';
  readonly error: unknown;
  readonly totalLines: number;
  readonly size: number;
  readonly isSettled: boolean;
  readonly isTruncated: boolean;
  readonly droppedBytes: number;
}

export interface LogStoreOptions {
  /** The end of the log where it is known already: it can be shown at once. */
  readonly tail?: LogLines | undefined;
  readonly readLines: (from: number | null, limit: number, signal: AbortSignal) => Promise<LogLines>;
  /** What is written from a byte on, as it comes. */
  readonly follow: (offset: number, signal: AbortSignal) => AsyncIterable<ServerEvent | null>;
}

/** A log of any length as far as it is looked at: its end first, then the blocks that are wanted, then what is written. */
export class LogStore {
  readonly #options: LogStoreOptions;
  readonly #listeners = new Set<() => void>();
  readonly #lines = new Map<number, string>();
  readonly #cut = new Map<number, number>();
  readonly #asked = new Set<number>();
  #state: LogState = {
    phase: 'reading',
    error: null,
    totalLines: 0,
    size: 0,
    isSettled: true,
    isTruncated: false,
    droppedBytes: 0,
  };
  #offset = 0;
  #isOpen = false;
  #gone = new AbortController();
  /** Nothing was read since the end was given. */
  #isGiven = false;

  constructor(options: LogStoreOptions) {
    this.#options = options;
    if (options.tail === undefined) return;
    this.#takeTail(options.tail);
    this.#isGiven = true;
  }

  get state(): LogState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Undefined: not read yet. */
  lineAt(line: number): string | undefined {
    return this.#lines.get(line);
  }

  /** Characters of a line of which only the beginning is known. */
  lengthOfCut(line: number): number | undefined {
    return this.#cut.get(line);
  }

  async start(): Promise<void> {
    this.#gone.abort();
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    this.#asked.clear();
    const isGiven = this.#isGiven;
    this.#isGiven = false;
    try {
      if (!isGiven) {
        this.#set({ phase: 'reading', error: null });
        this.#takeTail(await this.#options.readLines(null, blockLines, signal));
      }
      if (!this.#state.isSettled) await this.#follow(signal);
    } catch (error) {
      if (!signal.aborted) this.#set({ phase: 'failed', error });
    }
  }

  stop(): void {
    this.#gone.abort();
  }

  #takeTail(tail: LogLines): void {
    // Taken up anew: the line that was being written may have become whole, further up than what was read now.
    if (this.#isOpen) this.#lines.delete(this.#state.totalLines);
    this.#keep(tail);
    this.#offset = tail.next_offset;
    this.#isOpen = tail.open_line;
    this.#set({
      phase: 'ready',
      totalLines: tail.total_lines,
      size: tail.size,
      isSettled: tail.settled,
      isTruncated: tail.truncated,
      droppedBytes: tail.dropped_bytes,
    });
  }

  /** Asks for what is missing of these lines. */
  want(first: number, last: number): void {
    for (let block = toBlock(first); block <= toBlock(last); block += 1) {
      if (this.#asked.has(block) || !this.#isMissing(block, first, last)) continue;
      this.#asked.add(block);
      void this.#read(block);
    }
    if (this.#lines.size > mostKept) this.#forget(first, last);
  }

  #isMissing(block: number, first: number, last: number): boolean {
    const from = Math.max(first, block * blockLines + 1);
    const to = Math.min(last, (block + 1) * blockLines, this.#state.totalLines);
    for (let line = from; line <= to; line += 1) if (!this.#lines.has(line)) return true;
    return false;
  }

  async #read(block: number): Promise<void> {
    const { signal } = this.#gone;
    try {
      const lines = await this.#options.readLines(block * blockLines + 1, blockLines, signal);
      this.#keep(lines);
      this.#set({ error: null });
    } catch (error) {
      if (!signal.aborted) this.#set({ error });
    } finally {
      this.#asked.delete(block);
    }
  }

  #keep({ from, lines, cut }: LogLines): void {
    for (const [index, text] of lines.entries()) {
      const line = from + index;
      // What the stream has written on to the last line since is newer.
      const known = this.#lines.get(line);
      if (known === undefined || known.length < text.length) this.#lines.set(line, text);
    }
    for (const { line_no: line, characters } of cut) this.#cut.set(line, characters);
  }

  /** Whatever is neither near the window nor at the end, which is being written. */
  #forget(first: number, last: number): void {
    const near = mostKept / 4;
    for (const line of this.#lines.keys()) {
      const isNear = line > first - near && line < last + near;
      if (!isNear && line < this.#state.totalLines - near) this.#lines.delete(line);
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    let delayMs = firstRetryMs;
    while (!isOver(signal) && !this.#state.isSettled) {
      try {
        for await (const event of this.#options.follow(this.#offset, signal)) {
          if (event === null) continue;
          delayMs = firstRetryMs;
          if (this.#take(event)) return;
        }
      } catch (error) {
        if (isOver(signal)) return;
        this.#set({ error });
      }
      await sleep(delayMs, signal);
      delayMs = Math.min(longestRetryMs, delayMs * 2);
    }
  }

  /** True at the end of the log. */
  #take(event: ServerEvent): boolean {
    const data: unknown = JSON.parse(event.data);
    if (event.type === 'end') {
      const end = logStreamEndSchema.parse(data);
      this.#set({
        isSettled: true,
        size: end.size,
        isTruncated: end.truncated,
        droppedBytes: end.dropped_bytes,
        error: null,
      });
      return true;
    }
    const { offset, next_offset: next, text } = logStreamMessageSchema.parse(data);
    // A stream that begins anew may tell what is known.
    if (offset < this.#offset) return false;
    this.#offset = next;
    this.#append(text);
    return false;
  }

  #append(text: string): void {
    const parts = text.split('\n');
    const isOpenAfter = parts.at(-1) !== '';
    if (!isOpenAfter) parts.pop();
    let { totalLines } = this.#state;
    for (const [index, part] of parts.entries()) {
      if (index === 0 && this.#isOpen) {
        const whole = (this.#lines.get(totalLines) ?? '') + part;
        this.#lines.set(totalLines, whole.slice(0, logLineLimits.maxLineCharacters));
        if (whole.length > logLineLimits.maxLineCharacters)
          this.#cut.set(
            totalLines,
            (this.#cut.get(totalLines) ?? logLineLimits.maxLineCharacters) + part.length,
          );
      } else {
        totalLines += 1;
        this.#lines.set(totalLines, part.slice(0, logLineLimits.maxLineCharacters));
      }
    }
    this.#isOpen = isOpenAfter;
    this.#set({ totalLines, size: this.#offset, error: null });
  }

  #set(change: Partial<LogState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

const toBlock = (line: number): number => Math.floor((line - 1) / blockLines);

/** Asked anew each time: it changes while something else is waited for. */
const isOver = (signal: AbortSignal): boolean => signal.aborted;

const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
