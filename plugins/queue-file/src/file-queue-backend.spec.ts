import { randomUUID } from 'node:crypto';
import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { QueueOffer } from '@ironwheel/plugin-kit';
import { queueSuite } from '@ironwheel/plugin-kit/suites';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { FileQueueBackend } from './file-queue-backend.ts';
import { plugin } from './index.ts';

const lane = { pool: 'default', platformTag: 'linux_s390x', pythonTag: 'cp312' };
const offerOf = (number: number): QueueOffer => ({
  ...lane,
  jobId: `job-${number}`,
  priority: 0,
  enqueuedAt: number,
});

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'iw-queue-file-'));
});
afterAll(() => rm(directory, { recursive: true }));

const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
const newPath = (): string => join(directory, randomUUID());
const open = (path: string): Promise<FileQueueBackend> =>
  plugin.open({
    config: { path },
    logger,
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    workDirectory: directory,
    signal: new AbortController().signal,
  });
const take = async (backend: FileQueueBackend, max = 100): Promise<string[]> =>
  (await backend.take([lane], max, 60_000)).map(({ jobId }) => jobId);

queueSuite('file', plugin.manifest.abilities, async () => {
  const backend = await open(newPath());
  return { backend, prepare: () => Promise.resolve(), close: () => backend.close() };
});

describe('the journal', () => {
  it('is there again after the process has ended, with what was taken', async () => {
    const path = newPath();
    const first = await open(path);
    await first.offer([offerOf(1), offerOf(2), offerOf(3)]);
    const taken = await first.take([lane], 2, 60_000);
    await first.acknowledge([taken[0]!]);
    await first.close();
    const second = await open(path);
    expect(await take(second)).toEqual(['job-3']);
    await second.giveBack([taken[1]!]);
    expect(await take(second)).toEqual(['job-2']);
    await second.close();
  });

  it('is shared by several openers: each sees what the others wrote', async () => {
    const path = newPath();
    const backends = await Promise.all([open(path), open(path), open(path)]);
    await Promise.all(
      backends.map((backend, at) =>
        backend.offer(Array.from({ length: 50 }, (_, index) => offerOf(at * 50 + index))),
      ),
    );
    const taken = await Promise.all(Array.from({ length: 30 }, (_, index) => take(backends[index % 3]!, 5)));
    expect(new Set(taken.flat()).size).toBe(150);
    expect(taken.flat()).toHaveLength(150);
    await Promise.all(backends.map((backend) => backend.close()));
  });

  it('loses a torn end, which nobody was told of, and nothing else', async () => {
    const path = newPath();
    const first = await open(path);
    await first.offer([offerOf(1)]);
    const whole = statSync(path).size;
    await first.offer([offerOf(2)]);
    await first.close();
    const text = readFileSync(path);
    for (const size of [whole + 1, whole + 30, text.length - 1]) {
      const torn = newPath();
      writeFileSync(torn, text.subarray(0, size));
      const second = await open(torn);
      await second.offer([offerOf(3)]);
      await second.close();
      const third = await open(torn);
      expect(await take(third)).toEqual(['job-1', 'job-3']);
      await third.close();
    }
  });

  it('passes over a damaged line and says so', async () => {
    const path = newPath();
    const first = await open(path);
    await first.offer([offerOf(1)]);
    await first.offer([offerOf(2)]);
    await first.offer([offerOf(3)]);
    await first.close();
    writeFileSync(path, readFileSync(path, 'utf8').replace('job-2', 'job-9'));
    appendFileSync(path, 'no record at all\n');
    const second = await open(path);
    expect(await take(second)).toEqual(['job-1', 'job-3']);
    expect(logger.error).toHaveBeenCalledWith(expect.stringContaining('damaged'), { lines: 2 });
    await second.close();
  });

  it('is written anew when it has grown, and other openers go on with the new one', async () => {
    const path = newPath();
    const [one, other] = await Promise.all([open(path), open(path)]);
    await other.offer([offerOf(0), offerOf(1), offerOf(2)]);
    const taken = await other.take([lane], 1, 60_000);
    const big = { ...offerOf(9), payload: 'x'.repeat(60_000) };
    let largest = 0;
    for (let round = 0; round < 30; round += 1) {
      await Promise.all(Array.from({ length: 50 }, (_, at) => one.offer([at === 0 ? big : offerOf(9)])));
      const { size } = statSync(path);
      if (size < largest) break;
      largest = size;
    }
    expect(statSync(path).size).toBeLessThan(largest / 2);
    await other.stats();
    expect(other.place).toBe(one.place);
    await other.giveBack(taken);
    expect(await take(other)).toEqual(['job-0', 'job-1', 'job-2', 'job-9']);
    expect(await take(one)).toEqual([]);
    await Promise.all([one.close(), other.close()]);
  });
});
