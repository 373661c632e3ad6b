import { chmod, chown, lchown, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BuildUser } from './build-user.ts';

const canEnter = async (directory: string): Promise<boolean> => {
  for (let path = directory; path !== dirname(path); path = dirname(path)) {
    if (((await stat(path)).mode & 0o001) === 0) return false;
  }
  return true;
};

const giveTree = async (directory: string, user: BuildUser): Promise<void> => {
  await lchown(directory, user.uid, user.gid);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await giveTree(path, user);
    else await lchown(path, user.uid, user.gid);
  }
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
  await giveTree(workDirectory, user);
  await chown(stepDirectory, 0, user.gid);
  await chmod(stepDirectory, 0o755);
  return user;
}
