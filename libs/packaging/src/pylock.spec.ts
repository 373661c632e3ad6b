import { describe, expect, it } from 'vitest';
import { parsePylock } from './pylock.ts';

const digest = 'ab'.repeat(32);
const hashes = { sha256: digest };
const wheel = { url: 'https://files.example.org/a-1.0-py3-none-any.whl', hashes };
const entry = { name: 'a', version: '1.0', wheels: [wheel] };

const write = (keys: object, ...packages: object[]): object => ({
  'lock-version': '1.0',
  'created-by': 'a-locker',
  packages,
  ...keys,
});

const read = (...packages: object[]): ReturnType<typeof parsePylock> => parsePylock(write({}, ...packages));

describe('parsePylock', () => {
  it('reads every key of the specification', () => {
    const lock = parsePylock(
      write(
        {
          environments: ["sys_platform == 'linux'"],
          'requires-python': '>=3.9',
          extras: ['Fast'],
          'dependency-groups': ['Dev'],
          'default-groups': ['default'],
          tool: { locker: { anything: [1] } },
        },
        {
          name: 'A.b',
          version: '1.0',
          marker: "'dev' in dependency_groups",
          'requires-python': '>=3.10',
          dependencies: [{ name: 'c', version: '2', vcs: { url: 'x' } }],
          index: 'https://index.example.org/simple',
          sdist: {
            name: 'a_b-1.0.tar.gz',
            url: 'https://files.example.org/download?id=7',
            size: 10,
            'upload-time': new Date('2026-01-02T03:04:05Z'),
            hashes: { SHA256: digest.toUpperCase() },
          },
          wheels: [{ path: 'wheels/a_b-1.0-py3-none-any.whl', hashes }],
          'attestation-identities': [{ kind: 'GitHub', repository: 'x' }],
          tool: { locker: {} },
        },
      ),
    );
    expect(lock).toMatchObject({
      lockVersion: '1.0',
      createdBy: 'a-locker',
      extras: ['fast'],
      dependencyGroups: ['dev'],
      defaultGroups: ['default'],
      notes: [],
    });
    expect(lock.packages[0]).toMatchObject({
      normalizedName: 'a-b',
      source: { kind: 'index', url: 'https://index.example.org/simple' },
      dependencies: [{ normalizedName: 'c', version: { text: '2' } }],
      files: [
        {
          kind: 'sdist',
          filename: 'a_b-1.0.tar.gz',
          url: 'https://files.example.org/download?id=7',
          size: 10,
          uploadTime: '2026-01-02T03:04:05.000Z',
          hashes: { sha256: digest },
        },
        {
          kind: 'wheel',
          filename: 'a_b-1.0-py3-none-any.whl',
          url: null,
          path: 'wheels/a_b-1.0-py3-none-any.whl',
        },
      ],
    });
  });

  it('reads source trees and archives', () => {
    const commit = 'c'.repeat(40);
    const lock = read(
      {
        name: 'g',
        vcs: { type: 'git', url: 'https://git.example.org/g', 'commit-id': commit, subdirectory: 'py' },
      },
      { name: 'd', directory: { path: '../d', editable: true } },
      { name: 'u', archive: { url: 'https://files.example.org/u%2B1.zip?x=1', hashes } },
      { name: 'p', archive: { path: 'p.zip', hashes } },
    );
    expect(lock.packages.map(({ source }) => source)).toEqual([
      { kind: 'git', url: 'https://git.example.org/g', commit, subdirectory: 'py' },
      { kind: 'path', path: '../d' },
      { kind: 'url', url: 'https://files.example.org/u%2B1.zip?x=1', subdirectory: null },
      { kind: 'path', path: 'p.zip' },
    ]);
    expect(lock.packages[2]?.files[0]?.filename).toBe('u+1.zip');
  });

  it.each([['2.0'], ['0.9'], ['1'], ['1.0.0'], [1]])('refuses lock-version %j', (version) => {
    expect(() => parsePylock(write({ 'lock-version': version }))).toThrow(
      expect.objectContaining({ code: 'LOCK_INVALID' }),
    );
  });

  it('reads a newer minor version and notes what it passes over', () => {
    const lock = parsePylock(write({ 'lock-version': '1.3', novelty: 1 }, { ...entry, twist: 2 }));
    expect(lock.notes).toEqual([
      'The lock has version 1.3; it was read as 1.0. These keys were ignored: novelty, packages[0].twist.',
    ]);
  });

  it.each([
    [{ ...entry, twist: 1 }, 'packages[0].twist is not a key'],
    [{ ...entry, wheels: [{ ...wheel, twist: 1 }] }, 'packages[0].wheels[0].twist is not a key'],
    [{ version: '1', wheels: [wheel] }, 'packages[0].name is missing'],
    [{ name: 'a' }, 'packages[0] has no source'],
    [{ ...entry, directory: { path: '.' } }, 'packages[0] has conflicting sources: directory, wheels'],
    [{ name: 'a', vcs: {}, archive: {} }, 'packages[0] has conflicting sources: vcs, archive'],
    [{ ...entry, wheels: [{ url: wheel.url }] }, 'packages[0].wheels[0].hashes is missing'],
    [{ ...entry, wheels: [{ ...wheel, hashes: {} }] }, 'must have at least one entry'],
    [{ ...entry, wheels: [{ ...wheel, hashes: { sha256: 'abc' } }] }, 'is not a hash'],
    [{ ...entry, wheels: [{ hashes }] }, 'packages[0].wheels[0] needs a url or a path'],
    [{ ...entry, wheels: [{ ...wheel, url: 'javascript:alert(1)' }] }, 'is not an absolute http(s) URL'],
    [{ ...entry, wheels: [{ ...wheel, name: '../a-1.0-py3-none-any.whl' }] }, 'is not a file name'],
    [{ ...entry, wheels: [{ ...wheel, name: 'b-1.0-py3-none-any.whl' }] }, 'is of another package than a'],
    [{ ...entry, wheels: [{ ...wheel, name: 'a-1.1-py3-none-any.whl' }] }, 'is of another version than 1.0'],
    [{ ...entry, wheels: [{ ...wheel, size: -1 }] }, 'packages[0].wheels[0].size must be a whole number'],
    [{ ...entry, marker: 'no marker' }, 'packages[0].marker: '],
    [{ ...entry, version: 'x' }, 'packages[0].version: '],
    [{ ...entry, 'attestation-identities': [{}] }, 'attestation-identities[0].kind is missing'],
    [{ name: 'a', vcs: { type: 'hg', url: 'https://x.example', 'commit-id': 'c'.repeat(40) } }, 'only git'],
    [{ name: 'a', vcs: { type: 'git', url: 'https://x.example', 'commit-id': 'main' } }, 'whole git commit'],
    [{ name: 'a', directory: { path: '.', subdirectory: '../..' } }, 'must stay inside the source tree'],
    ['text', 'packages[0] must be a table'],
  ])('refuses the entry %j', (item, message) => {
    expect(() => parsePylock({ ...write({}), packages: [item] })).toThrow(message);
  });

  it('names every problem of a file at once, and no end of them', () => {
    expect(() => parsePylock({ 'lock-version': '1.0', packages: [{ name: 'a' }, { name: 'b' }] })).toThrow(
      /created-by is missing\. packages\[0\] has no source.*packages\[1\] has no source/,
    );
    expect(() => read(...Array.from({ length: 500 }, () => ({ name: 'a' })))).toThrow(/And 480 more\.$/);
  });

  it('shows no password of a URL', () => {
    const secret = { ...wheel, url: 'ftp://user:hunter2@files.example.org/a-1.0-py3-none-any.whl' };
    expect(() => read({ ...entry, wheels: [secret] })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') as string }),
    );
  });
});
