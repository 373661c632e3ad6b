import { IndexUnreachableError } from './index-error.ts';
import { type IndexClock, type IndexResponse, type IndexTransport } from './index-transport.ts';
import { redactUrl } from './redact-url.ts';

export interface FetchLimits {
  /** For one request, body included. */
  readonly timeoutMs: number;
  readonly maxBodyBytes: number;
  /** Tries in all, the first included. */
  readonly maxAttempts: number;
  /** A Retry-After beyond this ends the wait at once. */
  readonly maxRetryAfterMs: number;
}

export interface PageRequest {
  readonly url: string;
  /** Value of `Authorization`, sent to the origin of `url` only. */
  readonly authorization?: string;
  readonly signal?: AbortSignal;
}

/** A page, or null when the index says that there is none. */
export interface Page {
  /** Where it was found at last, behind redirects. */
  readonly url: string;
  readonly contentType: string;
  readonly body: Uint8Array;
}

export interface FetchContext {
  readonly transport: IndexTransport;
  readonly clock: IndexClock;
  readonly limits: FetchLimits;
}

/** PEP 691, with HTML for indexes that know nothing else. */
const accept =
  'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01';

const mostRedirects = 5;
const firstBackoffMs = 500;

const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status);
const isPassing = (status: number): boolean => [408, 429, 500, 502, 503, 504].includes(status);

const readBody = async (response: IndexResponse, url: string, maxBytes: number): Promise<Uint8Array> => {
  const tooLarge = (): IndexUnreachableError =>
    new IndexUnreachableError('too_large', url, `the answer is larger than ${maxBytes} bytes.`);
  if (Number(response.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body) {
    length += chunk.byteLength;
    if (length > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const nextUrl = (response: IndexResponse, url: string): string => {
  const location = response.headers['location'] ?? '';
  if (!URL.canParse(location, url)) {
    throw new IndexUnreachableError('redirect', url, 'it redirects without saying where.');
  }
  const next = new URL(location, url);
  const isSafe = next.protocol === 'https:' || (next.protocol === 'http:' && url.startsWith('http:'));
  if (!isSafe) {
    throw new IndexUnreachableError(
      'redirect',
      url,
      `it redirects to ${redactUrl(next.href)}, which is not https.`,
    );
  }
  next.username = '';
  next.password = '';
  return next.href;
};

/** One request behind its redirects; credentials stay with the first origin. */
const followRedirects = async (
  { transport }: FetchContext,
  request: PageRequest,
  signal: AbortSignal,
): Promise<{ response: IndexResponse; url: string }> => {
  const visited = new Set<string>();
  const { origin } = new URL(request.url);
  let { url } = request;
  for (;;) {
    if (visited.has(url) || visited.size > mostRedirects) {
      throw new IndexUnreachableError('redirect', request.url, 'it redirects in a circle, or too often.');
    }
    visited.add(url);
    const mayAuthorize = request.authorization !== undefined && new URL(url).origin === origin;
    const headers = { accept, ...(mayAuthorize ? { authorization: request.authorization } : {}) };
    const response = await transport.get(url, headers, signal);
    if (!isRedirect(response.status)) return { response, url };
    await discardBody(response);
    url = nextUrl(response, url);
  }
};

/** Ends a body that nobody reads, so that its connection is free again. */
const discardBody = async (response: IndexResponse): Promise<void> => {
  await response.body[Symbol.asyncIterator]().return?.();
};

/** What became of one try: a page, no page, or a reason to try again after a while. */
type Attempt =
  | { readonly kind: 'page'; readonly page: Page }
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'again';
      readonly error: IndexUnreachableError;
      readonly retryAfterMs: number | undefined;
    };

const parseRetryAfter = (text: string | undefined, clock: IndexClock): number | undefined => {
  if (text === undefined) return undefined;
  if (/^[0-9]{1,9}$/.test(text.trim())) return Number(text) * 1000;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : Math.max(0, time - clock.now());
};

const readResponse = async (
  context: FetchContext,
  { response, url }: { response: IndexResponse; url: string },
): Promise<Attempt> => {
  const { status, headers } = response;
  if (status === 200) {
    const body = await readBody(response, url, context.limits.maxBodyBytes);
    return { kind: 'page', page: { url, contentType: headers['content-type'] ?? '', body } };
  }
  await discardBody(response);
  // 410 is what indexes answer for a project that was taken away.
  if (status === 404 || status === 410) return { kind: 'absent' };
  if (isPassing(status)) {
    const problem = status === 429 ? 'rate_limited' : 'status';
    const error = new IndexUnreachableError(problem, url, `it answers with status ${status}.`);
    return { kind: 'again', error, retryAfterMs: parseRetryAfter(headers['retry-after'], context.clock) };
  }
  if (status === 401 || status === 403) {
    throw new IndexUnreachableError(
      'refused',
      url,
      `it refuses with status ${status}; check its credentials.`,
    );
  }
  throw new IndexUnreachableError('status', url, `it answers with status ${status}.`);
};

const attemptPage = async (context: FetchContext, request: PageRequest): Promise<Attempt> => {
  const deadline = new AbortController();
  const timer = new AbortController();
  const expired = new Error('deadline');
  const waiting = context.clock.wait(context.limits.timeoutMs, timer.signal).then(
    () => deadline.abort(expired),
    // The wait is ended as soon as the answer is there.
    () => undefined,
  );
  const signal = AbortSignal.any([deadline.signal, ...(request.signal ? [request.signal] : [])]);
  try {
    return await readResponse(context, await followRedirects(context, request, signal));
  } catch (cause) {
    if (cause instanceof IndexUnreachableError) throw cause;
    request.signal?.throwIfAborted();
    const error = deadline.signal.aborted
      ? new IndexUnreachableError('timeout', request.url, `no answer in ${context.limits.timeoutMs} ms.`, {
          cause,
        })
      : new IndexUnreachableError('network', request.url, 'the connection failed.', { cause });
    return { kind: 'again', error, retryAfterMs: undefined };
  } finally {
    timer.abort();
    await waiting;
  }
};

/**
 * Gets a page of an index, null for none (404, 410). Failures that may pass are tried again, after Retry-After where
 * given. Throws `IndexUnreachableError`, or the reason of the request's signal.
 */
export const fetchPage = async (context: FetchContext, request: PageRequest): Promise<Page | null> => {
  const { maxAttempts, maxRetryAfterMs } = context.limits;
  const signal = request.signal ?? new AbortController().signal;
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    const outcome = await attemptPage(context, request);
    if (outcome.kind === 'page') return outcome.page;
    if (outcome.kind === 'absent') return null;
    const waitMs = outcome.retryAfterMs ?? firstBackoffMs * 2 ** (attempt - 1);
    if (attempt >= maxAttempts || waitMs > maxRetryAfterMs) throw outcome.error;
    await context.clock.wait(waitMs, signal);
  }
};
