import { isValidName, normalizeName } from './names.ts';
import { PackagingError, quoteForError } from './packaging-error.ts';
import { parseTagSet, type Tag } from './tag.ts';
import { findVersion, toVersionNumber, type Version, type VersionNumber } from './version.ts';

/** A wheel's build tag: sorts by its number, then by the rest. Not a build of ours. */
export interface BuildTag {
  /** A bigint beyond 15 digits; date stamps occur here too. */
  readonly number: VersionNumber;
  readonly suffix: string;
}

/** What a wheel's file name says (PEP 427, binary distribution format). */
export interface WheelFileName {
  readonly filename: string;
  readonly normalizedName: string;
  readonly version: Version;
  readonly buildTag: BuildTag | null;
  readonly tags: readonly Tag[];
  /** The compressed tag set as written, lower case. */
  readonly tagText: string;
}

const longestFileName = 255;

const invalid = (filename: string, why: string): PackagingError =>
  new PackagingError(
    'WHEEL_NAME_INVALID',
    `${quoteForError(filename)} is not a wheel file name (PEP 427): ${why}`,
  );

const parseBuildTag = (filename: string, text: string): BuildTag => {
  const match = /^([0-9]+)((?:[A-Za-z_.][A-Za-z0-9_.]*)?)$/.exec(text);
  if (match?.[1] === undefined) throw invalid(filename, 'a build tag begins with a digit.');
  return { number: toVersionNumber(match[1]), suffix: match[2] ?? '' };
};

const parseTags = (filename: string, text: string): Tag[] => {
  try {
    return parseTagSet(text);
  } catch (cause) {
    if (!(cause instanceof PackagingError)) throw cause;
    throw new PackagingError('WHEEL_NAME_INVALID', invalid(filename, cause.message).message, { cause });
  }
};

/** Reads a wheel's file name. Throws `WHEEL_NAME_INVALID`. */
export const parseWheelFileName = (filename: string): WheelFileName => {
  if (filename.length > longestFileName) {
    throw invalid(filename, `it is longer than ${longestFileName} characters.`);
  }
  if (!filename.endsWith('.whl')) throw invalid(filename, 'it does not end in ".whl".');
  const parts = filename.slice(0, -4).split('-');
  if (parts.length !== 5 && parts.length !== 6) {
    throw invalid(filename, 'expected name-version(-build)-interpreter-abi-platform.whl.');
  }
  const [name = '', versionText = ''] = parts;
  if (!isValidName(name) || name.includes('__')) {
    throw invalid(filename, `${quoteForError(name)} is not an escaped project name.`);
  }
  const version = findVersion(versionText);
  if (version === undefined) throw invalid(filename, `${quoteForError(versionText)} is not a version.`);
  const tagText = parts.slice(-3).join('-').toLowerCase();
  return {
    filename,
    normalizedName: normalizeName(name),
    version,
    buildTag: parts.length === 6 ? parseBuildTag(filename, parts[2] ?? '') : null,
    tags: parseTags(filename, tagText),
    tagText,
  };
};

/** As `parseWheelFileName`, undefined for a name that is none. */
export const findWheelFileName = (filename: string): WheelFileName | undefined => {
  try {
    return parseWheelFileName(filename);
  } catch (error) {
    if (error instanceof PackagingError) return undefined;
    throw error;
  }
};

/** No build tag sorts first; then by number, then by the rest as text: below, at or above zero. */
export const compareBuildTags = (left: BuildTag | null, right: BuildTag | null): number => {
  if (left === null || right === null) return (left === null ? 0 : 1) - (right === null ? 0 : 1);
  if (left.number !== right.number) return left.number < right.number ? -1 : 1;
  return left.suffix === right.suffix ? 0 : left.suffix < right.suffix ? -1 : 1;
};
