import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryRoot } from './repository-files.ts';

const guide = join(repositoryRoot, 'docs/guide');
const mostBytes = 150_000;
const mostBytesInAll = 2_500_000;
const width = 1440;

const texts = readdirSync(guide)
  .filter((name) => name.endsWith('.md'))
  .map((name) => readFileSync(join(guide, name), 'utf8'));
const named = texts.flatMap((text) =>
  [...text.matchAll(/\]\(pictures\/([^)]+)\)/g)].map(([, name]) => name ?? ''),
);
const pictures = readdirSync(join(guide, 'pictures')).map((name) => ({
  name,
  bytes: readFileSync(join(guide, 'pictures', name)),
}));

describe('the pictures of the guide (npm run guide:pictures)', () => {
  it('are those that it names', () => {
    expect(named.length).toBeGreaterThan(0);
    expect(pictures.map(({ name }) => name).sort()).toEqual([...new Set(named)].sort());
  });

  it.each(pictures)('$name is as wide as all, and small', ({ bytes }) => {
    expect(bytes.readUInt32BE(16)).toBe(width);
    expect(bytes.length).toBeLessThan(mostBytes);
  });

  it('are not large together', () => {
    expect(pictures.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThan(mostBytesInAll);
  });

  it('say in words what is on them', () => {
    for (const text of texts)
      for (const [, words] of text.matchAll(/!\[([^\]]*)\]/g)) expect(words?.length).toBeGreaterThan(10);
  });
});
