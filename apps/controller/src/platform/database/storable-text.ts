/**
 * Text that Postgres takes. A `text` column refuses NUL, and lone surrogates are not UTF-8. Both are replaced by
 * something of the same length in UTF-8, so that byte offsets stay true.
 */
export const toStorableText = (text: string): string => text.replaceAll('\u0000', '?').toWellFormed();

const maxDepth = 20;

/** The same for a JSON value: `jsonb` refuses `\u0000` and lone surrogates in keys and values. Cut below 20 levels. */
export const toStorableJson = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') return toStorableText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= maxDepth) return null;
  if (Array.isArray(value)) return value.map((item) => toStorableJson(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [toStorableText(key), toStorableJson(item, depth + 1)]),
  );
};
