/**
 * The largest `end` not past `limit` at which `bytes` can be cut without splitting a character (RFC 3629). Bytes that
 * are no UTF-8 at all are cut at `limit`.
 */
export const findUtf8Cut = (bytes: Uint8Array, limit: number): number => {
  if (limit >= bytes.length) return bytes.length;
  for (let back = 0; back < 4 && limit - back > 0; back += 1) {
    const byte = bytes[limit - back];
    if (byte === undefined || (byte & 0xc0) !== 0x80) return limit - back;
  }
  return limit;
};

/** Text that JSON and Postgres take: well-formed, and without NUL, which `text` columns refuse. */
export const toStorableText = (text: string): string => text.toWellFormed().replaceAll('\u0000', '\u2400');
