import { loadPlugin, type Runner } from '@ironwheel/plugin-kit';

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

export const hostEnvironment: Record<string, string> = Object.fromEntries(
  Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
);

/** Opens runner-podman through the loader, as the worker does. */
export async function openPodmanRunner(
  image: string,
  workDirectory: string,
  config: Record<string, unknown> = {},
): Promise<Runner> {
  const loaded = await loadPlugin<Runner>({
    id: 'runner-podman',
    kind: 'runner',
    load: () => import('@ironwheel/plugin-runner-podman'),
    config: { image, hostEnvironment, stopGraceS: 1, ...config },
    context: {
      logger: silent,
      clock: { now: () => Date.now(), monotonic: () => performance.now() },
      workDirectory,
      signal: new AbortController().signal,
    },
  });
  return loaded.instance;
}
