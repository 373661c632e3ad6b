import {
  streamBeatSchema,
  streamChangedSchema,
  streamHistorySchema,
  type EventView,
  type StreamTopic,
} from '@ironwheel/contracts';
import { readEvents, type ServerEvent } from './read-events.ts';

/**
 *   paused ◄──► connecting ──► live ──► broken ──► live
 *
 * `connecting` is the first time only; from `broken` it tries again by itself. `paused` is the wish of the person.
 */
export type LivePhase = 'connecting' | 'live' | 'broken' | 'paused';

export interface LiveState {
  readonly phase: LivePhase;
  /** Local time (ms) up to which everything was told; null before the first word. */
  readonly asOfMs: number | null;
}

/** What is told to those who show data. `everything`: something may have been missed. */
export type LiveNews =
  | { readonly kind: 'changed'; readonly topic: StreamTopic; readonly ids: readonly string[] }
  | { readonly kind: 'event'; readonly event: EventView }
  | { readonly kind: 'everything' };

export interface LiveStreamOptions {
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  /** The session is over. */
  readonly onSignedOut: () => void;
}

/** The controller beats every 2 s; after this silence the stream counts as broken. */
const longestSilenceMs = 8_000;
const firstDelayMs = 1_000;
const longestDelayMs = 10_000;

/** The one stream of this tab. It knows nothing of React or of queries. */
export class LiveStream {
  readonly #options: LiveStreamOptions;
  readonly #stateListeners = new Set<() => void>();
  readonly #newsListeners = new Set<(news: LiveNews) => void>();
  #state: LiveState = { phase: 'connecting', asOfMs: null };
  #lastId: string | null = null;
  #hasMissed = false;
  #isLeft = false;
  #delayMs = firstDelayMs;
  #gone: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LiveStreamOptions) {
    this.#options = options;
  }

  get state(): LiveState {
    return this.#state;
  }

  onState(listener: () => void): () => void {
    this.#stateListeners.add(listener);
    return () => void this.#stateListeners.delete(listener);
  }

  onNews(listener: (news: LiveNews) => void): () => void {
    this.#newsListeners.add(listener);
    return () => void this.#newsListeners.delete(listener);
  }

  start(): void {
    if (this.#gone !== null || this.#state.phase === 'paused') return;
    if (this.#isLeft && this.#state.phase === 'live') this.#setState({ ...this.#state, phase: 'broken' });
    this.#isLeft = false;
    void this.#connect();
  }

  /** For good, or until the next `start`. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#gone?.abort();
    this.#gone = null;
  }

  /** The page is left, and nobody is told. For who comes back to it, `start` is as after a break. */
  leave(): void {
    this.stop();
    this.#isLeft = true;
    this.#hasMissed = true;
  }

  pause(): void {
    this.stop();
    this.#hasMissed = true;
    this.#setState({ ...this.#state, phase: 'paused' });
  }

  resume(): void {
    if (this.#state.phase !== 'paused') return;
    this.#setState({ ...this.#state, phase: 'connecting' });
    this.start();
  }

  async #connect(): Promise<void> {
    clearTimeout(this.#timer);
    const gone = new AbortController();
    this.#gone = gone;
    try {
      await this.#read(gone);
    } catch (error) {
      if (!gone.signal.aborted && !(error instanceof Error)) throw error;
    }
    if (this.#gone !== gone) return;
    this.#gone = null;
    this.#break();
  }

  async #read(gone: AbortController): Promise<void> {
    const silence = new Silence(longestSilenceMs, () => gone.abort());
    try {
      const answer = await this.#options.fetch(this.#options.url, {
        signal: gone.signal,
        credentials: 'same-origin',
        cache: 'no-store',
        headers: {
          accept: 'text/event-stream',
          ...(this.#lastId === null ? {} : { 'last-event-id': this.#lastId }),
        },
      });
      if (answer.status === 401) this.#options.onSignedOut();
      if (!answer.ok || answer.body === null) return;
      for await (const event of readEvents(answer.body)) {
        silence.end();
        if (this.#gone !== gone) return;
        if (event !== null) this.#take(event);
      }
    } finally {
      silence.stop();
    }
  }

  #take(event: ServerEvent): void {
    if (event.id !== null && event.id !== '') this.#lastId = event.id;
    const data: unknown = JSON.parse(event.data);
    switch (event.type) {
      case 'beat': {
        const { at, now } = streamBeatSchema.parse(data);
        this.#takeBeat(this.#options.now() - (Date.parse(now) - Date.parse(at)));
        return;
      }
      case 'changed': {
        const { topic, ids } = streamChangedSchema.parse(data);
        this.#tell({ kind: 'changed', topic, ids });
        return;
      }
      case 'history':
        this.#tell({ kind: 'event', event: streamHistorySchema.parse(data) });
        return;
      case 'reset':
        this.#hasMissed = true;
    }
  }

  /** The first beat of a connection says that it has caught up. */
  #takeBeat(asOfMs: number): void {
    this.#delayMs = firstDelayMs;
    this.#setState({ phase: 'live', asOfMs });
    if (!this.#hasMissed) return;
    this.#hasMissed = false;
    this.#tell({ kind: 'everything' });
  }

  #break(): void {
    // Events come again by their ids, but what changed is told once only.
    this.#hasMissed = true;
    this.#setState({ ...this.#state, phase: 'broken' });
    this.#timer = setTimeout(() => void this.#connect(), this.#delayMs);
    this.#delayMs = Math.min(longestDelayMs, this.#delayMs * 2);
  }

  #setState(state: LiveState): void {
    this.#state = state;
    for (const listener of this.#stateListeners) listener();
  }

  #tell(news: LiveNews): void {
    for (const listener of this.#newsListeners) listener(news);
  }
}

/** Calls back when nothing was heard for a while. */
class Silence {
  readonly #ms: number;
  readonly #call: () => void;
  #timer: ReturnType<typeof setTimeout>;

  constructor(ms: number, call: () => void) {
    this.#ms = ms;
    this.#call = call;
    this.#timer = setTimeout(call, ms);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#call, this.#ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
