import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CacheEntry } from './cache-entry.ts';
import { HttpCache, toCacheKey, toUserDigest } from './http-cache.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'http-cache-'));
});
afterEach(() => rm(directory, { recursive: true }));

const start = Date.parse('2026-01-01T00:00:00Z');
const entryOf = (text: string): CacheEntry => ({
  url: 'https://index.example/simple/foo/',
  contentType: 'text/html',
  etag: '"one"',
  lastModified: null,
  freshMs: 600_000,
  madeAt: start,
  totalBytes: null,
  body: Buffer.from(text),
});

const setUp = (options: { maxBytes?: number; folder?: string } = {}) => {
  const time = { now: start };
  const problems: string[] = [];
  const cache = new HttpCache({
    directory: join(directory, options.folder ?? ''),
    maxBytes: options.maxBytes ?? 1_000_000,
    now: () => time.now,
    onProblem: (sentence) => problems.push(sentence),
  });
  const text = async (key: string): Promise<string | undefined> => {
    const entry = await cache.read(key);
    return entry === undefined ? undefined : Buffer.from(entry.body).toString();
  };
  return { cache, time, problems, text };
};

const pathOf = (key: string): string => join(directory, key.slice(0, 2), key.slice(2));
const listNames = async (): Promise<string[]> => {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
};

