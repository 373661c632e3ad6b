import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpCache } from './http-cache.ts';
import { IndexCache } from './index-cache.ts';
import { IndexClient, type IndexClientOptions } from './index-client.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cached-listings-'));
});
afterEach(() => rm(directory, { recursive: true }));

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly version?: string;
}

/** An index whose answer can be set, with clients over it that share a cache on disk, in memory, both or none. */
const setUp = (answer: Answer) => {
  const index = {
    answer,
    now: Date.parse('2026-01-01T00:00:00Z'),
    asked: [] as Readonly<Record<string, string>>[],
  };
  const memory = new IndexCache();
  const disk = new HttpCache({ directory, maxBytes: 1_000_000, now: () => index.now });
  const ask = async (options: Partial<IndexClientOptions> = {}): Promise<string | undefined> => {
    const client = new IndexClient({
      indexes: [{ url: 'https://one.example/simple/' }],
      clock: {
        now: () => index.now,
        wait: (_, signal) =>
          new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => reject(new Error('ended'))),
          ),
      },
      transport: {
        get(_url, headers) {
          index.asked.push(headers);
          const { status = 200, version = '1', headers: given } = index.answer;
          const files = [{ filename: `foo-${version}.tar.gz`, url: `foo-${version}.tar.gz` }];
          return Promise.resolve({
            status,
            headers: { 'content-type': 'application/vnd.pypi.simple.v1+json', ...given },
            body: (async function* () {
              const text = JSON.stringify({ meta: { 'api-version': '1.0' }, files });
              yield await Promise.resolve(Buffer.from(status === 200 ? text : ''));
            })(),
          });
        },
      },
      maxAttempts: 1,
      ...options,
    });
    const listing = await client.findProject('foo');
    return listing.found ? listing.files[0]?.filename : undefined;
  };
  return { index, memory, disk, ask };
};

const places = ['memory', 'disk'] as const;

describe.each(places)('a page kept in %s', (place) => {
  const open = (answer: Answer) => {
    const { index, memory, disk, ask } = setUp(answer);
    const stores = place === 'memory' ? { memory } : { disk };
    return { index, ask: (options: Partial<IndexClientOptions> = {}) => ask({ ...stores, ...options }) };
  };

  it('is asked about by its tag, and taken as it was when it still holds', async () => {
    const { index, ask } = open({ headers: { etag: '"x"' } });
    await ask();
    index.answer = { status: 304 };
    expect(await ask()).toBe('foo-1.tar.gz');
    expect(index.asked.map((headers) => headers['if-none-match'])).toEqual([undefined, '"x"']);
  });

  it('is asked about by its time where it has no tag', async () => {
    const time = 'Wed, 31 Dec 2025 00:00:00 GMT';
    const { index, ask } = open({ headers: { 'last-modified': time } });
    await ask();
    await ask();
    expect(index.asked[1]?.['if-modified-since']).toBe(time);
  });

  it('gives way to a newer one', async () => {
    const { index, ask } = open({ headers: { etag: '"x"' } });
    await ask();
    index.answer = { version: '2', headers: { etag: '"y"' } };
    expect([await ask(), await ask()]).toEqual(['foo-2.tar.gz', 'foo-2.tar.gz']);
    expect(index.asked[2]?.['if-none-match']).toBe('"y"');
  });

  it('is not asked about while it is fresh, and counts its age from where it was made', async () => {
    const { index, ask } = open({
      headers: { etag: '"x"', 'cache-control': 'private, max-age=600', age: '100' },
    });
    await ask();
    index.now += 499_000;
    await ask();
    expect(index.asked).toHaveLength(1);
    index.now += 2000;
    index.answer = { status: 304 };
    await ask();
    await ask();
    expect(index.asked).toHaveLength(2);
  });

  it.each(['no-store', 'private, No-Store, max-age=600'])('is not kept with %s', async (control) => {
    const { index, ask } = open({ headers: { etag: '"x"', 'cache-control': control } });
    await ask();
    await ask();
    expect(index.asked.map((headers) => headers['if-none-match'])).toEqual([undefined, undefined]);
  });

  it('is asked about each time with no-cache', async () => {
    const { index, ask } = open({ headers: { etag: '"x"', 'cache-control': 'no-cache, max-age=600' } });
    await ask();
    await ask();
    expect(index.asked[1]?.['if-none-match']).toBe('"x"');
  });

  it('is taken unasked while it is younger than the caller allows', async () => {
    const { index, ask } = open({});
    await ask({ minFreshMs: 10_000 });
    index.now += 9000;
    await ask({ minFreshMs: 10_000 });
    expect(index.asked).toHaveLength(1);
    index.now += 1001;
    await ask({ minFreshMs: 10_000 });
    expect(index.asked).toHaveLength(2);
  });

  it('is asked about all the same for one that wants it afresh, and then serves the others again', async () => {
    const { index, ask } = open({ headers: { etag: '"x"', 'cache-control': 'max-age=600' } });
    await ask();
    index.answer = { version: '2', headers: { etag: '"y"', 'cache-control': 'max-age=600' } };
    expect(await ask()).toBe('foo-1.tar.gz');
    expect(await ask({ refresh: true, minFreshMs: 10_000 })).toBe('foo-2.tar.gz');
    expect(index.asked[1]?.['if-none-match']).toBe('"x"');
    expect(await ask()).toBe('foo-2.tar.gz');
    expect(index.asked).toHaveLength(2);
    index.answer = { status: 500 };
    await expect(ask({ refresh: true })).rejects.toMatchObject({ problem: 'status' });
  });

  it('is not shown to another user', async () => {
    const { index, ask } = open({ headers: { 'cache-control': 'max-age=600' } });
    await ask({ indexes: [{ url: 'https://a:pw@one.example/simple/' }] });
    index.answer = { status: 403 };
    await expect(ask({ indexes: [{ url: 'https://b:pw@one.example/simple/' }] })).rejects.toThrow(/refuses/);
    await expect(ask()).rejects.toThrow(/refuses/);
    expect(await ask({ indexes: [{ url: 'https://a:pw@one.example/simple/' }] })).toBe('foo-1.tar.gz');
  });

  it('is gone when the index has the project no more', async () => {
    const { index, ask } = open({ headers: { etag: '"x"' } });
    await ask();
    index.answer = { status: 404 };
    expect(await ask()).toBeUndefined();
    index.answer = { version: '3' };
    await ask();
    expect(index.asked[2]?.['if-none-match']).toBeUndefined();
  });

  it('does not stand in for an index that fails', async () => {
    const { index, ask } = open({ headers: { etag: '"x"' } });
    await ask();
    index.answer = { status: 500 };
    await expect(ask()).rejects.toMatchObject({ problem: 'status' });
  });
});

