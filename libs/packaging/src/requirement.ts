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
  /** The trimmed text it was read from. */
  readonly text: string;
}

const longestRequirement = 8000;

const invalid = (scanner: TextScanner, why: string): PackagingError =>
  new PackagingError(
    'REQUIREMENT_INVALID',
    `${quoteForError(scanner.text)} is not a requirement (PEP 508) at character ${scanner.position + 1}: ${why}`,
  );

const readName = (scanner: TextScanner): string => {
  scanner.skipSpace();
  const name = scanner.take(/[A-Za-z0-9._-]+/y);
  if (name === undefined || !isValidName(name)) {
    throw invalid(scanner, 'expected a project name of letters, digits, ".", "_" and "-".');
  }
  return name;
};

const readExtras = (scanner: TextScanner): string[] => {
  scanner.skipSpace();
  if (scanner.take(/\[/y) === undefined) return [];
  const extras = new Set<string>();
  for (;;) {
    scanner.skipSpace();
    if (extras.size === 0 && scanner.take(/\]/y) !== undefined) break;
    extras.add(normalizeName(readName(scanner)));
    scanner.skipSpace();
    if (scanner.take(/\]/y) !== undefined) break;
    if (scanner.take(/,/y) === undefined) throw invalid(scanner, 'expected "," or "]" after an extra.');
  }
  return [...extras];
};

const readSpecifiers = (scanner: TextScanner): SpecifierSet => {
  const isInParentheses = scanner.take(/\(/y) !== undefined;
  const start = scanner.position;
  const text = scanner.take(/[^;)]*/y) ?? '';
  if (isInParentheses && scanner.take(/\)/y) === undefined) throw invalid(scanner, 'expected ")".');
  if (/^[ \t]*,|,[ \t]*,/.test(text)) throw invalid(scanner, 'there is nothing before a ",".');
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
  const url = scanner.take(/[^ \t]+/y);
  if (url === undefined) throw invalid(scanner, 'expected a URL after "@".');
  return url;
};

const readMarkerPart = (scanner: TextScanner): Marker | undefined => {
  scanner.skipSpace();
  if (scanner.isAtEnd()) return undefined;
  if (scanner.take(/;/y) === undefined) {
    throw invalid(scanner, 'expected a version, a marker after ";", or the end.');
  }
  const marker = readMarker(scanner);
  scanner.skipSpace();
  if (!scanner.isAtEnd()) throw invalid(scanner, 'there is text after the marker.');
  return marker;
};

/** Reads a requirement, for example `httpx[http2]>=0.27 ; python_version < "3.13"`. Throws `REQUIREMENT_INVALID`, `MARKER_INVALID`. */
export const parseRequirement = (line: string): Requirement => {
  const text = line.trim();
  const scanner = new TextScanner(text);
  if (text.length > longestRequirement) {
    throw invalid(scanner, `it is longer than ${longestRequirement} characters.`);
  }
  const name = readName(scanner);
  const extras = readExtras(scanner);
  scanner.skipSpace();
  const url = scanner.take(/@/y) === undefined ? undefined : readUrl(scanner);
  const specifiers = url === undefined ? readSpecifiers(scanner) : { specifiers: [], text: '' };
  const marker = readMarkerPart(scanner);
  return {
    name,
    normalizedName: normalizeName(name),
    extras,
    specifiers,
    ...(url === undefined ? {} : { url }),
    ...(marker === undefined ? {} : { marker }),
    text,
  };
};
