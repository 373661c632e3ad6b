/** Text of a machine that Postgres takes: no NUL and no half surrogate pair, which `text` and `jsonb` refuse. */
export const toStorableText = (text: string): string => text.replaceAll('\u0000', '\uFFFD').toWellFormed();

/** The same for every text in a JSON value, so that one heartbeat cannot spoil the flush of all. */
export const toStorableJson = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value), (_key, item: unknown) =>
    typeof item === 'string' ? toStorableText(item) : item,
  ) as T;
