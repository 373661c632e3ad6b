import { isValidName, normalizeName } from './names.ts';
import { PackagingError, quoteForError } from './packaging-error.ts';
import { findVersion, type Version } from './version.ts';

/** What an sdist's file name says (PEP 625, and the legacy names before it). */
export interface SdistFileName {
  readonly filename: string;
  readonly normalizedName: string;
  readonly version: Version;
  readonly format: SdistFormat;
}

/** In order of preference: `.tar.gz` is the standard's only one, `.zip` still occurs. */
export const sdistFormats = ['.tar.gz', '.zip'] as const;
export type SdistFormat = (typeof sdistFormats)[number];

const longestFileName = 255;

const invalid = (filename: string, why: string): PackagingError =>
  new PackagingError(
    'SDIST_NAME_INVALID',
    `${quoteForError(filename)} is not an sdist file name (PEP 625): ${why}`,
  );

/**
 * Legacy names escape neither part, so `a-1-2.tar.gz` has several readings. With the project known, the one that fits
 * is taken; else the name ends at the last `-` behind which a version stands.
 */
const splitStem = (
  stem: string,
  project: string | undefined,
): { name: string; version: Version } | undefined => {
  for (let dash = stem.lastIndexOf('-'); dash > 0; dash = stem.lastIndexOf('-', dash - 1)) {
    const name = stem.slice(0, dash);
    if (!isValidName(name)) continue;
    if (project !== undefined && normalizeName(name) !== project) continue;
    const version = findVersion(stem.slice(dash + 1));
    if (version !== undefined) return { name, version };
  }
  return undefined;
};

/**
 * Reads an sdist's file name. `projectName` (any spelling), where known, decides between the readings of a legacy
 * name. Throws `SDIST_NAME_INVALID`.
 */
export const parseSdistFileName = (filename: string, projectName?: string): SdistFileName => {
  if (filename.length > longestFileName) {
    throw invalid(filename, `it is longer than ${longestFileName} characters.`);
  }
  const format = sdistFormats.find((ending) => filename.endsWith(ending));
  if (format === undefined) throw invalid(filename, 'it ends neither in ".tar.gz" nor in ".zip".');
  const project = projectName === undefined ? undefined : normalizeName(projectName);
  const split = splitStem(filename.slice(0, -format.length), project);
  if (split === undefined) {
    throw invalid(
      filename,
      project === undefined ? 'expected name-version.' : `expected ${project}-version.`,
    );
  }
  return { filename, normalizedName: normalizeName(split.name), version: split.version, format };
};

/** As `parseSdistFileName`, undefined for a name that is none. */
export const findSdistFileName = (filename: string, projectName?: string): SdistFileName | undefined => {
  try {
    return parseSdistFileName(filename, projectName);
  } catch (error) {
    if (error instanceof PackagingError) return undefined;
    throw error;
  }
};
