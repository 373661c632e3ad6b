import { readMarker, type Marker } from './marker.ts';
import { isValidName, normalizeName } from './names.ts';
import { PackagingError, quoteForError } from './packaging-error.ts';
import { parseSpecifierSet, type SpecifierSet } from './specifier.ts';
import { TextScanner } from './text-scanner.ts';

/** A dependency specifier (PEP 508). */
export interface Requirement {
  /** As written. */
  readonly name: string;
  readonly normalizedName: string;
  /** Normalized (PEP 685), in order, each once. */
  readonly extras: readonly string[];
  /** Empty for the URL form. */
  readonly specifiers: SpecifierSet;
  /** A direct reference: `name @ url`. */
  readonly url?: string;
  readonly marker?: Marker;
  /** The text it was read from, without the space around it. */
  readonly text: string;
}

const longestRequirement = 8000;

const namePattern = /[A-Za-z0-9._-]+/y;
const specifiersPattern = /[^;)]*/y;
const urlPattern = /[^ \t]+/y;

const anyVersion: SpecifierSet = { specifiers: [], text: '' };

const invalid = (scanner: TextScanner, why: string): PackagingError =>
  new PackagingError(
    'REQUIREMENT_INVALID',
    `${quoteForError(scanner.text)} is not a requirement (PEP 508) at character ${scanner.position + 1}: ${why}`,
  );

const readName = (scanner: TextScanner): string => {
  scanner.skipSpace();
  const name = scanner.take(namePattern);
  if (name === undefined || !isValidName(name)) {
    throw invalid(scanner, 'expected a project name of letters, digits, ".", "_" and "-".');
  }
  return name;
};

const readExtras = (scanner: TextScanner): string[] => {
  scanner.skipSpace();
  if (!scanner.skip('[')) return [];
  const extras = new Set<string>();
  for (;;) {
    scanner.skipSpace();
    if (extras.size === 0 && scanner.skip(']')) break;
    extras.add(normalizeName(readName(scanner)));
    scanner.skipSpace();
    if (scanner.skip(']')) break;
    if (!scanner.skip(',')) throw invalid(scanner, 'expected "," or "]" after an extra.');
  }
  return [...extras];
};

const readSpecifiers = (scanner: TextScanner): SpecifierSet => {
  const isInParentheses = scanner.skip('(');
  const start = scanner.position;
  const text = scanner.take(specifiersPattern) ?? '';
  if (isInParentheses && !scanner.skip(')')) throw invalid(scanner, 'expected ")".');
  if (text === '') return anyVersion;
  // A line break or the like would be taken off with the space around a version.
  if (/[^ -~\t]/.test(text)) throw invalid(scanner, 'a version is written in ASCII on one line.');
  if (text.includes(',') && /^[ \t]*,|,[ \t]*,/.test(text))
    throw invalid(scanner, 'there is nothing before a ",".');
  try {
    return parseSpecifierSet(text);
  } catch (cause) {
    if (!(cause instanceof PackagingError)) throw cause;
    scanner.position = start;
    throw new PackagingError('REQUIREMENT_INVALID', invalid(scanner, cause.message).message, { cause });
  }
};

const readUrl = (scanner: TextScanner): string => {
  scanner.skipSpace();
  // A URL may hold ";", so only one behind white space begins a marker.
  const url = scanner.take(urlPattern);
  if (url === undefined) throw invalid(scanner, 'expected a URL after "@".');
  return url;
};

const readMarkerPart = (scanner: TextScanner): Marker | undefined => {
  scanner.skipSpace();
  if (scanner.isAtEnd()) return undefined;
  if (!scanner.skip(';')) {
    throw invalid(scanner, 'expected a version, a marker after ";", or the end.');
  }
  const marker = readMarker(scanner);
  scanner.skipSpace();
  if (!scanner.isAtEnd()) throw invalid(scanner, 'there is text after the marker.');
  return marker;
};

/** Space and tab alone may stand around a requirement (PEP 508, `wsp`). */
const stripSpaces = (line: string): string => {
  let end = line.length;
  while (line[end - 1] === ' ' || line[end - 1] === '\t') end -= 1;
  return line.slice(0, end).replace(/^[ \t]+/, '');
};

/** Reads a requirement, for example `httpx[http2]>=0.27 ; python_version < "3.13"`. Throws `REQUIREMENT_INVALID`, `MARKER_INVALID`. */
export const parseRequirement = (line: string): Requirement => {
  const text = stripSpaces(line);
  const scanner = new TextScanner(text);
  if (text.length > longestRequirement) {
    throw invalid(scanner, `it is longer than ${longestRequirement} characters.`);
  }
  const name = readName(scanner);
  const extras = readExtras(scanner);
  scanner.skipSpace();
  const url = scanner.skip('@') ? readUrl(scanner) : undefined;
  const specifiers = url === undefined ? readSpecifiers(scanner) : anyVersion;
  const marker = readMarkerPart(scanner);
  const requirement = { name, normalizedName: normalizeName(name), extras, specifiers, text };
  // One kind of object for the many without a URL, and nothing copied for the many without a marker.
  if (url !== undefined)
    return marker === undefined ? { ...requirement, url } : { ...requirement, url, marker };
  return marker === undefined ? requirement : { ...requirement, marker };
};
