import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StructuredLogger } from '@ironwheel/logging';

const root = '/sys/fs/cgroup';
const wanted = ['memory', 'pids', 'cpu'] as const;
const mostRounds = 20;

/** The control group of this process by the text of /proc/self/cgroup; null where cgroup v2 is not the only one. */
export function parseOwnCgroup(text: string): string | null {
  const lines = text.split('\n').filter((line) => line !== '');
  const [only] = lines;
  const path = lines.length === 1 ? /^0::(\/.*)$/.exec(only ?? '')?.[1] : undefined;
  return path === undefined || path === '/' || path.includes('..') ? null : path;
}

/**
 * Makes the control group that systemd delegated to this unit ready for builds, and returns the one below which their
 * containers go. A group that hands controllers to its children may hold no process itself (cgroups(7), "no internal
 * processes"), so whatever runs in it moves to a leaf first. Null where there is none: cgroup v1, or no delegation.
 * Without this podman takes a memory limit and, rootless, does not enforce it without a word; so the runner looks from
 * inside a container whether it holds.
 */
export async function takeDelegatedCgroup(logger: StructuredLogger): Promise<string | null> {
  const own = parseOwnCgroup(await readFile('/proc/self/cgroup', 'utf8'));
  if (own === null) {
    logger.warn('This host has no cgroup v2 of its own: limits of builds may not hold.');
    return null;
  }
  const path = own.replace(/\/supervisor$/, '');
  const group = join(root, path);
  try {
    const leaf = join(group, 'supervisor');
    await mkdir(leaf, { recursive: true });
    await moveAll(group, leaf);
    for (const controller of wanted) await enable(group, controller);
    const builds = join(group, 'builds');
    await mkdir(builds, { recursive: true });
    for (const controller of wanted) await enable(builds, controller);
    return join(path, 'builds');
  } catch (error) {
    logger.warn('The control group of this unit is not delegated to it: limits of builds may not hold.', {
      error,
    });
    return null;
  }
}

/** Processes may be born while others are moved. */
async function moveAll(from: string, to: string): Promise<void> {
  for (let round = 0; round < mostRounds; round += 1) {
    const processes = (await readFile(join(from, 'cgroup.procs'), 'utf8'))
      .split('\n')
      .filter((pid) => pid !== '');
    if (processes.length === 0) return;
    for (const pid of processes) await writeFile(join(to, 'cgroup.procs'), pid).catch(ignoreEnded);
  }
  throw new Error(`processes keep appearing in ${from}`);
}

function ignoreEnded(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ESRCH') throw error;
}

const enable = (group: string, controller: string): Promise<void> =>
  writeFile(join(group, 'cgroup.subtree_control'), `+${controller}`);
