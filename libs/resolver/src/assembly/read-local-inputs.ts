import { open } from 'node:fs/promises';
import { type TargetEnvironment } from '@ironwheel/packaging';
import { classifyInputFile } from '../inputs/classify-input-file.ts';
import { InputInvalidError } from '../inputs/input-error.ts';
import { isDistributionName, type LocalInput } from '../inputs/list-input-folder.ts';
import { type LockedPackage } from '../inputs/locked-package.ts';
import { readText } from '../inputs/read-text.ts';
import { type RequestedRequirement, type RequirementsInput } from '../inputs/read-requirements.ts';
import { readDistributions, type LocalDistributions } from './read-distributions.ts';

export interface LocalInputs extends LocalDistributions {
  readonly requirements: readonly RequestedRequirement[];
  readonly constraints: readonly RequestedRequirement[];
  readonly locked: readonly LockedPackage[];
  readonly noBinary: readonly string[];
  readonly allowsPrereleases: boolean;
  readonly notes: readonly string[];
}

export interface LocalChoice {
  readonly target: TargetEnvironment;
  readonly extras?: readonly string[] | undefined;
  readonly dependencyGroups?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

const maxTextBytes = 16 * 1024 * 1024;

const readFileText = async ({ path, filename }: LocalInput): Promise<string> => {
  const file = await open(path, 'r');
  try {
    if ((await file.stat()).size > maxTextBytes) {
      throw new InputInvalidError([`${filename}: it is larger than ${maxTextBytes} bytes.`]);
    }
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
};

/** Reads what a plan is made from on this machine. Throws one `InputInvalidError` with every problem of every file. */
export const readLocalInputs = async (
  files: readonly LocalInput[],
  { target, extras, dependencyGroups, signal }: LocalChoice,
): Promise<LocalInputs> => {
  const requirements: RequestedRequirement[] = [];
  const constraints: RequestedRequirement[] = [];
  const locked: LockedPackage[] = [];
  const noBinary: string[] = [];
  const notes: string[] = [];
  const problems: string[] = [];
  let allowsPrereleases = false;
  const choice = {
    ...(extras === undefined ? {} : { extras }),
    ...(dependencyGroups === undefined ? {} : { dependencyGroups }),
  };
  const take = (found: RequirementsInput, into: RequestedRequirement[]): void => {
    for (const requirement of found.requirements) into.push(requirement);
    noBinary.push(...found.noBinary);
    notes.push(...found.notes);
    allowsPrereleases ||= found.allowsPrereleases;
  };
  const read = async (file: LocalInput): Promise<void> => {
    const { filename } = file;
    const kind = classifyInputFile(filename);
    const text = await readFileText(file);
    if (kind === 'pylock' || kind === 'uv_lock') {
      const lock = await readText('readLock', [kind, text, filename, { target, ...choice }], { signal });
      for (const locking of lock.packages) locked.push(locking);
      notes.push(...lock.notes);
      return;
    }
    take(
      await readText('readInputRequirements', [kind, text, filename, choice], { signal }),
      kind === 'constraints' ? constraints : requirements,
    );
  };
  const attempt = async <T>(task: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await task();
    } catch (error) {
      if (!(error instanceof InputInvalidError)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };
  for (const file of files) if (!isDistributionName(file.filename)) await attempt(() => read(file));
  const archives = files.filter(({ filename }) => isDistributionName(filename));
  const distributions = await attempt(() => readDistributions(archives, signal));
  if (distributions === undefined || problems.length > 0) throw new InputInvalidError(problems);
  return { ...distributions, requirements, constraints, locked, noBinary, allowsPrereleases, notes };
};
