import { createTestDirectory, removeTestDirectory } from '@ironwheel/testing';
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryExtractCache, DiskExtractCache } from './extract-cache.ts';

let directory: string;
let problems: unknown[];
beforeEach(() => {
  directory = createTestDirectory('extracts');
  problems = [];
});
afterEach(() => {
  removeTestDirectory(directory);
});

const openCache = (maxBytes = 10_000): DiskExtractCache =>
  new DiskExtractCache({ directory, maxBytes, onProblem: (problem) => void problems.push(problem) });
const filesOf = (): string[] =>
  readdirSync(directory, { recursive: true })
    .map((name) => join(directory, name.toString()))
    .filter((path) => statSync(path).isFile());
const bytes = (text: string): Buffer => Buffer.from(text);

describe('the cache of extracts on disk', () => {
  it('gives back what was set, also to another process', async () => {
    await openCache().set('a/../../key', bytes('content'));
    expect(Buffer.from((await openCache().get('a/../../key'))!).toString()).toBe('content');
    expect(await openCache().get('another')).toBeUndefined();
    expect(problems).toEqual([]);
  });

  it('reads what was damaged as not there', async () => {
    const cache = openCache();
    await cache.set('key', bytes('content'));
    const [path = ''] = filesOf();
    const whole = readFileSync(path);
    truncateSync(path, whole.length - 1);
    expect(await cache.get('key')).toBeUndefined();
    writeFileSync(path, '');
    expect(await cache.get('key')).toBeUndefined();
    await cache.set('key', bytes('content'));
    expect(await cache.get('key')).toBeDefined();
  });

  it('stays within its bound and leaves nothing unfinished', async () => {
    const cache = openCache(5000);
    for (let index = 0; index < 50; index += 1) await cache.set(`key${index}`, Buffer.alloc(300, index));
    const total = filesOf().reduce((sum, path) => sum + statSync(path).size, 0);
    expect(total).toBeLessThanOrEqual(5000);
    expect(total).toBeGreaterThan(1000);
    expect(filesOf().filter((path) => path.endsWith('.part'))).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('tells that the disk fails, and goes on', async () => {
    const path = join(directory, 'file');
    writeFileSync(path, '');
    const cache = new DiskExtractCache({
      directory: path,
      maxBytes: 1000,
      onProblem: (problem) => void problems.push(problem),
    });
    await cache.set('key', bytes('content'));
    expect(await cache.get('key')).toBeUndefined();
    expect(problems).toHaveLength(1);
  });
});

describe('the cache of extracts in memory', () => {
  it('drops what was unused for longest', async () => {
    const cache = createMemoryExtractCache(250);
    await cache.set('first', Buffer.alloc(100));
    await cache.set('second', Buffer.alloc(100));
    await cache.get('first');
    await cache.set('third', Buffer.alloc(100));
    await cache.set('too large', Buffer.alloc(300));
    const kept = await Promise.all(['first', 'second', 'third', 'too large'].map((key) => cache.get(key)));
    expect(kept.map((value) => value !== undefined)).toEqual([true, false, true, false]);
  });
});
