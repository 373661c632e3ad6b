import type { logSearchHitSchema } from '@ironwheel/contracts';
import type { z } from 'zod';
import type { FoundText } from './log.row.ts';

/** Characters of a line that a hit shows, around the place. */
const shownCharacters = 400;

/** The lines of a piece in which `text` stands, in any case, `limit` at most. Pure. */
export function findHits(
  found: FoundText,
  text: string,
  limit: number,
): z.output<typeof logSearchHitSchema>[] {
  const needle = text.toLowerCase();
  const hits: z.output<typeof logSearchHitSchema>[] = [];
  let lineNo = found.first_line;
  let start = 0;
  while (start <= found.text.length && hits.length < limit) {
    const lineBreak = found.text.indexOf('\n', start);
    const end = lineBreak === -1 ? found.text.length : lineBreak;
    const line = found.text.slice(start, end);
    const at = line.toLowerCase().indexOf(needle);
    if (at !== -1) {
      hits.push({
        name: found.name,
        version: found.version,
        attempt_id: found.attempt_id,
        line_no: lineNo,
        text: showAround(line, at),
        timestamp: found.at.toISOString(),
      });
    }
    lineNo += 1;
    start = end + 1;
  }
  return hits;
}

const showAround = (line: string, at: number): string => {
  if (line.length <= shownCharacters) return line;
  const from = Math.max(0, Math.min(at - shownCharacters / 4, line.length - shownCharacters));
  return line.slice(from, from + shownCharacters).toWellFormed();
};
