import { join } from 'node:path';
import { plugin } from '@ironwheel/plugin-queue-file';
import { createTestDirectory, removeTestDirectory } from '@ironwheel/testing';
import { build } from 'esbuild';
import { expect, it, vi } from 'vitest';
import { DrillProcess, until } from '../drills/drill-process.ts';
import { repositoryRoot } from '../guards/repository-files.ts';

const jobs = 2000;
const takers = 4;
const kills = 12;
const lane = { pool: 'default', platformTag: 'linux_s390x', pythonTag: 'cp312' };

it('four processes share a journal, are killed twelve times, and leave no job behind', async () => {
  const directory = createTestDirectory('journal');
  const path = join(directory, 'queue.journal');
  const program = join(directory, 'taker.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'journal-taker.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    tsconfig: join(repositoryRoot, 'tsconfig.json'),
    logLevel: 'error',
  });
  const warned = vi.fn();
  const backend = await plugin.open({
    config: { path },
    logger: { debug: warned, info: warned, warn: warned, error: warned },
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    workDirectory: directory,
    signal: new AbortController().signal,
  });
  const start = (): DrillProcess => new DrillProcess('taker', [program], { JOURNAL: path });
  const running = Array.from({ length: takers }, start);
  try {
    for (let from = 0; from < jobs; from += 100) {
      const offers = Array.from({ length: 100 }, (_, index) => ({
        ...lane,
        jobId: `job-${from + index}`,
        priority: 0,
        enqueuedAt: from + index,
      }));
      await backend.offer(offers);
    }
    const left = async (): Promise<number> => {
      let count = 0;
      for await (const ids of backend.known()) count += ids.length;
      return count;
    };
    for (let kill = 0; kill < kills; kill += 1) {
      const share = Math.floor(jobs * (1 - (kill + Math.random()) / (kills + 1)));
      await until(`${share} jobs left`, async () => (await left()) <= share);
      const index = Math.floor(Math.random() * takers);
      await running[index]?.kill();
      running[index] = start();
    }
    await until('an empty journal', async () => (await left()) === 0);
    expect(warned).not.toHaveBeenCalledWith(expect.stringContaining('damaged'), expect.anything());
  } finally {
    for (const taker of running) await taker.kill();
    await backend.close();
    removeTestDirectory(directory);
  }
});
