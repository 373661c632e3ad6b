/** One logical line of a requirements file. */
export interface LogicalLine {
  /** Of its first physical line, from 1. */
  readonly line: number;
  /** Without comment, continuation and outer white space. */
  readonly text: string;
}

/** Takes a comment off: `#` at the beginning or behind white space, so that URL fragments stay. */
const stripComment = (text: string): string => text.replace(/(?:^|\s)#.*$/, '');

/**
 * Joins lines that end in `\` and drops comments and empty lines, as the requirements file format of pip says:
 * a comment line inside a continuation ends it.
 */
export const readLogicalLines = (text: string): LogicalLine[] => {
  const lines: LogicalLine[] = [];
  let pending: string[] = [];
  let first = 1;
  const flush = (): void => {
    const joined = stripComment(pending.join('')).trim();
    if (joined !== '') lines.push({ line: first, text: joined });
    pending = [];
  };
  for (const [index, physical] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    if (pending.length === 0) first = index + 1;
    const isComment = /^\s*#/.test(physical);
    if (!isComment && physical.endsWith('\\')) {
      pending.push(physical.slice(0, -1));
      continue;
    }
    pending.push(isComment ? ` ${physical.trimStart()}` : physical);
    flush();
  }
  flush();
  return lines;
};
