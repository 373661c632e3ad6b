import { findSdistFileName, findWheelFileName } from '@ironwheel/packaging';

/** The project that a wheel or an sdist is of, normalized; undefined for any other file. */
export const findProjectName = (filename: string): string | undefined =>
  (findWheelFileName(filename) ?? findSdistFileName(filename))?.normalizedName;