describe('the cache on disk', () => {
  const key = toCacheKey('page', 'https://index.example/simple/foo/');

  it('gives back what was written, also to another process', async () => {
    await setUp().cache.write(key, entryOf('page'));
    expect(await setUp().cache.read(key)).toEqual(entryOf('page'));
    expect(await setUp().cache.read(toCacheKey('other'))).toBeUndefined();
  });

  it('is for its owner only', async () => {
    await setUp({ folder: 'new' }).cache.write(key, entryOf('page'));
    const folder = join(directory, 'new', key.slice(0, 2));
    const modes = [await stat(join(directory, 'new')), await stat(join(folder, key.slice(2)))];
    expect(modes.map(({ mode }) => mode & 0o777)).toEqual([0o700, 0o600]);
  });

  it('remembers when an entry was confirmed without writing it anew', async () => {
    const { cache } = setUp();
    await cache.write(key, entryOf('page'));
    await cache.confirm(key, start + 5000);
    expect(await cache.read(key)).toEqual({ ...entryOf('page'), madeAt: start + 5000 });
    await cache.confirm(toCacheKey('other'), start);
  });

  it.each<[string, (bytes: Buffer) => Uint8Array]>([
    ['is cut off', (bytes) => bytes.subarray(0, bytes.length - 1)],
    ['is empty', () => Buffer.alloc(0)],
    ['has another byte in its body', (bytes) => Buffer.from(bytes.toString().replace('page', 'pagf'))],
    ['has another byte in its head', (bytes) => Buffer.from(bytes.toString().replace('"one', '"two'))],
    ['has more behind its end', (bytes) => Buffer.concat([bytes, bytes])],
    ['is of another version', (bytes) => Buffer.from(bytes.toString().replace('cache 1', 'cache 9'))],
    ['is something else', () => Buffer.from('x'.repeat(5000))],
  ])('has no entry whose file %s, and clears it away', async (_, spoil) => {
    const { cache } = setUp();
    await cache.write(key, entryOf('page'));
    await writeFile(pathOf(key), spoil(await readFile(pathOf(key))));
    expect(await cache.read(key)).toBeUndefined();
    expect(await listNames()).toEqual([]);
    await cache.write(key, entryOf('page'));
    expect(await cache.read(key)).toBeDefined();
  });

  it('lets the least recently used go when it is full', async () => {
    const { cache, time, text } = setUp({ maxBytes: 10_000 });
    const keys = Array.from({ length: 12 }, (_, at) => toCacheKey(`${at}`));
    for (const [at, name] of keys.entries()) {
      time.now += 120_000;
      if (at > 0) await cache.read(keys[0] ?? '');
      await cache.write(name, entryOf('x'.repeat(1000)));
    }
    const kept = await Promise.all(keys.map(text));
    expect([kept[0], kept.at(-1)]).not.toContain(undefined);
    expect(kept[1]).toBeUndefined();
    const files = await readdir(directory, { recursive: true, withFileTypes: true });
    const sizes = files.filter((file) => file.isFile()).map((file) => stat(join(file.parentPath, file.name)));
    expect((await Promise.all(sizes)).reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(10_000);
  });

  it('counts what other processes wrote', async () => {
    const caches = [setUp({ maxBytes: 10_000 }), setUp({ maxBytes: 10_000 })];
    for (let at = 0; at < 30; at += 1) {
      await caches[at % 2]?.cache.write(toCacheKey(`${at}`), entryOf('x'.repeat(1000)));
    }
    // Each may have written an eighth that the other has not seen.
    expect((await listNames()).length).toBeLessThanOrEqual(9);
  });

  it('does not keep what would take most of its room', async () => {
    const { cache } = setUp({ maxBytes: 10_000 });
    await cache.write(key, entryOf('x'.repeat(5000)));
    expect(await cache.read(key)).toBeUndefined();
  });

  it('shows a whole entry or none while several write', async () => {
    const texts = Array.from({ length: 8 }, (_, at) => `${at}`.repeat(50_000));
    const writing = texts.map((text) => setUp().cache.write(key, entryOf(text)));
    const reading = texts.map(() => setUp().text(key));
    await Promise.all(writing);
    const seen = [...(await Promise.all(reading)), await setUp().text(key)];
    expect([undefined, ...texts]).toEqual(expect.arrayContaining(seen));
    expect(texts).toContain(seen.at(-1));
    expect(await listNames()).toHaveLength(1);
  });

  it('clears what an ended process left half written, and leaves what is not its own', async () => {
    const { cache } = setUp({ maxBytes: 4000 });
    await mkdir(join(directory, 'ab'));
    await mkdir(join(directory, 'mine'));
    await writeFile(join(directory, 'mine', 'file'), 'x'.repeat(5000));
    await writeFile(join(directory, 'ab', 'writing-1'), 'x');
    await utimes(join(directory, 'ab', 'writing-1'), new Date(0), new Date(0));
    await cache.write(key, entryOf('x'));
    expect((await listNames()).sort()).toEqual([key.slice(2), 'file'].sort());
  });

  it('goes on without, and says so once, where nothing can be written', async () => {
    await writeFile(join(directory, 'file'), '');
    const { cache, problems, time } = setUp({ folder: 'file' });
    await cache.write(key, entryOf('page'));
    await cache.write(key, entryOf('page'));
    expect(await cache.read(key)).toBeUndefined();
    time.now += 3_600_000;
    await cache.write(key, entryOf('page'));
    expect(problems).toEqual([expect.stringContaining('plans are made without it')]);
  });

  it('writes again when there is room again', async () => {
    await writeFile(join(directory, 'sub'), '');
    const { cache, time, text } = setUp({ folder: 'sub' });
    await cache.write(key, entryOf('page'));
    await rm(join(directory, 'sub'));
    await cache.write(key, entryOf('page'));
    expect(await text(key)).toBeUndefined();
    time.now += 3_600_000;
    await cache.write(key, entryOf('page'));
    expect(await text(key)).toBe('page');
    await chmod(join(directory, 'sub'), 0o700);
  });

  it('has another key for each user, address and kind', () => {
    const keys = [
      toCacheKey('page', 'https://a.example/', toUserDigest(undefined)),
      toCacheKey('page', 'https://a.example/', toUserDigest('Basic one')),
      toCacheKey('page', 'https://a.example/', toUserDigest('Basic two')),
      toCacheKey('range', 'https://a.example/', toUserDigest('Basic two')),
      toCacheKey('page', 'https://b.example/', toUserDigest('Basic two')),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});
