/** Lengths are milliseconds; times are milliseconds since the epoch. */
export interface GraceBounds {
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * How long a lease that ran out is still kept for its worker: 30 s, or a tenth of the time already built, up to
 * 15 min, whichever is more (docs/contracts.md, Claim protocol).
 */
export const graceMs = (builtMs: number, bounds: GraceBounds): number =>
  Math.max(bounds.minMs, Math.min(bounds.maxMs, Math.floor(Math.max(0, builtMs) / 10)));
