import { createHash, randomBytes } from 'node:crypto';
import { bundleTimes } from '@ironwheel/contracts';

/** What a bundle's token begins with; other enrolment tokens are those of `POST /tokens`. */
export const bundleTokenPrefix = 'iwb_';

export const createBundleToken = (): string =>
  bundleTokenPrefix + randomBytes(bundleTimes.tokenBits / 8).toString('base64url');

export const hashBundleToken = (token: string): Buffer => createHash('sha256').update(token).digest();

export const isBundleToken = (token: string): boolean => token.startsWith(bundleTokenPrefix);
