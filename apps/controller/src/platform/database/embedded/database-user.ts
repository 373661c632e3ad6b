import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Postgres refuses to run as root: the unprivileged user that it runs as instead. */
export interface DatabaseUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** `postgres`, else `nobody`, when this process is root; null when it is an ordinary user already. */
export function findDatabaseUser(passwd: string = readFileSync('/etc/passwd', 'utf8')): DatabaseUser | null {
  if (process.getuid?.() !== 0) return null;
  const users = passwd.split('\n').map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const user = users.find((fields) => fields[0] === name);
    if (user !== undefined) return { name, uid: Number(user[2]), gid: Number(user[3]) };
  }
  return { name: '65534', uid: 65_534, gid: 65_534 };
}

/** Options of a child process that runs as the database's user. */
export function spawnIdentity(user: DatabaseUser | null): { uid?: number; gid?: number } {
  return user === null ? {} : { uid: user.uid, gid: user.gid };
}

/** Whether the user can enter a directory, asked from the kernel: modes, ACLs and mounts all count. */
export function canEnter(user: DatabaseUser | null, directory: string): boolean {
  // The child changes into the directory after it has become the user; failing that, it does not start.
  const result = spawnSync('/bin/sh', ['-c', 'cd -- "$1" && test -x .', 'sh', directory], {
    ...spawnIdentity(user),
    cwd: '/',
    stdio: 'ignore',
  });
  return result.status === 0;
}
