/** How often what was claimed came true: `s` of `n` times. */
export interface Evidence {
  readonly n: number;
  readonly s: number;
}

export const noEvidence: Evidence = { n: 0, s: 0 };

/** What is believed before anything was counted: a probability, and how many observations it is worth. */
export interface Prior {
  readonly p: number;
  readonly strength: number;
}

const places = 10_000;

/** Mean of the Beta posterior of a prior and what was counted since, to four places. */
export const posterior = ({ p, strength }: Prior, { n, s }: Evidence): number =>
  Math.round(((s + p * strength) / (n + strength)) * places) / places;
