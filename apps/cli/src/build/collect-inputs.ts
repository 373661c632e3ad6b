import { findSdistFileName, findWheelFileName } from '@ironwheel/packaging';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { usageError } from '../cli-error.ts';

/** What the command line names: requirements in words, files to upload, and constraint lines. */
export interface CollectedInputs {
  readonly requirements: readonly string[];
  readonly files: readonly InputFile[];
  readonly constraints: readonly string[];
}

export interface InputFile {
  readonly path: string;
  /** Name under which it is uploaded. */
  readonly filename: string;
}

export interface InputArguments {
  readonly requirements: readonly string[];
  readonly requirementFiles: readonly string[];
  readonly wheelDirectories: readonly string[];
  readonly constraintFiles: readonly string[];
}

const lockFiles = new Set(['uv.lock', 'pylock.toml']);
const isLockFile = (name: string): boolean => lockFiles.has(name) || /^pylock\.[^.]+\.toml$/.test(name);

/** Gathers the inputs of `build` and `plan`. Throws a usage error that names the file which does not fit. */
export async function collectInputs(given: InputArguments): Promise<CollectedInputs> {
  const files: InputFile[] = [];
  for (const path of given.requirementFiles) {
    await readText(path);
    const name = basename(path);
    // The controller tells the kind by the name; a lock file keeps its own.
    files.push({ path, filename: isLockFile(name) ? name : toRequirementsName(name) });
  }
  for (const directory of given.wheelDirectories) files.push(...(await findDistributions(directory)));
  const constraints: string[] = [];
  for (const path of given.constraintFiles) constraints.push(...parseConstraints(await readText(path), path));
  if (given.requirements.length === 0 && files.length === 0) {
    throw usageError(
      'Nothing to build: no requirement, no -r FILE, no --wheels DIR.',
      'For example: ironwheel build "markupsafe==3.0.2"',
    );
  }
  return { requirements: given.requirements, files, constraints };
}

/** A requirements file may have any name; the uploaded one always tells that it is one. */
const toRequirementsName = (name: string): string =>
  /\.(?:txt|in)$/.test(name) && !/constraint/i.test(name) ? name : 'requirements.txt';

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw usageError(`${path} cannot be read (${String((error as NodeJS.ErrnoException).code)}).`);
  }
}

/** Wheels and sdists of a directory, in the order of their names. */
async function findDistributions(directory: string): Promise<InputFile[]> {
  const names = await readdir(directory).catch((error: unknown) => {
    throw usageError(`${directory} cannot be read (${String((error as NodeJS.ErrnoException).code)}).`);
  });
  const found = names
    .filter((name) => findWheelFileName(name) !== undefined || findSdistFileName(name) !== undefined)
    .toSorted();
  if (found.length === 0) throw usageError(`${directory} holds no wheel and no sdist.`);
  return found.map((filename) => ({ path: join(directory, filename), filename }));
}

/** Constraint lines without comments; options such as `-r` have no meaning there. */
export function parseConstraints(text: string, path: string): string[] {
  const lines = text
    .replaceAll(/\\\r?\n/g, '')
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
  const option = lines.find((line) => line.startsWith('-'));
  if (option !== undefined) {
    throw usageError(`${path}: "${option}" is no constraint; write lines such as name==1.2.`);
  }
  return lines;
}
