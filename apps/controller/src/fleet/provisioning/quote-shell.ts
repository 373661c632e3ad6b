/** A text as one word of a POSIX shell, whatever stands in it. NUL cannot be said in a shell. */
export function quoteShell(text: string): string {
  if (text.includes('\0')) throw new Error('a shell word cannot hold NUL');
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
