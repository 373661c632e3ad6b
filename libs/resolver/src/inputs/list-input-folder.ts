import { findSdistFileName } from '@ironwheel/packaging';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InputInvalidError } from './input-error.ts';

/** A file of this machine that a plan is made from; its name says what it is. */
export interface LocalInput {
  readonly path: string;
  readonly filename: string;
}

export interface FolderOptions {
  /** Which files are inputs besides wheels and sdists, by their names. */
  readonly isAlsoInput?: (filename: string) => boolean;
  readonly maxFiles?: number;
}

const defaultMaxFiles = 200_000;

const hasWheelEnding = (filename: string): boolean => /\.whl$/i.test(filename);

/**
 * Wheels and sdists by their names. What ends as a wheel is meant to be one, so a name that is none is a problem to be
 * told; any archive may end as sdists do.
 */
export const isDistributionName = (filename: string): boolean =>
  hasWheelEnding(filename) || findSdistFileName(filename) !== undefined;

/**
 * The inputs of a folder in the order of their names: that of a directory is the disk's, and plans must not depend on
 * it. Folders in it are not entered. Throws `InputInvalidError`.
 */
export const listInputFolder = async (
  directory: string,
  { isAlsoInput = () => false, maxFiles = defaultMaxFiles }: FolderOptions = {},
): Promise<LocalInput[]> => {
  let names: string[];
  try {
    names = await readdir(directory);
  } catch (cause) {
    const { code } = cause as { code?: unknown };
    throw new InputInvalidError([`The folder ${directory} cannot be read (${String(code)}).`], { cause });
  }
  const inputs = names.filter((name) => isDistributionName(name) || isAlsoInput(name)).sort();
  if (inputs.length > maxFiles) {
    throw new InputInvalidError([
      `The folder ${directory} has ${inputs.length} inputs; at most ${maxFiles} are read.`,
    ]);
  }
  return inputs.map((filename) => ({ path: join(directory, filename), filename }));
};

/** Which of them a scan of wheels reads. */
export const selectWheels = (files: readonly LocalInput[]): LocalInput[] =>
  files.filter(({ filename }) => hasWheelEnding(filename));
