import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CliError, exitCodes } from './cli-error.ts';

/** The programs that this one starts lie beside it in `dist/`. */
const bundles = { controller: '../controller/main.mjs', agent: '../agent/main.mjs' } as const;
export type BundleName = keyof typeof bundles;

/** Path of another program's bundle. Throws `CliError` when it was not built. */
export function getBundlePath(name: BundleName): string {
  const path = fileURLToPath(new URL(bundles[name], import.meta.url));
  if (existsSync(path)) return path;
  throw new CliError(`The program of the ${name} is missing: ${path}.`, {
    exitCode: exitCodes.usage,
    code: 'CLI_NOT_BUILT',
    hint: 'Build it with `npm run build`.',
  });
}

/**
 * A rush of connections makes V8's room for young objects grow to 128 MB of which it gives nothing back; while nothing
 * happens it shrinks to 1 MB, and the next plan is in the way of its growing again: both are bounded. Threads that
 * collect side by side wait for each other by spinning, which takes a quarter of a plan's processor time from whoever
 * else works on the machine: one is enough, and young objects are collected where they are made.
 */
export const nodeFlags: Readonly<Record<BundleName, readonly string[]>> = {
  controller: [
    '--min-semi-space-size=16',
    '--max-semi-space-size=32',
    '--no-parallel-scavenge',
    '--v8-pool-size=1',
  ],
  agent: [],
};

/** What Node is started with for another program. Throws `CliError` when it was not built. */
export const toNodeArguments = (name: BundleName, args: readonly string[] = []): string[] => [
  ...nodeFlags[name],
  getBundlePath(name),
  ...args,
];
