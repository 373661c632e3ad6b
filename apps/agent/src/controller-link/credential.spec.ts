import { generateKeyPairSync } from 'node:crypto';
import { jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { createAssertionSigner } from './credential.ts';

const startMs = 1_800_000_000_000;
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const open = () =>
  createAssertionSigner('wrk_1', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
const expiryOf = async (header: string, nowMs: number): Promise<number> => {
  const { payload } = await jwtVerify(header.replace(/^Bearer /, ''), publicKey, {
    audience: 'ironwheel',
    subject: 'wrk_1',
    currentDate: new Date(nowMs),
  });
  return (payload.exp ?? 0) * 1000;
};

describe('the assertion of a worker or an agent', () => {
  it('is sent again as long as more than half of its life is left', async () => {
    const authorize = await open();
    const first = await authorize(startMs);
    const last = await authorize(startMs + 19_999);
    expect(last).toBe(first);
    expect((await expiryOf(last, startMs + 19_999)) - (startMs + 19_999)).toBeGreaterThan(30_000);
  });

  it('is made anew after that, and when the clock goes back', async () => {
    const authorize = await open();
    const first = await authorize(startMs);
    const later = await authorize(startMs + 20_000);
    expect(later).not.toBe(first);
    const back = await authorize(startMs - 60_000);
    expect(back).not.toBe(later);
    expect(await expiryOf(back, startMs - 60_000)).toBe(startMs - 60_000 + 55_000);
  });
});
