import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { Clock } from '../clock/clock.ts';
import { newId } from '../ids/new-id.ts';
import { SignedAssertions } from './signed-assertions.ts';
import { SigningKeys, type SigningKey } from './signing-keys.ts';
import { VerifiedAssertions } from './verified-assertions.ts';

const startS = 1_800_000_000;
const worker = newId('worker');
const makeKeys = () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { pem: publicKey.export({ type: 'spki', format: 'pem' }).toString(), privateKey };
};
const own = makeKeys();
const sign = (
  privateKey: KeyObject,
  { lifeS = 60, notBeforeS }: { lifeS?: number; notBeforeS?: number } = {},
) => {
  const token = new SignJWT({})
    .setProtectedHeader({ alg: 'EdDSA', kid: worker })
    .setSubject(worker)
    .setAudience('ironwheel')
    .setIssuedAt(startS)
    .setExpirationTime(startS + lifeS);
  return (notBeforeS === undefined ? token : token.setNotBefore(startS + notBeforeS)).sign(privateKey);
};

describe('an assertion that comes again', () => {
  let nowS = startS;
  let key: SigningKey | null = null;
  let assertions: SignedAssertions;

  class TurnedClock extends Clock {
    now(): Date {
      return new Date(nowS * 1000);
    }
  }
  const clock = new TurnedClock();

  beforeEach(() => {
    nowS = startS;
    key = { id: worker, name: 'anvil', publicKey: own.pem, refusal: null };
    const keys = new SigningKeys();
    for (const kind of ['worker', 'agent'] as const)
      keys.bind(kind, { findKey: () => Promise.resolve(kind === 'worker' ? key : null) });
    assertions = new SignedAssertions(keys, clock);
  });

  it('is taken again', async () => {
    const text = await sign(own.privateKey);
    expect(await assertions.verify(text, 'worker')).toBe(key);
    expect(await assertions.verify(text, 'worker')).toBe(key);
  });

  it('is refused from the moment at which its signer is revoked', async () => {
    const text = await sign(own.privateKey);
    await assertions.verify(text, 'worker');
    key = { id: worker, name: 'anvil', publicKey: own.pem, refusal: 'revoked' };
    await expect(assertions.verify(text, 'worker')).rejects.toMatchObject({ code: 'WORKER_REVOKED' });
  });

  it('is worthless when its signer is gone or has another key', async () => {
    const text = await sign(own.privateKey);
    await assertions.verify(text, 'worker');
    const before = key;
    key = { id: worker, name: 'anvil', publicKey: makeKeys().pem, refusal: null };
    expect(await assertions.verify(text, 'worker')).toBeNull();
    key = null;
    expect(await assertions.verify(text, 'worker')).toBeNull();
    key = before;
    expect(await assertions.verify(text, 'worker')).toBe(before);
  });

  it.each([
    ['expires', {}, 89, 90],
    ['is not good yet', { notBeforeS: 20 }, -10, -11],
    ['is good for too long', { lifeS: 160 }, 10, 9],
  ])('is refused while it %s, as it is the first time', async (_, options, goodS, badS) => {
    const text = await sign(own.privateKey, options);
    nowS = startS + badS;
    expect(await assertions.verify(text, 'worker')).toBeNull();
    nowS = startS + goodS;
    expect(await assertions.verify(text, 'worker')).toBe(key);
    nowS = startS + badS;
    expect(await assertions.verify(text, 'worker')).toBeNull();
  });

  it('opens nothing of another kind', async () => {
    const text = await sign(own.privateKey);
    await assertions.verify(text, 'worker');
    expect(await assertions.verify(text, 'agent')).toBeNull();
  });

  it('is no help to one with the same content and another signature', async () => {
    const text = await sign(own.privateKey);
    await assertions.verify(text, 'worker');
    expect(await assertions.verify(await sign(makeKeys().privateKey), 'worker')).toBeNull();
    expect(await assertions.verify(text, 'worker')).toBe(key);
  });
});

describe('VerifiedAssertions', () => {
  const of = (signerId: string) =>
    ({ kind: 'worker', signerId, publicKey: 'pem', expiresAt: 1, notBefore: undefined }) as const;

  it('keeps the last one of each signer', () => {
    const kept = new VerifiedAssertions(10);
    kept.keep('first', of('a'));
    kept.keep('other', of('b'));
    kept.keep('second', of('a'));
    expect(kept.find('first', 'worker')).toBeUndefined();
    expect(kept.find('second', 'worker')).toEqual(of('a'));
    expect(kept.find('other', 'worker')).toEqual(of('b'));
  });

  it('is bounded in signers and in the length of a text', () => {
    const kept = new VerifiedAssertions(2);
    const texts = ['a', 'b', 'c'];
    for (const text of texts) kept.keep(text, of(text));
    expect(texts.filter((text) => kept.find(text, 'worker') !== undefined)).toEqual(['c']);
    const long = 'x'.repeat(5000);
    kept.keep(long, of('d'));
    expect(kept.find(long, 'worker')).toBeUndefined();
  });
});
