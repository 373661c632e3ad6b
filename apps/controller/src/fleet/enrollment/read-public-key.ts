import { createPublicKey } from 'node:crypto';
import { AppError } from '../../platform/index.ts';

/** The key in its one canonical spelling. Anything but an Ed25519 public key is refused; `field` names it. */
export function readPublicKey(pem: string, field: 'public_key' | 'agent_public_key'): string {
  try {
    // A private key must never travel; createPublicKey would quietly take one.
    const key = /PRIVATE/.test(pem) ? null : createPublicKey({ key: pem, format: 'pem', type: 'spki' });
    if (key?.asymmetricKeyType === 'ed25519') return key.export({ type: 'spki', format: 'pem' }) as string;
  } catch {
    // Answered below, in the contract's own words.
  }
  throw new AppError('REQUEST_INVALID', `\`${field}\` is not an Ed25519 public key (SPKI in PEM).`, {
    issues: [{ path: field, message: 'expected an Ed25519 public key, SPKI in PEM' }],
  });
}
