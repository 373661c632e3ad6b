import type { IndexFile, ProjectListing } from '@ironwheel/resolver';
import { describe, expect, it } from 'vitest';
import { UpstreamCache } from './upstream-cache.ts';

const listing = (name: string, count: number): ProjectListing => ({
  found: true,
  normalizedName: name,
  indexUrl: 'https://index.test/',
  files: Array.from({ length: count }, () => ({}) as IndexFile),
  ignoredCount: 0,
});

describe('UpstreamCache', () => {
  it('drops the longest unused pages when their files become too many', () => {
    const cache = new UpstreamCache(100);
    for (const name of ['a', 'b', 'c']) cache.set(name, { answer: listing(name, 25), at: 1 });
    expect(cache.get('a')?.answer.normalizedName).toBe('a');
    cache.set('d', { answer: listing('d', 25), at: 2 });
    expect(['a', 'b', 'c', 'd'].filter((name) => cache.get(name) !== undefined)).toEqual(['a', 'c', 'd']);
  });

  it('does not grow by one page that is too large, and replaces a page in place', () => {
    const cache = new UpstreamCache(50);
    cache.set('huge', { answer: listing('huge', 1000), at: 1 });
    expect(cache.get('huge')).toBeUndefined();
    for (let at = 0; at < 100; at += 1) cache.set('same', { answer: listing('same', 40), at });
    expect(cache.get('same')?.at).toBe(99);
  });
});
