import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usageError } from '../../cli-error.ts';
import { cleanLine } from '../../output/clean-text.ts';
import { toDirectoryError } from './directory-error.ts';
import type { SavedWheel } from './fetch-wheel.ts';

export interface ListFacts {
  /** What the wheels are for: `cp312 manylinux_2_28_s390x`. */
  readonly target: string;
  /** What is not in it, for `--partial`; empty: it is closed. */
  readonly problems: readonly string[];
}

const requirementsName = 'requirements.txt';
const digestsName = 'SHA256SUMS';

/** The first words of a list of ours; another program's file of that name is never replaced. */
const signature = '# Wheelhouse of ironwheel';

/** Throws a usage error for a `requirements.txt` that somebody else wrote. */
export async function checkOwnLists(directory: string): Promise<void> {
  const text = await readText(join(directory, requirementsName));
  if (text === null || text.startsWith(signature)) return;
  throw usageError(
    `${join(directory, requirementsName)} is there already and was not written by ironwheel.`,
    'Name another directory, or move that file away.',
  );
}

/** Whole or not at all, each of them. The lists hold no time and no run: the same wheels give the same bytes. */
export async function writeLists(
  directory: string,
  saved: readonly SavedWheel[],
  facts: ListFacts,
): Promise<void> {
  const wheels = [...saved].sort((left, right) => (left.filename < right.filename ? -1 : 1));
  const requirements = formatRequirements(wheels, facts);
  const digests = [
    ...wheels.map(({ sha256, filename }) => `${sha256}  ${filename}`),
    `${createHash('sha256').update(requirements).digest('hex')}  ${requirementsName}`,
  ];
  await replaceFile(directory, requirementsName, requirements);
  await replaceFile(directory, digestsName, `${digests.join('\n')}\n`);
}

function formatRequirements(wheels: readonly SavedWheel[], { target, problems }: ListFacts): string {
  const options = '--no-index --find-links DIR --require-hashes -r DIR/requirements.txt';
  const lines = [
    `${signature} for ${cleanLine(target)}. On the target, DIR being this directory:`,
    `#   pip install ${options}`,
    `#   uv pip install --offline ${options}`,
    ...(problems.length === 0 ? [] : ['# INCOMPLETE, by --partial. What is not here:']),
    ...problems.map((problem) => `#   ${cleanLine(problem)}`),
    ...wheels.map(({ name, version, sha256 }) => `${name}==${version} --hash=sha256:${sha256}`),
  ];
  return `${lines.join('\n')}\n`;
}

async function replaceFile(directory: string, name: string, text: string): Promise<void> {
  const path = join(directory, name);
  const part = `${path}.${process.pid}.part`;
  try {
    if ((await readText(path)) === text) return;
    await writeFile(part, text, { flush: true });
    await rename(part, path);
  } catch (error) {
    throw toDirectoryError(error, directory, name);
  } finally {
    await rm(part, { force: true });
  }
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
