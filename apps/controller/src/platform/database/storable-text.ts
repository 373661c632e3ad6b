/**
 * Text that Postgres takes. A `text` column refuses NUL, and lone surrogates are not UTF-8. Both are replaced by
 * something of the same length in UTF-8, so that byte offsets stay true.
 */
export const toStorableText = (text: string): string => text.replaceAll('\u0000', '?').toWellFormed();

const maxDepth = 20;

const isStorableText = (text: string): boolean => !text.includes('\u0000') && text.isWellFormed();

/**
 * The same for a JSON value: `jsonb` refuses `\u0000` and lone surrogates in keys and values. Cut below 20 levels. What can
 * be stored as it is comes back itself.
 */
export const toStorableJson = (value: unknown): unknown => (isStorable(value, 0) ? value : convert(value, 0));

function isStorable(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return isStorableText(value);
  if (typeof value !== 'object' || value === null) return true;
  if (depth >= maxDepth) return false;
  if (Array.isArray(value)) return value.every((item) => isStorable(item, depth + 1));
  return Object.entries(value).every(([key, item]) => isStorableText(key) && isStorable(item, depth + 1));
}

function convert(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return toStorableText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= maxDepth) return null;
  if (Array.isArray(value)) return value.map((item) => convert(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [toStorableText(key), convert(item, depth + 1)]),
  );
}