describe('the cache in memory', () => {
  it('gives the very same files again, so that what is read from their names is not read twice', async () => {
    const { memory, ask } = setUp({ headers: { 'cache-control': 'max-age=600' } });
    const taken: unknown[] = [];
    const find = memory.find.bind(memory);
    memory.find = (key) => {
      const found = find(key);
      taken.push(found?.page.files[0]);
      return found;
    };
    await ask({ memory });
    await ask({ memory });
    await ask({ memory });
    expect(taken[1]).toBeDefined();
    expect(taken[1]).toBe(taken[2]);
  });

  it('does not read a page anew that came again unchanged from an index that has no tags', async () => {
    const { index, memory, disk, ask } = setUp({});
    const kept: unknown[] = [];
    const set = memory.set.bind(memory);
    memory.set = (key, listing) => {
      kept.push(listing.page);
      set(key, listing);
    };
    await ask({ memory, disk });
    await ask({ memory, disk });
    index.answer = { version: '2' };
    expect(await ask({ memory, disk })).toBe('foo-2.tar.gz');
    expect(kept[0]).toBe(kept[1]);
    expect(kept[2]).not.toBe(kept[1]);
    // On disk it could only be used unasked, which nobody allowed.
    expect(await readdir(directory)).toEqual([]);
  });

  it('lets the least recently used go, by number and by size', () => {
    const page = { files: [], ignoredCount: 0 };
    const listing = {
      page,
      url: '',
      etag: null,
      lastModified: null,
      freshMs: 0,
      madeAt: 0,
      bytes: 10,
      digest: null,
      contentType: '',
    };
    const few = new IndexCache({ maxListings: 2 });
    for (const key of ['a', 'b']) few.set(key, listing);
    few.find('a');
    few.set('c', listing);
    expect(['a', 'b', 'c'].map((key) => few.find(key) !== undefined)).toEqual([true, false, true]);
    const small = new IndexCache({ maxBytes: 25 });
    for (const key of ['a', 'b', 'b', 'c']) small.set(key, listing);
    expect(small.size).toBe(2);
    small.set('huge', { ...listing, bytes: 26 });
    expect(small.find('huge')).toBeUndefined();
    expect(small.size).toBe(2);
  });
});
