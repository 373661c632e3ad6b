import { Injectable } from '@nestjs/common';
import { idSchema } from '@ironwheel/contracts';
import { decodeProtectedHeader, errors, importSPKI, jwtVerify, type CryptoKey } from 'jose';
import { Clock } from '../clock/clock.ts';
import { AppError } from '../errors/app-error.ts';
import { SigningKeys, type SignerKind, type SigningKey } from './signing-keys.ts';

export const assertionAudience = 'ironwheel';
/** An assertion that is good for longer is refused, so that a stolen one is soon worthless. Seconds. */
const longestLifeS = 120;
const clockToleranceS = 30;
const maxKeptKeys = 20_000;

/**
 * Checks a self-signed assertion of a worker or an agent: a JWT (RFC 7519) with EdDSA, `kid` and `sub` the signer's id,
 * audience `ironwheel`, `iat` and `exp`. Revocation is looked up with every request. The caller says which kind it takes:
 * the key of an agent opens nothing that is for workers, nor the other way round.
 */
@Injectable()
export class SignedAssertions {
  readonly #keys: SigningKeys;
  readonly #clock: Clock;
  readonly #imported = new Map<string, Promise<CryptoKey>>();

  constructor(keys: SigningKeys, clock: Clock) {
    this.#keys = keys;
    this.#clock = clock;
  }

  /**
   * The signer, or null when the assertion is not a valid one of this kind. Throws WORKER_REVOKED, AGENT_REVOKED or
   * AGENT_CLONED for a valid one of a signer that is cut off.
   */
  async verify(assertion: string, kind: SignerKind): Promise<SigningKey | null> {
    try {
      const { kid, alg } = decodeProtectedHeader(assertion);
      if (kid === undefined || alg !== 'EdDSA' || !idSchema(kind).safeParse(kid).success) return null;
      const key = await this.#keys.findKey(kind, kid);
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
      if (key.refusal !== null) throw toRefusal(kind, key);
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

function toRefusal(kind: SignerKind, key: SigningKey): AppError {
  if (key.refusal === 'cloned') {
    return new AppError('AGENT_CLONED', `Two machines used the key of ${key.name}; provision it anew.`);
  }
  return kind === 'worker'
    ? new AppError('WORKER_REVOKED', `The worker ${key.name} was revoked; enrol it anew.`)
    : new AppError('AGENT_REVOKED', `The agent of ${key.name} was revoked; provision the server anew.`);
}
