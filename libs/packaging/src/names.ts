import { PackagingError, quoteForError } from './packaging-error.ts';

const namePattern = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/i;

/** Most names are normalized as they stand, and finding that out is cheaper than writing them anew. */
const normalizedPattern = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** Longest project name that is taken; indexes cut far earlier, hostile input does not. */
const longestName = 200;

/** Whether the text is a project or extra name (PEP 508: ASCII letters, digits, `.`, `_`, `-`). */
export const isValidName = (text: string): boolean => text.length <= longestName && namePattern.test(text);

/**
 * The form by which names are compared (PEP 503): lower case, each run of `-`, `_` and `.` one `-`.
 * Extras use the same form (PEP 685).
 */
export const normalizeName = (name: string): string =>
  normalizedPattern.test(name) ? name : name.replace(/[-_.]+/g, '-').toLowerCase();

/** Checks and normalizes. Throws `NAME_INVALID`. */
export const parseName = (text: string): string => {
  if (!isValidName(text)) {
    throw new PackagingError(
      'NAME_INVALID',
      `${quoteForError(text)} is not a project name (PEP 508): use letters, digits, ".", "_" and "-", beginning and ending with a letter or digit.`,
    );
  }
  return normalizeName(text);
};
