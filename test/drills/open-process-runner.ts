import { loadPlugin, type Runner } from '@ironwheel/plugin-kit';

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Opens runner-process through the loader, as the worker does. */
export async function openProcessRunner(workDirectory: string): Promise<Runner> {
  const hostEnvironment = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const loaded = await loadPlugin<Runner>({
    id: 'runner-process',
    kind: 'runner',
    load: () => import('@ironwheel/plugin-runner-process'),
    config: { hostEnvironment, allow: true, graceMs: 1000 },
    context: {
      logger: silent,
      clock: { now: () => Date.now(), monotonic: () => performance.now() },
      workDirectory,
      signal: new AbortController().signal,
    },
  });
  return loaded.instance;
}
