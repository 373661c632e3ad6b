import type { StreamTopic } from '@ironwheel/contracts';
import type { Query, QueryClient } from '@tanstack/react-query';
import type { LiveNews } from './live-stream.ts';

/** What a query says of itself, so that the stream finds it. */
export interface LiveMeta {
  readonly topics: readonly StreamTopic[];
  /** The one thing that it is about; without it, any of its topics. */
  readonly id?: string | undefined;
}

declare module '@tanstack/react-query' {
  interface Register {
    queryMeta: { live?: LiveMeta };
  }
}

/** A burst of news costs each query one call. */
const gatherMs = 300;

/** Whether a query is old after these news. */
export function isConcerned(live: LiveMeta | undefined, news: LiveNews): boolean {
  if (live === undefined) return false;
  if (news.kind === 'everything') return true;
  if (news.kind === 'event') return live.topics.includes('history');
  if (!live.topics.includes(news.topic)) return false;
  return live.id === undefined || news.ids.length === 0 || news.ids.includes(live.id);
}

/** Makes queries ask again when the stream says that what they have is old. */
export class QueryRefresher {
  readonly #client: QueryClient;
  #waiting: LiveNews[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stops = 0;

  constructor(client: QueryClient) {
    this.#client = client;
  }

  take(news: LiveNews): void {
    this.#waiting.push(news);
    this.#timer ??= setTimeout(() => void this.#refresh(), gatherMs);
  }

  /** What waits is forgotten. */
  stop(): void {
    this.#stops += 1;
    this.#takeWaiting();
  }

  #takeWaiting(): readonly LiveNews[] {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const news = this.#waiting;
    this.#waiting = [];
    return news;
  }

  /**
   * What is under way was asked for before the news. It is not broken off, else answers slower than the news never came; but
   * after a break it may wait on a connection that is dead.
   */
  async #refresh(): Promise<void> {
    const news = this.#takeWaiting();
    const stops = this.#stops;
    const predicate = (query: Query): boolean => news.some((one) => isConcerned(query.meta?.live, one));
    if (news.some(({ kind }) => kind === 'everything')) {
      await this.#client.invalidateQueries({ predicate });
      return;
    }
    const underWay = this.#client.getQueryCache().findAll({ predicate, fetchStatus: 'fetching' });
    await this.#client.invalidateQueries({ predicate }, { cancelRefetch: false });
    if (underWay.length === 0 || this.#stops !== stops) return;
    await this.#client.invalidateQueries(
      { predicate: (query) => underWay.includes(query) },
      { cancelRefetch: false },
    );
  }
}
