import { IndexUnreachableError } from './index-error.ts';
import { type IndexResponse, type IndexTransport } from './index-transport.ts';
import { discardBody } from './read-body.ts';
import { redactUrl } from './redact-url.ts';

const mostRedirects = 5;

const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status);

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

export interface RedirectedRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Value of `Authorization`, sent to the origin of `url` only. */
  readonly authorization: string | undefined;
}

/** One request behind its redirects; credentials stay with the first origin. */
export const followRedirects = async (
  transport: IndexTransport,
  request: RedirectedRequest,
  signal: AbortSignal,
): Promise<{ readonly response: IndexResponse; readonly url: string }> => {
  const visited = new Set<string>();
  const { origin } = new URL(request.url);
  let { url } = request;
  for (;;) {
    if (visited.has(url) || visited.size > mostRedirects) {
      throw new IndexUnreachableError('redirect', request.url, 'it redirects in a circle, or too often.');
    }
    visited.add(url);
    const { authorization } = request;
    const mayAuthorize = authorization !== undefined && new URL(url).origin === origin;
    const headers = mayAuthorize ? { ...request.headers, authorization } : request.headers;
    const response = await transport.get(url, headers, signal);
    if (!isRedirect(response.status)) return { response, url };
    await discardBody(response);
    url = nextUrl(response, url);
  }
};
