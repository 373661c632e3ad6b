import { readFile } from 'node:fs/promises';
import { runCommand } from './run-command.ts';

export interface BuildUser {
  readonly uid: number;
  readonly gid: number;
}

export interface BuildUserChoice {
  readonly user: BuildUser | null;
  /** Why there is none; null when there is one, or none was wanted. */
  readonly why: string | null;
}

const findUser = async (name: string): Promise<BuildUser | null> => {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const found = lines.find((fields) => fields[0] === name || fields[2] === name);
  return found === undefined ? null : { uid: Number(found[2]), gid: Number(found[3]) };
};

/**
 * The user that builds run as when the worker is root. Every interpreter must work for that user: one below a home
 * directory that only root can enter does not.
 */
export async function chooseBuildUser(
  isRoot: boolean,
  wanted: string | null,
  interpreters: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<BuildUserChoice> {
  if (!isRoot || wanted === null) return { user: null, why: null };
  const name = wanted === 'auto' ? 'nobody' : wanted;
  const user = await findUser(name);
  if (user === null) return { user: null, why: `there is no user ${name}` };
  for (const interpreter of interpreters) {
    // Where its library lies is asked too: one that cannot enter its own home falls back to another Python's.
    const question = [interpreter, ['-c', 'import sys, venv, ssl; print(sys.base_prefix)']] as const;
    const [wantedPlace, foundPlace] = await Promise.all([
      runCommand(...question, env),
      runCommand(...question, { ...env, HOME: '/nonexistent' }, user),
    ]);
    if (!foundPlace.ok || foundPlace.stdout !== wantedPlace.stdout) {
      return { user: null, why: `user ${name} cannot run ${interpreter}` };
    }
  }
  return { user, why: null };
}
