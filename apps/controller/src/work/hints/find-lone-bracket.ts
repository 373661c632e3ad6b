/** What stands for itself in RE2 (`\Q…\E`, an escape, a class), or a bracket of a group. */
const piece = /\\Q[\s\S]*?(?:\\E|$)|\\[\s\S]|\[\^?\]?(?:\[:\^?\w+:\]|\\[\s\S]|[^\]\\])*\]|[()]/g;

/** Where the bracket is that closes nothing, or else the first that is never closed; null: all of them pair. */
export function findLoneBracket(pattern: string): number | null {
  const open: number[] = [];
  for (const { 0: text, index } of pattern.matchAll(piece)) {
    if (text === '(') open.push(index);
    if (text === ')' && open.pop() === undefined) return index;
  }
  return open[0] ?? null;
}
