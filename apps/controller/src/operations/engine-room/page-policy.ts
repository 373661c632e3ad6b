import { randomBytes } from 'node:crypto';

/** Stands in the built page wherever a nonce belongs (apps/engine-room/vite.config.mjs). */
const place = 'csp-nonce-of-this-answer';

/**
 * Nothing but what this controller serves, no script that is not a file of it, and style elements only with the nonce of
 * this answer: Mantine makes some while it runs. Names and logs of strangers are shown here.
 */
const toPolicy = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "connect-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
    "object-src 'none'",
  ].join('; ');

/** The page of one answer, and the policy that goes with it. */
export function writePage(page: string): { html: string; policy: string } {
  const nonce = randomBytes(16).toString('base64');
  return { html: page.replaceAll(place, nonce), policy: toPolicy(nonce) };
}
