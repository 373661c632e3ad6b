import { PackagingError } from './packaging-error.ts';
import { stripWhiteSpace } from './white-space.ts';

export interface HeaderFields {
  /** Values by lower-case field name, in the order of the file. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  /** What follows the first empty line. */
  readonly body: string;
}

/** Headers of real METADATA stay far below; a description in the header is the longest there is. */
const mostHeaderLines = 50_000;

/** The value may hold U+2028, which ends a line for a pattern's `.` and not for these files. */
const fieldPattern = /^([!-9;-~]+):[ \t]*([^]*)$/;

/**
 * Reads the header fields of a METADATA, PKG-INFO or WHEEL file (core metadata: the format of RFC 822 with folded
 * lines, in UTF-8). Throws `METADATA_INVALID` naming the line.
 */
export const parseHeaderFields = (text: string): HeaderFields => {
  const fields = new Map<string, string[]>();
  let values: string[] | undefined;
  let position = 0;
  for (let line = 1; position < text.length; line += 1) {
    if (line > mostHeaderLines) {
      throw new PackagingError('METADATA_INVALID', `There are more than ${mostHeaderLines} header lines.`);
    }
    const newline = text.indexOf('\n', position);
    const end = newline === -1 ? text.length : newline;
    const content = text.slice(position, text[end - 1] === '\r' && end > position ? end - 1 : end);
    position = end + 1;
    if (content === '') break;
    if ((content[0] === ' ' || content[0] === '\t') && values !== undefined) {
      values.push(`${values.pop() ?? ''}\n${content}`);
      continue;
    }
    const match = fieldPattern.exec(content);
    if (match?.[1] === undefined) {
      throw new PackagingError(
        'METADATA_INVALID',
        `Line ${line} is no header field: expected "Name: value" or an empty line before the description.`,
      );
    }
    const name = match[1].toLowerCase();
    values = fields.get(name) ?? [];
    values.push(stripWhiteSpace(match[2] ?? ''));
    fields.set(name, values);
  }
  return { fields, body: text.slice(position) };
};
