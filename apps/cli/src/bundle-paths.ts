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

/** Of V8: bounds for young objects, when all of the heap is collected, and one helper thread (ADR 19). */
export const nodeFlags: Readonly<Record<BundleName, readonly string[]>> = {
  controller: [
    '--min-semi-space-size=32',
    '--max-semi-space-size=32',
    '--initial-old-space-size=96',
    '--no-parallel-scavenge',
    '--v8-pool-size=1',
    '--heap-growing-percent=40',
  ],
  agent: [],
};

/** What Node is started with for another program. Throws `CliError` when it was not built. */
export const toNodeArguments = (name: BundleName, args: readonly string[] = []): string[] => [
  ...nodeFlags[name],
  getBundlePath(name),
  ...args,
];
