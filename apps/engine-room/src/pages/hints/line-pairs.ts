/** The lines of a field that say something. */
export const readLines = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '');

/** Names of packages, however they are set apart. */
export const readWords = (text: string): string[] => text.split(/[\s,]+/).filter((word) => word !== '');

export const writePairs = (values: Readonly<Record<string, string>> | undefined): string =>
  Object.entries(values ?? {})
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');

interface Pairs {
  readonly pairs: Readonly<Record<string, string>>;
  /** What keeps a line from being read; null: nothing. */
  readonly fault: string | null;
}

/** One `NAME=value` a line. */
export function readPairs(text: string): Pairs {
  const pairs: Record<string, string> = {};
  let fault: string | null = null;
  for (const line of readLines(text)) {
    const at = line.indexOf('=');
    const name = (at < 0 ? line : line.slice(0, at)).trim();
    if (at < 0) fault ??= `${name}: expected NAME=value`;
    else if (Object.hasOwn(pairs, name)) fault ??= `${name} stands there twice.`;
    pairs[name] = line.slice(at + 1);
  }
  return { pairs, fault };
}
