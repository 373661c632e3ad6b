import type { TokenView } from '@ironwheel/contracts';

/** `revoked`, `expired` or `active`, at a time in ms. */
export function toTokenState({ revoked_at, expires_at }: TokenView, nowMs: number): string {
  if (revoked_at !== null) return 'revoked';
  if (expires_at !== null && Date.parse(expires_at) <= nowMs) return 'expired';
  return 'active';
}
