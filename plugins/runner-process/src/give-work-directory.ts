import { giveTree } from '@ironwheel/plugin-kit';
import { chmod, chown, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { BuildUser } from './build-user.ts';

const canEnter = async (directory: string): Promise<boolean> => {
  for (let path = directory; path !== dirname(path); path = dirname(path)) {
    if (((await stat(path)).mode & 0o001) === 0) return false;
  }
  return true;
};

/**
 * Makes the work directory and the step's own directory usable by the build's user; answers that user, or null when
 * a directory above cannot be entered by it: then the step runs as the worker's own user.
 */
export async function giveWorkDirectory(
  workDirectory: string,
  stepDirectory: string,
  user: BuildUser | null,
): Promise<BuildUser | null> {
  if (user === null) return null;
  if (!(await canEnter(dirname(workDirectory))) || !(await canEnter(dirname(stepDirectory)))) return null;
  // Given once: later, code of the package has had the directory.
  if ((await stat(workDirectory)).uid !== user.uid) await giveTree(workDirectory, user);
  await chown(stepDirectory, 0, user.gid);
  await chmod(stepDirectory, 0o755);
  return user;
}
