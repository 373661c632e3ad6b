import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { parseUvLock } from './uv-lock.ts';

const digest = 'ab'.repeat(32);
const commit = 'c'.repeat(40);
const registry = { registry: 'https://index.example.org/simple' };

const read = (...packages: unknown[]): ReturnType<typeof parseUvLock> =>
  parseUvLock({ version: 1, revision: 3, package: packages });

const readFixture = (name: string): ReturnType<typeof parseUvLock> =>
  parseUvLock(parse(readFileSync(new URL(`../test-data/locks/${name}.uv.lock`, import.meta.url), 'utf8')));

describe('parseUvLock', () => {
  it('reads a workspace with conflicts and restricted environments', () => {
    const lock = readFixture('workspace');
    expect(lock.members).toEqual(['lib-a', 'ws-root']);
    expect(lock.requiresPython?.text).toBe('>=3.11,<3.14');
    expect([lock.supportedMarkers.length, lock.requiredMarkers.length]).toEqual([2, 1]);
    expect(lock.conflicts).toEqual([
      [
        { packageName: 'ws-root', extra: 'new', dependencyGroup: null },
        { packageName: 'ws-root', extra: 'old', dependencyGroup: null },
      ],
    ]);
    const root = lock.packages.find(({ normalizedName }) => normalizedName === 'ws-root');
    expect(root).toMatchObject({
      source: { kind: 'virtual', location: '.' },
      extras: ['new', 'old'],
    });
    expect(root?.devDependencies.get('dev')?.map(({ normalizedName }) => normalizedName)).toEqual([
      'pycodestyle',
    ]);
  });

  it('reads files with hash and time', () => {
    const click = readFixture('forks').packages.find(({ version }) => version?.text === '8.5.1');
    expect(click?.files[0]).toEqual({
      kind: 'sdist',
      filename: 'click-8.5.1.tar.gz',
      url: 'https://files.example.org/click-8.5.1.tar.gz',
      path: null,
      hashes: { sha256: '9bbfada76703fd1d784b83eea012e3e8c6a001a876543ef104fa56aaaeb072b4' },
      size: null,
      uploadTime: '2026-11-06T17:37:01Z',
    });
  });

  it('reads every kind of source', () => {
    const git = { git: `https://git.example.org/g?subdirectory=py&rev=main#${commit}` };
    const url = 'https://files.example.org/u-1.0-py3-none-any.whl';
    const lock = read(
      { name: 'g', version: '1', source: git },
      { name: 'u', version: '1.0', source: { url }, wheels: [{ url, hash: `sha256:${digest}` }] },
      {
        name: 'z',
        version: '1',
        source: { url: 'https://files.example.org/z.zip' },
        sdist: { hash: `sha256:${digest}` },
      },
      { name: 'p', version: '1', source: { path: 'w/p-1.tar.gz' }, sdist: { hash: `sha256:${digest}` } },
      { name: 'f', version: '1', source: { registry: '../folder' }, sdist: { path: 'f-1.tar.gz' } },
    );
    expect(lock.packages.map(({ source }) => source.place)).toEqual([
      { kind: 'git', url: 'https://git.example.org/g', commit, subdirectory: 'py' },
      { kind: 'url', url, subdirectory: null },
      { kind: 'url', url: 'https://files.example.org/z.zip', subdirectory: null },
      { kind: 'path', path: 'w/p-1.tar.gz' },
      { kind: 'index', url: null },
    ]);
    expect(
      lock.packages.map(({ files }) => files.map(({ kind, filename }) => `${kind} ${filename}`)),
    ).toEqual([
      [],
      ['wheel u-1.0-py3-none-any.whl'],
      ['archive z.zip'],
      ['archive p-1.tar.gz'],
      ['sdist f-1.tar.gz'],
    ]);
  });

  it('reads a newer revision with a note, and no other version', () => {
    expect(parseUvLock({ version: 1, revision: 99 }).notes).toEqual([expect.stringContaining('revision 99')]);
    expect(parseUvLock({ version: 1, novelty: {} }).notes).toEqual([]);
    expect(() => parseUvLock({ version: 2 })).toThrow('version is 2, and 1 is what can be read');
    expect(() => parseUvLock({})).toThrow('version is missing');
  });

  it.each([
    [{ version: '1', source: registry }, 'package[0].name is missing'],
    [{ name: 'a' }, 'package[0].source is missing'],
    [{ name: 'a', source: { registry: 'x', git: 'y' } }, 'package[0].source must have one of registry, git'],
    [{ name: 'a', source: { git: 'https://git.example.org/g#main' } }, 'a whole commit'],
    [
      { name: 'a', source: { git: `https://git.example.org/g?subdirectory=../x#${commit}` } },
      'outside the source',
    ],
    [{ name: 'a', source: registry, sdist: { hash: 'sha256:no' } }, 'package[0].sdist.hash: '],
    [{ name: 'a', source: registry, sdist: {} }, 'package[0].sdist needs a url, a path or a filename'],
    [
      { name: 'a', source: registry, dependencies: [{ name: 'b', marker: 'x' }] },
      'package[0].dependencies[0].marker',
    ],
    [
      { name: 'a', source: registry, 'optional-dependencies': { '-': [] } },
      'package[0].optional-dependencies.-',
    ],
    [
      {
        name: 'a',
        version: '1',
        source: registry,
        wheels: [{ url: 'https://x.example/b-1-py3-none-any.whl' }],
      },
      'package[0].wheels[0].name is of another package than a',
    ],
    [7, 'package[0] must be a table'],
  ])('refuses the entry %j', (entry, message) => {
    expect(() => read(entry)).toThrow(message);
    expect(() => read(entry)).toThrow(expect.objectContaining({ code: 'LOCK_INVALID' }));
  });
});
