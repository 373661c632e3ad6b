import { importPKCS8, SignJWT } from 'jose';
import { v7 as createUuid } from 'uuid';

/** Audience of every assertion. */
export const assertionAudience = 'ironwheel';
/** Life of an assertion in seconds; the controller takes no longer one. */
const assertionLifeS = 60;
/** An assertion is sent again for this long, a third of its life: signing and checking it cost more than most calls. */
const assertionUsedMs = 20_000;

/** What a worker calls with. */
export interface WorkerCredential {
  readonly workerId: string;
  readonly authorize: Authorize;
}

/** Value of the `Authorization` header of one call; `nowMs` is the time by the controller's clock. */
export type Authorize = (nowMs: number) => Promise<string>;

/**
 * A key made at enrolment, of a worker or of the supervisor: calls carry an assertion that is signed with Ed25519
 * (RFC 8037) and always good for more than half of its life.
 */
export const createAssertionSigner = async (signerId: string, privateKeyPem: string): Promise<Authorize> => {
  const key = await importPKCS8(privateKeyPem, 'EdDSA');
  const sign = async (nowMs: number): Promise<string> => {
    // Dated a little back: the two clocks may differ by the noise that `ClockOffset` does not see.
    const issuedAt = Math.floor(nowMs / 1000) - 5;
    const assertion = await new SignJWT()
      .setProtectedHeader({ alg: 'EdDSA', kid: signerId, typ: 'JWT' })
      .setSubject(signerId)
      .setAudience(assertionAudience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + assertionLifeS)
      .setJti(createUuid())
      .sign(key);
    return `Bearer ${assertion}`;
  };
  let last: { readonly signedAtMs: number; readonly header: string } | undefined;
  return async (nowMs) => {
    // The controller's clock as it was learnt may also go back.
    const ageMs = last === undefined ? -1 : nowMs - last.signedAtMs;
    if (last !== undefined && ageMs >= 0 && ageMs < assertionUsedMs) return last.header;
    const header = await sign(nowMs);
    last = { signedAtMs: nowMs, header };
    return header;
  };
};

export const createKeyCredential = async (
  workerId: string,
  privateKeyPem: string,
): Promise<WorkerCredential> => ({
  workerId,
  authorize: await createAssertionSigner(workerId, privateKeyPem),
});

/** `CONTROL_PLANE_TOKEN` of role `worker` (seed 002). */
export const createTokenCredential = (workerId: string, token: string): WorkerCredential => ({
  workerId,
  authorize: () => Promise.resolve(`Bearer ${token}`),
});
