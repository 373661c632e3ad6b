/** Lines that a link names, both included. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

/** Reads `L120` and `L120-L140`, as it stands behind `#`; null for anything else. */
export function parseLineRange(hash: string): LineRange | null {
  const [, first, last] = /^#?L(\d{1,9})(?:-L(\d{1,9}))?$/.exec(hash) ?? [];
  if (first === undefined) return null;
  const from = Number(first);
  const to = last === undefined ? from : Number(last);
  return from < 1 || to < 1 ? null : { first: Math.min(from, to), last: Math.max(from, to) };
}

export const writeLineRange = ({ first, last }: LineRange): string =>
  first === last ? `L${first}` : `L${first}-L${last}`;
