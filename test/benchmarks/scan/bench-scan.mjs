// npm run bench:scan [-- --wheels N]: how fast and how large the scan is by which a plan on this
// machine reads a folder, over real wheels. Needs pip and the
// network once; what it downloads stays in .cache/bench/scan.
import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fetchRealWheels } from './real-wheels.mjs';

const demandedPerSecond = 2000;
const root = fileURLToPath(new URL('../../../', import.meta.url));
const cache = join(root, '.cache/bench/scan');
const { values } = parseArgs({ options: { wheels: { type: 'string', default: '1000' } } });
const passes = 7;
const print = (line) => process.stdout.write(`${line}\n`);

/** As the product is: one bundle, so that the types are gone before the clock starts. */
const bundleScan = async () => {
  const outfile = join(cache, 'scan.mjs');
  await build({
    stdin: {
      contents: `export { listInputFolder } from './libs/resolver/src/inputs/list-input-folder.ts';
        export { scanWheels } from './libs/resolver/src/inputs/scan-wheels.ts';
        export { readDistributions } from './libs/resolver/src/assembly/read-distributions.ts';`,
      resolveDir: root,
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'error',
  });
  return outfile;
};

/** The same files under further build tags, as hard links: not more real wheels, but ten times the folder. */
const linkTenfold = (from, to) => {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from).filter((file) => file.endsWith('.whl'))) {
    const parts = name.split('-');
    if (parts.length !== 5) continue;
    for (let tag = 1; tag <= 10; tag += 1) {
      const path = join(to, [...parts.slice(0, 2), tag, ...parts.slice(2)].join('-'));
      if (!existsSync(path)) linkSync(join(from, name), path);
    }
  }
};

const run = (what, bundle, folder, count) =>
  JSON.parse(
    execFileSync(
      process.execPath,
      [join(import.meta.dirname, 'scan-run.mjs'), what, bundle, folder, String(count)],
      {
        encoding: 'utf8',
      },
    ),
  );

const median = (numbers) => numbers.toSorted((left, right) => left - right)[Math.floor(numbers.length / 2)];
const perSecond = (wheels, seconds) => Math.round(wheels / seconds);

mkdirSync(cache, { recursive: true });
const folder = join(cache, 'wheels');
const had = await fetchRealWheels(folder, Number(values.wheels));
const tenfold = join(cache, 'tenfold');
linkTenfold(folder, tenfold);
const bundle = await bundleScan();
// Warms the file cache.
for (const name of readdirSync(folder)) readFileSync(join(folder, name));

const results = [
  ['open and read the end of each file', run('tails', bundle, folder, passes)],
  ['scan', run('ours', bundle, folder, passes)],
  ['scan, one pass of a new process', run('ours', bundle, folder, 1)],
  ['scan of the folder tenfold (links)', run('ours', bundle, tenfold, 1)],
  ['scan, and SHA-256 of every file, as a plan has it', run('whole', bundle, folder, passes)],
];
print(
  `${had} real wheels; ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}; Node ${process.versions.node}`,
);
print('');
print(
  '| what | wheels | first pass, wheels/s | median, wheels/s | best, wheels/s | CPU, µs/wheel | memory grown, MiB |',
);
print('| --- | ---: | ---: | ---: | ---: | ---: | ---: |');
for (const [label, { wheels, seconds, cpuMicroseconds, grownBytes }] of results) {
  const speeds = [seconds[0], median(seconds), Math.min(...seconds)].map((time) => perSecond(wheels, time));
  print(
    `| ${[label, wheels, ...speeds, Math.round(cpuMicroseconds), Math.round(grownBytes / 1024 / 1024)].join(' | ')} |`,
  );
}
const [[, floor], [, ours]] = results;
print('');
print(
  `The scan takes ${(median(ours.seconds) / median(floor.seconds)).toFixed(1)} times as long as reading the ends alone.`,
);
const speed = perSecond(ours.wheels, median(ours.seconds));
const isFast = speed >= demandedPerSecond;
print(`At least ${demandedPerSecond} wheels a second: ${isFast ? 'yes' : 'no'} (${speed}).`);
process.exitCode = isFast ? 0 : 1;
