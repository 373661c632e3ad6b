import { Injectable } from '@nestjs/common';
import { idSchema } from '@ironwheel/contracts';
import { decodeProtectedHeader, errors, importSPKI, jwtVerify, type CryptoKey } from 'jose';
import { Clock } from '../clock/clock.ts';
import { AppError } from '../errors/app-error.ts';
import { SigningKeys, type SignerKind, type SigningKey } from './signing-keys.ts';
import { VerifiedAssertions, type VerifiedAssertion } from './verified-assertions.ts';

export const assertionAudience = 'ironwheel';
/** An assertion that is good for longer is refused, so that a stolen one is soon worthless. Seconds. */
const longestLifeS = 120;
const clockToleranceS = 30;
const maxKeptKeys = 20_000;
const signerIds = { worker: idSchema('worker'), agent: idSchema('agent') };

/**
 * Checks a self-signed assertion of a worker or an agent: a JWT (RFC 7519) with EdDSA, `kid` and `sub` the signer's id,
 * audience `ironwheel`, `iat` and `exp`. Revocation is looked up with every request; the signature of an assertion that
 * comes again is not checked again. The caller says which kind it takes:
 * the key of an agent opens nothing that is for workers, nor the other way round.
 */
@Injectable()
export class SignedAssertions {
  readonly #keys: SigningKeys;
  readonly #clock: Clock;
  readonly #imported = new Map<string, Promise<CryptoKey>>();
  readonly #verified = new VerifiedAssertions(maxKeptKeys);

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
      const kept = this.#verified.find(assertion, kind);
      const signerId = kept?.signerId ?? readSignerId(assertion, kind);
      if (signerId === null) return null;
      const key = await this.#keys.findKey(kind, signerId);
      if (key === null) return null;
      const now = this.#clock.now();
      const verified =
        kept?.publicKey === key.publicKey ? kept : await this.#verifySignature(assertion, kind, key, now);
      if (verified === null || !isInTime(verified, now)) return null;
      if (key.refusal !== null) throw toRefusal(kind, key);
      return key;
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return null;
      throw error;
    }
  }

  async #verifySignature(
    assertion: string,
    kind: SignerKind,
    { id: signerId, publicKey }: SigningKey,
    now: Date,
  ): Promise<VerifiedAssertion | null> {
    const { payload } = await jwtVerify(assertion, await this.#import(publicKey), {
      algorithms: ['EdDSA'],
      audience: assertionAudience,
      currentDate: now,
      clockTolerance: clockToleranceS,
      requiredClaims: ['exp'],
    });
    const { exp: expiresAt = Infinity, nbf: notBefore, sub } = payload;
    if (sub !== undefined && sub !== signerId) return null;
    const verified = { kind, signerId, publicKey, expiresAt, notBefore };
    this.#verified.keep(assertion, verified);
    return verified;
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

/** Who says to have signed it; null when it is not an assertion that could be good. */
function readSignerId(assertion: string, kind: SignerKind): string | null {
  const { kid, alg } = decodeProtectedHeader(assertion);
  return kid !== undefined && alg === 'EdDSA' && signerIds[kind].safeParse(kid).success ? kid : null;
}

/** What jose says of the same claims, and no longer life than we take. */
function isInTime({ expiresAt, notBefore = -Infinity }: VerifiedAssertion, now: Date): boolean {
  const nowS = now.getTime() / 1000;
  return (
    expiresAt > Math.floor(nowS) - clockToleranceS &&
    expiresAt <= nowS + longestLifeS + clockToleranceS &&
    notBefore <= Math.floor(nowS) + clockToleranceS
  );
}

function toRefusal(kind: SignerKind, key: SigningKey): AppError {
  if (key.refusal === 'cloned') {
    return new AppError('AGENT_CLONED', `Two machines used the key of ${key.name}; provision it anew.`);
  }
  return kind === 'worker'
    ? new AppError('WORKER_REVOKED', `The worker ${key.name} was revoked; enrol it anew.`)
    : new AppError('AGENT_REVOKED', `The agent of ${key.name} was revoked; provision the server anew.`);
}
