const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** The first character boundary at or behind `position`. */
const findNextBoundary = (bytes: Buffer, position: number): number => {
  let at = Math.min(Math.max(position, 0), bytes.length);
  while (isContinuation(bytes[at])) at += 1;
  return at;
};

/** The last character boundary at or before `position`. */
export const findPreviousBoundary = (bytes: Buffer, position: number): number => {
  let at = Math.min(Math.max(position, 0), bytes.length);
  while (at > 0 && isContinuation(bytes[at])) at -= 1;
  return at;
};

/** Whole characters from `start` on, `limit` bytes at most but one character at least, as long as there is one. */
export function sliceCharacters(
  bytes: Buffer,
  start: number,
  limit: number,
): { readonly start: number; readonly end: number; readonly text: string } {
  const from = findNextBoundary(bytes, start);
  let to = findPreviousBoundary(bytes, from + limit);
  if (to <= from && from < bytes.length) to = findNextBoundary(bytes, from + 1);
  return { start: from, end: Math.max(from, to), text: bytes.toString('utf8', from, Math.max(from, to)) };
}
