import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { LocalHttpError } from './local-error.ts';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const findCookie = (header: string | undefined, name: string): string | null => {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at !== -1 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
};

/**
 * Seed 002: with `WORKER_TOKEN` set, actions need it in `X-Worker-Token`, `?token=` or the cookie `worker_token`.
 * A browser's request that would be authorised by the cookie alone must come from this very origin.
 */
export const checkWorkerToken = (request: IncomingMessage, url: URL, token: string | null): void => {
  const { origin, host } = request.headers;
  if (origin !== undefined && origin !== `http://${host ?? ''}`) {
    throw new LocalHttpError('REQUEST_ORIGIN_REFUSED', 'The request comes from another origin.');
  }
  if (token === null) return;
  const header = request.headers['x-worker-token'];
  const given = [
    typeof header === 'string' ? header : null,
    url.searchParams.get('token'),
    findCookie(request.headers.cookie, 'worker_token'),
  ].filter((text) => text !== null);
  const expected = digest(token);
  if (given.some((text) => timingSafeEqual(digest(text), expected))) return;
  throw new LocalHttpError(
    'AUTH_REQUIRED',
    'This action needs WORKER_TOKEN: send it as the header X-Worker-Token, as ?token= or as the cookie worker_token.',
  );
};
