import type { FoundText, LogSearchHit } from './log.row.ts';

/** Characters of a line that a hit shows, around the place. */
const shownCharacters = 400;

/** The lines of a piece in which `text` stands, in any case, `limit` at most. Pure. */
export function findHits(found: FoundText, text: string, limit: number): LogSearchHit[] {
  const needle = text.toLowerCase();
  if (needle.includes('\n')) return [];
  const lowered = found.text.toLowerCase();
  const hits: LogSearchHit[] = [];
  const add = (line: string, lineNo: number, at: number): void => {
    hits.push({
      name: found.name,
      version: found.version,
      attempt_id: found.attempt_id,
      line_no: lineNo,
      text: showAround(line, at),
      timestamp: found.at.toISOString(),
    });
  };
  let lineNo = found.first_line;
  let counted = 0;
  let [start, loweredStart] = [0, 0];
  for (let at = lowered.indexOf(needle); at !== -1 && hits.length < limit;) {
    // Few letters are longer or shorter in lower case: both texts are then gone through line by line, side by side.
    for (
      let end = lowered.indexOf('\n', counted);
      end !== -1 && end < at;
      end = lowered.indexOf('\n', counted)
    ) {
      lineNo += 1;
      counted = end + 1;
    }
    if (lowered.length === found.text.length) start = counted;
    else
      while (loweredStart < counted) {
        start = found.text.indexOf('\n', start) + 1;
        loweredStart = lowered.indexOf('\n', loweredStart) + 1;
      }
    const end = found.text.indexOf('\n', start);
    add(found.text.slice(start, end === -1 ? found.text.length : end), lineNo, at - counted);
    const next = lowered.indexOf('\n', at);
    if (next === -1) break;
    at = lowered.indexOf(needle, next + 1);
  }
  return hits;
}

const showAround = (line: string, at: number): string => {
  if (line.length <= shownCharacters) return line;
  const from = Math.max(0, Math.min(at - shownCharacters / 4, line.length - shownCharacters));
  return line.slice(from, from + shownCharacters).toWellFormed();
};
