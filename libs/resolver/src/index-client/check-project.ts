import { findSdistFileName, findWheelFileName } from '@ironwheel/packaging';
import { NotAnIndexError } from './parse-html-listing.ts';
import { type IndexFile } from './project-listing.ts';

/** Undefined for what is no distribution. The name of an older sdist may hold what looks like a version. */
const isOf = ({ filename }: IndexFile, normalizedName: string): boolean | undefined => {
  const found = findWheelFileName(filename) ?? findSdistFileName(filename);
  if (found === undefined) return undefined;
  if (found.normalizedName === normalizedName) return true;
  return filename
    .toLowerCase()
    .replaceAll(/[-_.]+/g, '-')
    .startsWith(`${normalizedName}-`);
};

/**
 * Whether a page that does not say whose it is can be that of a project. One file of the project is enough: indexes
 * list odd ones beside. Throws `NotAnIndexError`.
 */
export const checkProject = (files: readonly IndexFile[], normalizedName: string): void => {
  let hasOther = false;
  for (const file of files) {
    const own = isOf(file, normalizedName);
    if (own === true) return;
    if (own === false) hasOther = true;
  }
  if (hasOther) throw new NotAnIndexError('it answers with the page of another project.');
};
