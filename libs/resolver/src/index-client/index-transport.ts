/** An answer of an index, body unread. */
export interface IndexResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * The HTTP that the index client is handed. It follows no redirect (the client decides where credentials may go), and
 * gives the body decoded of any Content-Encoding, as a stream that ends when the signal aborts.
 */
export interface IndexTransport {
  get(url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<IndexResponse>;
}

/** The time that the index client is handed. */
export interface IndexClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** What `createFetchTransport` needs of a `fetch`: Node's own, or undici's bound to a dispatcher. */
export type FetchFunction = (
  url: string,
  init: { headers: Record<string, string>; redirect: 'manual'; signal: AbortSignal },
) => Promise<{
  readonly status: number;
  readonly headers: Iterable<[string, string]>;
  readonly body: AsyncIterable<Uint8Array> | null;
}>;

async function* emptyBody(): AsyncGenerator<Uint8Array> {
  // Nothing to give.
}

/** A transport over any `fetch`: proxies and certificates are the business of whoever made that `fetch`. */
export const createFetchTransport = (fetchFunction: FetchFunction): IndexTransport => ({
  async get(url, headers, signal) {
    const response = await fetchFunction(url, { headers: { ...headers }, redirect: 'manual', signal });
    return {
      status: response.status,
      headers: Object.fromEntries([...response.headers].map(([name, value]) => [name.toLowerCase(), value])),
      body: response.body ?? emptyBody(),
    };
  },
});
