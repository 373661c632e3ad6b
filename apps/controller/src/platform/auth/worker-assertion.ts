import { Injectable } from '@nestjs/common';
import { idSchema } from '@ironwheel/contracts';
import { decodeProtectedHeader, errors, importSPKI, jwtVerify, type CryptoKey } from 'jose';
import { Clock } from '../clock/clock.ts';
import { AppError } from '../errors/app-error.ts';
import { WorkerKeys, type WorkerKey } from './worker-key-directory.ts';

export const assertionAudience = 'ironwheel';
/** An assertion that is good for longer is refused, so that a stolen one is soon worthless. Seconds. */
const longestLifeS = 120;
const clockToleranceS = 30;
const maxKeptKeys = 10_000;

/**
 * Checks a worker's self-signed assertion: a JWT (RFC 7519) with EdDSA, `kid` and `sub` the worker's id, audience
 * `ironwheel`, `iat` and `exp`. Revocation is looked up with every request.
 */
@Injectable()
export class WorkerAssertions {
  readonly #keys: WorkerKeys;
  readonly #clock: Clock;
  readonly #imported = new Map<string, Promise<CryptoKey>>();

  constructor(keys: WorkerKeys, clock: Clock) {
    this.#keys = keys;
    this.#clock = clock;
  }

  /** The worker, or null when the assertion is not valid. Throws WORKER_REVOKED for a valid one of a revoked worker. */
  async verify(assertion: string): Promise<WorkerKey | null> {
    try {
      const { kid, alg } = decodeProtectedHeader(assertion);
      if (kid === undefined || alg !== 'EdDSA' || !idSchema('worker').safeParse(kid).success) return null;
      const key = await this.#keys.findKey(kid);
      if (key === null) return null;
      const now = this.#clock.now();
      const { payload } = await jwtVerify(assertion, await this.#import(key.publicKey), {
        algorithms: ['EdDSA'],
        audience: assertionAudience,
        currentDate: now,
        clockTolerance: clockToleranceS,
        requiredClaims: ['exp'],
      });
      if ((payload.exp ?? Infinity) > now.getTime() / 1000 + longestLifeS + clockToleranceS) return null;
      if (payload.sub !== undefined && payload.sub !== kid) return null;
      if (key.isRevoked)
        throw new AppError('WORKER_REVOKED', `The worker ${key.name} was revoked; enrol it anew.`);
      return key;
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return null;
      throw error;
    }
  }

  #import(publicKey: string): Promise<CryptoKey> {
    let key = this.#imported.get(publicKey);
    if (key === undefined) {
      if (this.#imported.size >= maxKeptKeys) this.#imported.clear();
      key = importSPKI(publicKey, 'EdDSA');
      this.#imported.set(publicKey, key);
    }
    return key;
  }
}
