import type { FastifyRequest } from 'fastify';

/** What a request carries to show who it is; only its form was looked at. */
export type Credential =
  | { readonly kind: 'bearer'; readonly secret: string }
  | { readonly kind: 'basic'; readonly secret: string }
  | { readonly kind: 'session'; readonly cookie: string }
  | { readonly kind: 'worker-token'; readonly secret: string; readonly isCookie: boolean }
  | { readonly kind: 'unreadable' };

export const workerTokenCookie = 'worker_token';

/** The value of a cookie by its name; the first one counts. */
export function findCookie(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}

/** The credentials of a request in the order in which they are tried; an Authorization header goes first and alone. */
export function readCredential(request: FastifyRequest, sessionCookie: string): Credential | null {
  const header = request.headers.authorization;
  if (header !== undefined) return readAuthorization(header);
  const cookie = findCookie(request.headers.cookie, sessionCookie);
  return cookie === undefined ? null : { kind: 'session', cookie };
}

/** The shared worker token by header, query or cookie (seed 001). */
export function readWorkerToken(request: FastifyRequest): Credential | null {
  const header = request.headers['x-worker-token'];
  if (typeof header === 'string') return { kind: 'worker-token', secret: header, isCookie: false };
  const query = (request.query as Record<string, unknown> | null)?.['token'];
  if (typeof query === 'string') return { kind: 'worker-token', secret: query, isCookie: false };
  const cookie = findCookie(request.headers.cookie, workerTokenCookie);
  return cookie === undefined ? null : { kind: 'worker-token', secret: decode(cookie), isCookie: true };
}

function readAuthorization(header: string): Credential {
  const [, scheme = '', value = ''] = /^([A-Za-z]+) +([^\s]{1,4096})\s*$/.exec(header) ?? [];
  if (scheme.toLowerCase() === 'bearer') return { kind: 'bearer', secret: value };
  if (scheme.toLowerCase() === 'basic') {
    const text = Buffer.from(value, 'base64').toString('utf8');
    const at = text.indexOf(':');
    if (at >= 0) return { kind: 'basic', secret: text.slice(at + 1) };
  }
  return { kind: 'unreadable' };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
