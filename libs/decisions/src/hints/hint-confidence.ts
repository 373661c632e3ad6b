/** How often a hint was tried, and how often the next attempt succeeded. */
export interface HintRecord {
  readonly tried: number;
  readonly succeeded: number;
}

/** Weight of what is believed before anything was seen, in attempts. */
const strength = 4;
/** Believed of a hint before it was tried: of a confirmed entry, of an unconfirmed one, of one that a person wrote. */
export const hintPriors = { confirmed: 0.7, unconfirmed: 0.5, operator: 0.6 } as const;

/** Beta-Binomial: (s + α) / (n + α + β), with α + β = 4 (docs/governance, calibration). */
export const hintConfidence = (prior: number, { tried, succeeded }: HintRecord): number =>
  (succeeded + prior * strength) / (tried + strength);

/** A share with the 95 % interval of Wilson, z = 1.96; null of nothing: no figure without cases. */
export interface MeasuredRate {
  readonly n: number;
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

const z = 1.96;

export function wilsonInterval(succeeded: number, n: number): MeasuredRate | null {
  if (n <= 0) return null;
  const rate = succeeded / n;
  const denominator = 1 + z ** 2 / n;
  const centre = (rate + z ** 2 / (2 * n)) / denominator;
  const half = (z * Math.sqrt((rate * (1 - rate)) / n + z ** 2 / (4 * n ** 2))) / denominator;
  return { n, rate, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
