import { findSdistFileName, findWheelFileName } from '@ironwheel/packaging';
import type { IndexFile } from '@ironwheel/resolver';

/** What one project's page says; URLs of ours are relative to the page, those of upstream absolute. */
export interface ProjectPage {
  readonly name: string;
  readonly files: readonly IndexFile[];
}

/** The version of a file by its name; undefined for names that are none of a distribution. */
export function findFileVersion(filename: string): string | undefined {
  return (findWheelFileName(filename) ?? findSdistFileName(filename))?.version.text;
}
