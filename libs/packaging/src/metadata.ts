import { parseHeaderFields, type HeaderFields } from './header-fields.ts';
import { isValidName, normalizeName } from './names.ts';
import { PackagingError, quoteForError } from './packaging-error.ts';
import { parseRequirement, type Requirement } from './requirement.ts';
import { parseSpecifierSet, type SpecifierSet } from './specifier.ts';
import { findVersion, type Version } from './version.ts';
import { stripWhiteSpace } from './white-space.ts';

/** The fields of core metadata (versions 1.0 to 2.5) that planning needs. */
export interface CoreMetadata {
  readonly metadataVersion: string;
  /** As written. */
  readonly name: string;
  readonly normalizedName: string;
  readonly version: Version;
  readonly requiresDist: readonly Requirement[];
  readonly requiresPython: SpecifierSet | null;
  /** Normalized, each once. */
  readonly providesExtra: readonly string[];
  /** Lower-case names of fields that a build may fill differently (PEP 643). */
  readonly dynamic: readonly string[];
}

const knownMinors: Readonly<Record<string, readonly string[]>> = {
  '1': ['0', '1', '2'],
  // 2.0 was never accepted, but wheels on public indexes carry it.
  '2': ['0', '1', '2', '3', '4', '5'],
};

/** Far above any real METADATA; more is refused unread. In characters or bytes. */
const largestMetadata = 10 * 1024 * 1024;

const toText = (content: string | Uint8Array): string => {
  if (content.length > largestMetadata) {
    throw new PackagingError('METADATA_INVALID', `The metadata is larger than ${largestMetadata} bytes.`);
  }
  if (typeof content === 'string') return content.replace(/^\uFEFF/, '');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch (cause) {
    throw new PackagingError('METADATA_INVALID', 'The metadata is not UTF-8.', { cause });
  }
};

/** A hostile file has a problem in every line; an error shows the first ones. */
const mostProblems = 20;

const describeProblems = (problems: readonly string[]): string => {
  const hidden = problems.length - mostProblems;
  const shown = problems.slice(0, mostProblems).join(' ');
  return hidden > 0 ? `${shown} And ${hidden} more.` : shown;
};

/** Gathers every problem of one file, so that they are reported at once. */
class MetadataReader {
  readonly problems: string[] = [];
  readonly #fields: HeaderFields['fields'];

  constructor({ fields }: HeaderFields) {
    this.#fields = fields;
  }

  all(field: string): readonly string[] {
    return this.#fields.get(field.toLowerCase()) ?? [];
  }

  /** The value of a field that may stand once. */
  one(field: string): string | undefined {
    const values = this.all(field);
    if (values.length > 1) this.problems.push(`${field} stands ${values.length} times.`);
    return values[0] === undefined ? undefined : stripWhiteSpace(values[0]);
  }

  required(field: string): string {
    const value = this.one(field);
    if (value === undefined || value === '') this.problems.push(`${field} is missing.`);
    return value ?? '';
  }

  /** What `parse` makes of a value; its error becomes a problem of the field. */
  read<T>(field: string, value: string, parse: (text: string) => T): T | undefined {
    try {
      return parse(value);
    } catch (error) {
      if (!(error instanceof PackagingError)) throw error;
      this.problems.push(`${field}: ${error.message}`);
      return undefined;
    }
  }
}

const checkMetadataVersion = (reader: MetadataReader, text: string): void => {
  const [major = '', minor = '', ...rest] = text.split('.');
  const minors = knownMinors[major];
  // A newer minor version only adds fields (core metadata, Metadata-Version).
  const isNewerMinor = major === '2' && /^[0-9]{1,3}$/.test(minor);
  const isKnown = rest.length === 0 && (minors?.includes(minor) === true || isNewerMinor);
  if (text !== '' && !isKnown) {
    reader.problems.push(`Metadata-Version ${quoteForError(text)} is not one of 1.0 to 2.5.`);
  }
};

/** Only the line breaks go; the white space behind them stands for them (RFC 5322, 2.2.3). */
const unfold = (text: string): string => text.replaceAll('\n', '');

/** A lone CR ends a line as well: the practical standard is what email.parser takes (core metadata). */
const endLines = (text: string): string => (text.includes('\r') ? text.replaceAll(/\r(?!\n)/g, '\n') : text);

export interface MetadataRules {
  /** As pip does: a Requires-Python that nobody can read (`>=3.5.*` of old) excludes nobody. */
  readonly ignoresUnreadablePython?: boolean;
}

/** Reads METADATA or PKG-INFO. Throws one `METADATA_INVALID` that names every problem. */
export const parseMetadata = (content: string | Uint8Array, rules: MetadataRules = {}): CoreMetadata => {
  const reader = new MetadataReader(parseHeaderFields(endLines(toText(content))));
  const metadataVersion = reader.required('Metadata-Version');
  checkMetadataVersion(reader, metadataVersion);
  const name = reader.required('Name');
  if (name !== '' && !isValidName(name)) {
    reader.problems.push(`Name ${quoteForError(name)} is not a project name (PEP 508).`);
  }
  const versionText = reader.required('Version');
  const version = findVersion(versionText);
  if (version === undefined && versionText !== '') {
    reader.problems.push(`Version ${quoteForError(versionText)} is not a version (PEP 440).`);
  }
  const requiresDist = reader
    .all('Requires-Dist')
    .map((value) => reader.read('Requires-Dist', unfold(value), parseRequirement));
  const pythonText = reader.one('Requires-Python');
  const problemCount = reader.problems.length;
  const requiresPython = pythonText
    ? (reader.read('Requires-Python', pythonText, parseSpecifierSet) ?? null)
    : null;
  if (rules.ignoresUnreadablePython === true) reader.problems.length = problemCount;
  if (version === undefined || reader.problems.length > 0) {
    throw new PackagingError('METADATA_INVALID', describeProblems(reader.problems));
  }
  return {
    metadataVersion,
    name,
    normalizedName: normalizeName(name),
    version,
    requiresDist: requiresDist.filter((requirement) => requirement !== undefined),
    requiresPython,
    // A name that is none cannot be asked for; readers SHOULD ignore it (PEP 685).
    providesExtra: [
      ...new Set(reader.all('Provides-Extra').map(stripWhiteSpace).filter(isValidName).map(normalizeName)),
    ],
    dynamic: reader.all('Dynamic').map((field) => stripWhiteSpace(unfold(field)).toLowerCase()),
  };
};

/**
 * Whether an sdist's PKG-INFO states this field for good, so that every wheel built from it has the same value
 * (PEP 643: from version 2.2 on, unless the field is `Dynamic`).
 */
export const isStaticField = (metadata: CoreMetadata, field: string): boolean => {
  const version = findVersion(metadata.metadataVersion);
  const [major = 0, minor = 0] = version?.release ?? [];
  const statesDynamic = major > 2 || (major === 2 && minor >= 2);
  return statesDynamic && !metadata.dynamic.includes(field.toLowerCase());
};
