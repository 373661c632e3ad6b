import { runCommand } from './run-command.ts';

/** What `unshare` can do here. Each form is a command to put in front; empty: nothing of it works. */
export interface Isolation {
  /** In front of a step that must have no network. */
  readonly offline: readonly string[];
  /** In front of a step that may have it: only the processes are kept together. */
  readonly online: readonly string[];
  readonly networkOff: boolean;
  /** Why the network cannot be switched off, in the words of `unshare`. */
  readonly why: string;
}

const processes = ['--pid', '--fork', '--kill-child', '--mount-proc'];

/**
 * Tries the ways to take a process's network away, best first: with a process namespace, so that nothing the build
 * starts outlives it, and without; as root directly, else in a user namespace, where the system permits it.
 */
export async function probeIsolation(
  isRoot: boolean,
  env: Readonly<Record<string, string>>,
): Promise<Isolation> {
  const user = isRoot ? [] : ['--user', '--map-root-user'];
  let why = '';
  for (const together of [processes, []]) {
    const offline = ['unshare', ...user, '--net', ...together, '--'];
    const tried = await runCommand(offline[0] ?? '', [...offline.slice(1), 'true'], env);
    if (tried.ok) {
      const online = together.length > 0 ? ['unshare', ...user, ...together, '--'] : [];
      return { offline, online, networkOff: true, why: '' };
    }
    why = tried.stderr.trim().split('\n')[0] ?? '';
  }
  return { offline: [], online: [], networkOff: false, why };
}
