import type { StreamTopic } from '@ironwheel/contracts';
import { isBehind, type FeedPosition } from './feed-position.ts';
import type { FeedEntry } from './feed.repository.ts';
import { writeHistory } from './write-message.ts';

/** What waits for a reader that does not keep up; more is not kept. */
const mostBytes = 1024 * 1024;

/**
 * One open stream: a queue of texts with a bound. A reader that is slower than what happens is cut off, and catches up when it
 * comes again.
 */
export class LiveClient {
  readonly #topics: ReadonlySet<StreamTopic> | null;
  readonly #queue: string[] = [];
  #bytes = 0;
  #wake: (() => void) | null = null;
  #isEnded = false;
  /** Newest event that was handed over. */
  position: FeedPosition;
  /** Set while what it missed is read from the database: what happens meanwhile waits here. */
  #held: FeedEntry[] | null = null;
  beatDueMs = 0;
  heartbeatDueMs = 0;
  /** Closes the connection, whatever still waits for it; set by who opened it. */
  onCut: () => void = () => undefined;

  constructor(position: FeedPosition, topics: readonly StreamTopic[] | undefined) {
    this.position = position;
    this.#topics = topics === undefined ? null : new Set(topics);
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  get isCatchingUp(): boolean {
    return this.#held !== null;
  }

  wants(topic: StreamTopic): boolean {
    return this.#topics === null || this.#topics.has(topic);
  }

  holdBack(): void {
    this.#held = [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    this.pushHistory(held);
  }

  /** New events as they were read for everyone; those that this reader has are left out. */
  pushHistory(entries: readonly FeedEntry[]): void {
    if (this.#held !== null) {
      this.#held.push(...entries);
      return;
    }
    this.sendHistory(entries);
  }

  sendHistory(entries: readonly FeedEntry[]): void {
    for (const entry of entries) {
      if (!isBehind(entry.position, this.position)) continue;
      this.position = entry.position;
      if (this.wants('history')) this.push(writeHistory(entry));
    }
  }

  push(text: string): void {
    if (this.#isEnded) return;
    this.#bytes += Buffer.byteLength(text);
    if (this.#bytes > mostBytes) {
      this.cut();
      return;
    }
    this.#queue.push(text);
    this.#wake?.();
  }

  /** At once, without what waits: for a reader that does not keep up, or may no longer read. */
  cut(): void {
    this.#queue.length = 0;
    this.end();
    this.onCut();
  }

  /** What waits is still sent. */
  end(): void {
    this.#isEnded = true;
    this.#wake?.();
  }

  /** The texts as the reader takes them; ends with the stream. What was queued before the end is still sent. */
  async *read(): AsyncGenerator<string> {
    for (;;) {
      const text = this.#queue.splice(0).join('');
      this.#bytes = 0;
      if (text !== '') yield text;
      else if (this.#isEnded) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = null;
    }
  }
}
