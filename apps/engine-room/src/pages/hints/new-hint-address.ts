/** What the page of a new hint is opened with. */
export interface NewHintStart {
  /** Its log is tried at once. */
  readonly attempt?: string | null | undefined;
  readonly package?: string | null | undefined;
  /** A line of a log that the hint is to match. */
  readonly line?: string | null | undefined;
}

const mostCharacters = 300;

/** The query of `/hints/new`. */
export function toNewHintSearch({ attempt, package: name, line }: NewHintStart): Record<string, string> {
  const pattern = line === undefined || line === null ? '' : toPattern(line);
  return Object.fromEntries(
    Object.entries({ attempt, package: name, pattern }).flatMap(([key, value]) =>
      value === undefined || value === null || value === '' ? [] : [[key, value]],
    ),
  );
}

/** Colours of a terminal begin with ESC. */
const colours = /\u001b\[[0-9;]*m/g;
/** `src/a.c:12:3: `: where it was seen says nothing of other packages. */
const place = /^\S*[\w)]:\d+(?::\d+)?:\s*/;

/** A pattern that matches the line, but for where it was seen; a place to begin with. */
export function toPattern(line: string): string {
  const text = line.replaceAll(colours, '').trim().replace(place, '');
  let pattern = '';
  for (const character of text) {
    const escaped = /[\\^$.*+?()[\]{}|]/.test(character) ? `\\${character}` : character;
    if (pattern.length + escaped.length > mostCharacters) break;
    pattern += escaped;
  }
  return pattern;
}
