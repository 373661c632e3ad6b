// One measurement in a process of its own: node scan-run.mjs tails|ours|whole BUNDLE FOLDER PASSES; prints one line of JSON.
import { close, constants, fstat, open, read, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const [what, bundle, folder, passes] = process.argv.slice(2);
const { listInputFolder, readDistributions, scanWheels } = await import(bundle);

const filesUnderWay = 32;
const tailBytes = 16 * 1024;
const system = { open: promisify(open), fstat: promisify(fstat), close: promisify(close) };
const readAt = promisify(read);

/** The least that any reader of zip files has to do: the end of each file. */
const readTails = async () => {
  const names = readdirSync(folder).filter((name) => name.endsWith('.whl'));
  let next = 0;
  const work = async () => {
    while (next < names.length) {
      const descriptor = await system.open(join(folder, names[next++]), constants.O_RDONLY);
      const { size } = await system.fstat(descriptor);
      const bytes = Buffer.allocUnsafe(Math.min(tailBytes, size));
      await readAt(descriptor, bytes, 0, bytes.length, size - bytes.length);
      await system.close(descriptor);
    }
  };
  await Promise.all(Array.from({ length: filesUnderWay }, work));
  return names.length;
};

/** Problems are counted as wheels too: finding them is the same work. */
const scan = async () => {
  let count = 0;
  try {
    for await (const { metadata } of scanWheels(await listInputFolder(folder))) {
      count += metadata.name === '' ? 0 : 1;
    }
  } catch (error) {
    if (error.code !== 'INPUT_INVALID') throw error;
    count += error.problems.length;
  }
  return count;
};

const readWhole = async () => (await readDistributions(await listInputFolder(folder))).sourceFiles.length;

const measure = { tails: readTails, ours: scan, whole: readWhole }[what];
const rssBefore = process.memoryUsage.rss();
const seconds = [];
const cpuBefore = process.cpuUsage();
let wheels = 0;
for (let pass = 0; pass < Number(passes); pass += 1) {
  const start = performance.now();
  wheels = await measure();
  seconds.push((performance.now() - start) / 1000);
}
const { user, system: kernel } = process.cpuUsage(cpuBefore);
const cpuMicroseconds = (user + kernel) / Number(passes) / wheels;
const peakRss = process.resourceUsage().maxRSS * 1024;
process.stdout.write(
  JSON.stringify({ wheels, seconds, cpuMicroseconds, grownBytes: Math.max(0, peakRss - rssBefore) }),
);
