import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Everything that a run makes outside its directory carries this: process id and the time it was started, in ticks. */
export const ownerLabel = 'ironwheel.fleet';
const aliasPrefix = 'ironwheel-fleet ';

const startedAt = (pid: number): string | null => {
  try {
    // The name in brackets may hold spaces; what follows it is counted from field 3.
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
};

export const thisOwner = (): string => `${process.pid}.${startedAt(process.pid) ?? ''}`;
export const aliasOf = (owner: string): string => aliasPrefix + owner;

const isAlive = (owner: string): boolean => {
  const [pid, ticks] = owner.split('.');
  return startedAt(Number(pid)) === ticks;
};

const run = (command: string, args: readonly string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

interface Link {
  readonly ifname: string;
  readonly ifalias?: string;
}

/** Removes hosts and networks whose run has ended without doing so: by id, and only those that carry its mark. */
export function removeLeftovers(): void {
  const format = `{{.ID}} {{index .Labels "${ownerLabel}"}}`;
  const listed = run('podman', ['ps', '--all', '--filter', `label=${ownerLabel}`, '--format', format]);
  for (const line of listed.split('\n').filter((text) => text !== '')) {
    const [id = '', owner = ''] = line.split(' ');
    if (!isAlive(owner)) run('podman', ['rm', '--force', '--volumes', '--time', '0', id]);
  }
  const links = JSON.parse(run('ip', ['-json', 'link', 'show', 'type', 'bridge'])) as Link[];
  for (const { ifname, ifalias } of links) {
    if (ifalias?.startsWith(aliasPrefix) !== true || isAlive(ifalias.slice(aliasPrefix.length))) continue;
    run('ip', ['link', 'delete', ifname]);
  }
}
