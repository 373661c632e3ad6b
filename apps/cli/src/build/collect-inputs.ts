import { InputInvalidError, listInputFolder, type LocalInput } from '@ironwheel/resolver';
import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { usageError } from '../cli-error.ts';

/** What the command line names: requirements in words, files to upload, and constraint lines. */
export interface CollectedInputs {
  readonly requirements: readonly string[];
  /** Each is uploaded under its `filename`. */
  readonly files: readonly LocalInput[];
  readonly constraints: readonly string[];
}

export interface InputArguments {
  readonly requirements: readonly string[];
  readonly requirementFiles: readonly string[];
  readonly wheelDirectories: readonly string[];
  readonly constraintFiles: readonly string[];
}

/** Files whose names say what they are. */
const hasOwnName = (name: string): boolean =>
  /^(?:uv\.lock|pyproject\.toml|pylock(?:\.[^.]+)?\.toml)$/.test(name) || name.endsWith('.py');

/** Gathers the inputs of `build` and `plan`. Throws a usage error that names the file which does not fit. */
export async function collectInputs(given: InputArguments): Promise<CollectedInputs> {
  const files: LocalInput[] = [];
  for (const path of given.requirementFiles) files.push(...(await collectLinked(path)));
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

const mostLinked = 100;
const linkPattern = /^\s*(?:-r|-c|--requirement|--constraint)(?:\s*=\s*|\s+|(?<=-[rc]))(.+?)\s*(?:\s#.*)?$/;

/** A file, and those that its `-r` and `-c` lines name: the controller reads them together. */
async function collectLinked(first: string): Promise<LocalInput[]> {
  const files = new Map<string, LocalInput>();
  const rest = [first];
  for (let path = rest.shift(); path !== undefined; path = rest.shift()) {
    const key = resolve(path);
    if (files.has(key)) continue;
    if (files.size === mostLinked) throw usageError(`${first} brings in more than ${mostLinked} files.`);
    const text = await readText(path);
    const name = basename(path);
    // The controller tells the kind by the name; what another file names must keep it.
    const isAsked = path === first && !hasOwnName(name);
    files.set(key, { path, filename: isAsked ? toRequirementsName(name) : name });
    if (hasOwnName(name)) continue;
    for (const line of text.split(/\r?\n/)) {
      const named = linkPattern.exec(line.slice(0, 4096))?.[1]?.replace(/^(["'])(.*)\1$/, '$2');
      if (named !== undefined && !/^[a-z][a-z0-9+.-]+:\/\//i.test(named))
        rest.push(resolve(dirname(path), named));
    }
  }
  return [...files.values()];
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
async function findDistributions(directory: string): Promise<LocalInput[]> {
  const found = await listInputFolder(directory).catch((error: unknown) => {
    throw error instanceof InputInvalidError ? usageError(error.message) : error;
  });
  if (found.length === 0) throw usageError(`${directory} holds no wheel and no sdist.`);
  return found;
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
