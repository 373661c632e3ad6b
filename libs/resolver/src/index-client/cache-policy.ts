/** What an answer says of how long it may be used (RFC 9111), for a cache of one user. */
export interface CachePolicy {
  readonly isStorable: boolean;
  /** From when it was made, at most `longestFreshMs`; 0: ask each time. */
  readonly freshMs: number;
  /** Since it was made, when it arrived. */
  readonly ageMs: number;
}

/** However long an index promises: what it takes down must be gone from plans some day. */
const longestFreshMs = 24 * 60 * 60 * 1000;

const readSeconds = (text: string | undefined): number | undefined =>
  text !== undefined && /^[0-9]{1,12}$/.test(text) ? Number(text) * 1000 : undefined;

const readDirectives = (text: string): Map<string, string> => {
  const parts = text.slice(0, 1000).toLowerCase().split(',');
  return new Map(
    parts.map((part) => {
      const [name = '', value = ''] = part.split('=', 2);
      return [name.trim(), value.trim().replaceAll('"', '')];
    }),
  );
};

const readExpires = (headers: Readonly<Record<string, string>>, now: number): number => {
  const expires = Date.parse(headers['expires'] ?? '');
  if (Number.isNaN(expires)) return 0;
  const date = Date.parse(headers['date'] ?? '');
  return Math.max(0, expires - (Number.isNaN(date) ? now : date));
};

export const readCachePolicy = (headers: Readonly<Record<string, string>>, now: number): CachePolicy => {
  const directives = readDirectives(headers['cache-control'] ?? '');
  const isStorable = !directives.has('no-store') && headers['vary']?.trim() !== '*';
  const ageMs = readSeconds(headers['age']?.trim()) ?? 0;
  const mustAsk = !isStorable || directives.has('no-cache') || headers['pragma'] === 'no-cache';
  const maxAgeMs = directives.has('max-age')
    ? (readSeconds(directives.get('max-age')) ?? 0)
    : readExpires(headers, now);
  return { isStorable, freshMs: mustAsk ? 0 : Math.min(maxAgeMs, longestFreshMs), ageMs };
};

/** Whether an answer that was made at `madeAt` may be used without asking. A time to come proves nothing. */
export const isFresh = (
  answer: { readonly madeAt: number; readonly freshMs: number },
  now: number,
  minFreshMs: number,
): boolean => answer.madeAt <= now && now - answer.madeAt < Math.max(answer.freshMs, minFreshMs);
