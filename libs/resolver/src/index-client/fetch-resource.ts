import { type RequestGate } from './concurrency-gate.ts';
import { findRetryAfterMs } from './find-retry-after.ts';
import { followRedirects } from './follow-redirects.ts';
import { IndexUnreachableError } from './index-error.ts';
import { type IndexClock, type IndexResponse, type IndexTransport } from './index-transport.ts';
import { discardBody, readBody } from './read-body.ts';

export interface FetchLimits {
  /** For one request, body included. */
  readonly timeoutMs: number;
  /** For all tries of one request, with the waits between them. */
  readonly overallTimeoutMs: number;
  /** Of a page. */
  readonly maxBodyBytes: number;
  /** Tries in all, the first included. */
  readonly maxAttempts: number;
  /** A Retry-After beyond this ends the wait at once. */
  readonly maxRetryAfterMs: number;
}

export interface FetchContext {
  readonly transport: IndexTransport;
  readonly clock: IndexClock;
  /** At least 0, below 1. */
  readonly random: () => number;
  readonly limits: FetchLimits;
  readonly gate: RequestGate;
}

export interface ResourceRequest {
  readonly url: string;
  /** Names in lower case. 206 is an answer to `range` only, 304 to `if-none-match` or `if-modified-since` only. */
  readonly headers: Readonly<Record<string, string>>;
  readonly authorization?: string | undefined;
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

export interface ResourceContent {
  readonly kind: 'content';
  readonly status: 200 | 206;
  /** Where it was found at last, behind redirects. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export type Resource =
  | ResourceContent
  | {
      readonly kind: 'not_modified';
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'absent' };

/** What became of one try: an answer, or a reason to try again after a while. */
type Attempt =
  | Resource
  | {
      readonly kind: 'again';
      readonly error: IndexUnreachableError;
      readonly retryAfterMs: number | undefined;
    };

const firstBackoffMs = 500;

const isPassing = (status: number): boolean => [408, 425, 429, 500, 502, 503, 504].includes(status);

const isConditional = ({ headers }: ResourceRequest): boolean =>
  headers['if-none-match'] !== undefined || headers['if-modified-since'] !== undefined;

const readContent = async (
  status: 200 | 206,
  { response, url }: { response: IndexResponse; url: string },
  request: ResourceRequest,
): Promise<Resource> => {
  const { headers } = response;
  const isWholeForRange = status === 200 && request.headers['range'] !== undefined;
  try {
    return { kind: 'content', status, url, headers, body: await readBody(response, url, request.maxBytes) };
  } catch (cause) {
    const isTooLarge = cause instanceof IndexUnreachableError && cause.problem === 'too_large';
    if (!isTooLarge || !isWholeForRange) throw cause;
    throw new IndexUnreachableError(
      'no_ranges',
      url,
      `it serves no byte ranges, and the whole file is larger than ${request.maxBytes} bytes.`,
      { cause },
    );
  }
};

const readResponse = async (
  context: FetchContext,
  request: ResourceRequest,
  found: { response: IndexResponse; url: string },
): Promise<Attempt> => {
  const { url, response } = found;
  const { status, headers } = response;
  if (status === 200 || (status === 206 && request.headers['range'] !== undefined)) {
    return readContent(status, found, request);
  }
  await discardBody(response);
  // 410 is what indexes answer for a project that was taken away.
  if (status === 404 || status === 410) return { kind: 'absent' };
  if (status === 304 && isConditional(request)) return { kind: 'not_modified', url, headers };
  if (isPassing(status)) {
    const problem = status === 429 ? 'rate_limited' : 'status';
    const error = new IndexUnreachableError(problem, url, `it answers with status ${status}.`);
    return { kind: 'again', error, retryAfterMs: findRetryAfterMs(headers['retry-after'], context.clock) };
  }
  if (status === 401 || status === 403 || status === 407) {
    const text = `it refuses with status ${status}; check its credentials.`;
    throw new IndexUnreachableError('refused', url, text);
  }
  if (status === 416)
    throw new IndexUnreachableError('range', url, 'the file has no such bytes (status 416).');
  throw new IndexUnreachableError(
    'status',
    url,
    `it answers with status ${status}, which was not asked for.`,
  );
};

/** Made once: an error for each answer, with its stack, costs as much as reading it. */
const answered = new Error('answered');

const attemptResource = async (
  context: FetchContext,
  request: ResourceRequest,
  timeoutMs: number,
): Promise<Attempt> => {
  const deadline = new AbortController();
  const timer = new AbortController();
  const waiting = context.clock.wait(timeoutMs, timer.signal).then(
    () => deadline.abort(new Error('deadline')),
    // The wait is ended as soon as the answer is there.
    () => undefined,
  );
  const signal =
    request.signal === undefined ? deadline.signal : AbortSignal.any([deadline.signal, request.signal]);
  const { url, headers, authorization } = request;
  try {
    const found = await followRedirects(context.transport, { url, headers, authorization }, signal);
    return await readResponse(context, request, found);
  } catch (cause) {
    if (cause instanceof IndexUnreachableError) throw cause;
    request.signal?.throwIfAborted();
    const error = deadline.signal.aborted
      ? new IndexUnreachableError('timeout', url, `no whole answer in ${timeoutMs} ms.`, { cause })
      : new IndexUnreachableError('network', url, 'the connection failed.', { cause });
    return { kind: 'again', error, retryAfterMs: undefined };
  } finally {
    timer.abort(answered);
    await waiting;
  }
};

const neverAborted = new AbortController().signal;

/**
 * Gets what an index has at an address. Failures that may pass are tried again, after Retry-After where given, else
 * after a random part of a doubling wait, so that many clients do not come back at the same time. Throws
 * `IndexUnreachableError`, or the reason of the request's signal.
 */
export const fetchResource = async (context: FetchContext, request: ResourceRequest): Promise<Resource> => {
  const { clock, limits, random, gate } = context;
  const signal = request.signal ?? neverAborted;
  signal.throwIfAborted();
  return gate.run(new URL(request.url).host, async () => {
    const endsAt = clock.now() + limits.overallTimeoutMs;
    for (let attempt = 1; ; attempt += 1) {
      signal.throwIfAborted();
      const timeoutMs = Math.max(1, Math.min(limits.timeoutMs, endsAt - clock.now()));
      const outcome = await attemptResource(context, request, timeoutMs);
      if (outcome.kind !== 'again') return outcome;
      const waitMs = outcome.retryAfterMs ?? Math.round(random() * firstBackoffMs * 2 ** (attempt - 1));
      const isTooLong = waitMs > limits.maxRetryAfterMs || clock.now() + waitMs >= endsAt;
      if (attempt >= limits.maxAttempts || isTooLong) throw outcome.error;
      await clock.wait(waitMs, signal);
    }
  });
};
