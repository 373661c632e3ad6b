/** Whether `If-None-Match` names this entity tag (RFC 9110, 13.1.2: weak comparison). `tag` with its quotes. */
export function matchesEntityTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header
    .split(',')
    .map((part) => part.trim())
    .some((part) => part === '*' || part.replace(/^W\//, '') === tag);
}
