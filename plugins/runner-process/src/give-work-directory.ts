import { giveTree } from '@ironwheel/plugin-kit';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { BuildUser } from './build-user.ts';

const canEnter = async (directory: string): Promise<boolean> => {
  for (let path = directory; path !== dirname(path); path = dirname(path)) {
    if (((await stat(path)).mode & 0o001) === 0) return false;
  }
  return true;
};

/**
 * Gives the work directory to the build's user, once: later, code of the package has had it. Answers that user, or
 * null when it cannot enter a directory above: then the step runs as the worker's own user.
 */
export async function giveWorkDirectory(
  workDirectory: string,
  user: BuildUser | null,
): Promise<BuildUser | null> {
  if (user === null || !(await canEnter(dirname(workDirectory)))) return null;
  if ((await stat(workDirectory)).uid !== user.uid) await giveTree(workDirectory, user);
  return user;
}
