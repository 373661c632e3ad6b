// Bundles a program of this folder and runs it in a process of its own:  node test/benchmarks/run.mjs FILE [argument…]
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = resolve(import.meta.dirname, '..', '..');
const [, , file, ...args] = process.argv;
if (file === undefined) throw new Error('Name the file to run.');
const entry = resolve(file);
const folder = join(root, '.cache', 'benchmarks', 'programs');
mkdirSync(folder, { recursive: true });
const outfile = join(
  folder,
  `${createHash('sha256').update(entry).digest('hex').slice(0, 12)}-${process.pid}.mjs`,
);
await build({
  entryPoints: [entry],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  packages: 'external',
  tsconfig: join(root, 'tsconfig.json'),
  logLevel: 'warning',
});
process.argv = [process.argv[0], entry, ...args];
await import(pathToFileURL(outfile).href);
