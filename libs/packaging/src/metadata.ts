import { parseHeaderFields, type HeaderFields } from './header-fields.ts';
import { isValidName, normalizeName } from './names.ts';
import { PackagingError, quoteForError } from './packaging-error.ts';
import { parseRequirement, type Requirement } from './requirement.ts';
import { parseSpecifierSet, type SpecifierSet } from './specifier.ts';
import { findVersion, type Version } from './version.ts';

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
    return values[0]?.trim();
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
  const [major = '', minor = ''] = text.split('.');
  const minors = knownMinors[major];
  // A newer minor version only adds fields (core metadata, Metadata-Version).
  const isNewerMinor = major === '2' && /^[0-9]{1,3}$/.test(minor);
  if (text !== '' && minors?.includes(minor) !== true && !isNewerMinor) {
    reader.problems.push(`Metadata-Version ${quoteForError(text)} is not one of 1.0 to 2.5.`);
  }
};

const unfold = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .join(' ');

/** Reads METADATA or PKG-INFO. Throws one `METADATA_INVALID` that names every problem. */
export const parseMetadata = (content: string | Uint8Array): CoreMetadata => {
  const reader = new MetadataReader(parseHeaderFields(toText(content)));
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
  const requiresPython = pythonText
    ? (reader.read('Requires-Python', pythonText, parseSpecifierSet) ?? null)
    : null;
  if (version === undefined || reader.problems.length > 0) {
    throw new PackagingError('METADATA_INVALID', reader.problems.join(' '));
  }
  return {
    metadataVersion,
    name,
    normalizedName: normalizeName(name),
    version,
    requiresDist: requiresDist.filter((requirement) => requirement !== undefined),
    requiresPython,
    providesExtra: [...new Set(reader.all('Provides-Extra').map((extra) => normalizeName(extra.trim())))],
    dynamic: reader.all('Dynamic').map((field) => field.trim().toLowerCase()),
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
