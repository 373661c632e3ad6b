import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares in a time that does not depend on where the texts differ, nor on their lengths. */
export function isSameSecret(left: string, right: string): boolean {
  return timingSafeEqual(sha256(left), sha256(right));
}

/** A new token of 256 random bits. */
export function createSecret(prefix: 'iw_' | 'iws_'): string {
  return prefix + randomBytes(32).toString('base64url');
}
