import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Environment } from '@ironwheel/config';

const execute = promisify(execFile);
const timeoutMs = 20_000;

export const runnerWishes = ['auto', 'podman', 'process'] as const;
export type RunnerWish = (typeof runnerWishes)[number];

export interface RunnerChoice {
  readonly name: 'podman' | 'process';
  /** Image for podman; null leaves it to the worker's own settings. */
  readonly image: string | null;
  /** Why, for people. */
  readonly reason: string;
}

const asProcess = (reason: string): RunnerChoice => ({ name: 'process', image: null, reason });

/**
 * `auto` takes podman where the program is there and an image is at hand, without fetching one; else a process.
 * Whether containers really start is the worker's own probe, which `up` waits for.
 */
export async function chooseRunner(wish: RunnerWish, env: Environment): Promise<RunnerChoice> {
  const image = env['CONTAINER_IMAGE'] ?? null;
  if (wish === 'podman') return { name: 'podman', image, reason: 'as asked' };
  if (wish === 'process') return asProcess('as asked');
  const podman = env['PODMAN_BIN'] ?? 'podman';
  const wanted = image ?? `localhost/ironwheel-${env['CONTAINER_PRESET'] ?? 'debian'}:1`;
  try {
    await execute(podman, ['--version'], { env: { ...env }, timeout: timeoutMs });
  } catch {
    return asProcess('podman is not installed');
  }
  if (image === null && env['CONTAINER_PRESET'] === undefined && !(await mayHaveImage(wanted, env))) {
    return asProcess(`the image ${wanted} is not on this machine`);
  }
  try {
    await execute(podman, ['image', 'exists', wanted], { env: { ...env }, timeout: timeoutMs });
  } catch {
    return asProcess(`the image ${wanted} is not on this machine, or podman does not work here`);
  }
  return { name: 'podman', image, reason: `image ${wanted}` };
}

/**
 * False when the default place of a user's images certainly lacks this one. Asking podman leaves a process of its own
 * behind for an ordinary user, which is not worth it where nobody ever made an image.
 */
async function mayHaveImage(image: string, env: Environment): Promise<boolean> {
  if (process.getuid?.() === 0) return true;
  const storage = join(env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'containers', 'storage');
  const folders = await readdir(storage).catch(() => []);
  for (const folder of folders.filter((name) => name.endsWith('-images'))) {
    const text = await readFile(join(storage, folder, 'images.json'), 'utf8').catch(() => '');
    if (text.includes(image)) return true;
  }
  return false;
}
