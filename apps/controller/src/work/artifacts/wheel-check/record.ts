import { quote, UnsoundArchiveError } from './unsound-archive.ts';
import { recordAlgorithms, type RecordAlgorithm } from './unpack-entry.ts';

export interface RecordLine {
  readonly algorithm: RecordAlgorithm;
  /** URL-safe base64 without padding. */
  readonly digest: string;
}

/**
 * Reads a RECORD (binary distribution format; CSV of path, `algorithm=digest`, size). Lines without a digest are left
 * out: only RECORD itself and its signatures may have none. Throws `UnsoundArchiveError`.
 */
export function parseRecord(text: string): Map<string, RecordLine> {
  const lines = new Map<string, RecordLine>();
  for (const fields of parseCsv(text)) {
    const [path = '', stated = ''] = fields;
    if (fields.length !== 3)
      throw new UnsoundArchiveError(
        `RECORD has a line that is not path, digest, size: ${quote(fields.join(','))}`,
      );
    if (lines.has(path)) throw new UnsoundArchiveError(`RECORD names ${quote(path)} twice`);
    if (stated === '') continue;
    const at = stated.indexOf('=');
    const algorithm = recordAlgorithms.find((known) => known === stated.slice(0, at));
    if (algorithm === undefined) {
      throw new UnsoundArchiveError(`RECORD states no SHA-256 or better of ${quote(path)}`);
    }
    lines.set(path, { algorithm, digest: stated.slice(at + 1).replace(/=+$/, '') });
  }
  return lines;
}

function* parseCsv(text: string): Generator<string[]> {
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  let row: string[] = [];
  while (field.lastIndex < text.length) {
    const match = field.exec(text);
    if (match === null) throw new UnsoundArchiveError('RECORD is not CSV');
    row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === ',') {
      if (field.lastIndex === text.length) row.push('');
      else continue;
    }
    if (row.length > 1 || row[0] !== '') yield row;
    row = [];
  }
}
