import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { selectUvLockPackages, type UvLockSelectionOptions } from './select-uv-lock-packages.ts';
import { createTarget } from './target-environment.ts';
import { parseUvLock } from './uv-lock.ts';

const s390x = createTarget({ pythonVersion: '3.12', platformTag: 'manylinux_2_28_s390x' });
const x86 = createTarget({ pythonVersion: '3.12', platformTag: 'manylinux_2_28_x86_64' });

const readFixture = (name: string): unknown =>
  parse(readFileSync(new URL(`../test-data/locks/${name}.uv.lock`, import.meta.url), 'utf8'));

const select = (
  document: unknown,
  options: Partial<UvLockSelectionOptions> = {},
): ReturnType<typeof selectUvLockPackages> =>
  selectUvLockPackages(parseUvLock(document), { target: s390x, ...options });

/** `name version`, with `*` for what the user asks for. */
const listOf = (...given: Parameters<typeof select>): string[] =>
  select(...given).packages.map(
    ({ normalizedName, version, isDirect }) => `${normalizedName} ${version?.text}${isDirect ? '*' : ''}`,
  );

const registry = { registry: 'https://index.example.org/simple' };
const rootOf = (...dependencies: object[]): object => ({
  name: 'root',
  source: { virtual: '.' },
  dependencies,
});
const lockOf = (...packages: object[]): object => ({ version: 1, package: packages });

describe('selectUvLockPackages', () => {
  it('takes the forks of the target', () => {
    expect(listOf(readFixture('forks'))).toEqual([
      'certifi 2026.10.18',
      'charset-normalizer 3.5.2',
      'click 8.5.1*',
      'idna 3.20',
      'markupsafe 2.0.1*',
      'pysocks 1.7.1',
      'requests 2.34.2*',
      'urllib3 2.8.0',
    ]);
    expect(listOf(readFixture('forks'), { target: x86 })).toContain('markupsafe 3.0.4*');
    const old = createTarget({ pythonVersion: '3.9', platformTag: 'manylinux_2_28_s390x' });
    expect(listOf(readFixture('forks'), { target: old })).toEqual(
      expect.arrayContaining(['click 8.1.8*', 'requests 2.32.5*', 'tomli 2.5.0*', 'urllib3 2.6.3']),
    );
  });

  it('adds extras and groups when asked, and says what stays out', () => {
    const found = select(readFixture('forks'), { extras: ['fast'], dependencyGroups: ['Dev'] });
    const names = found.packages.map(({ normalizedName }) => normalizedName);
    expect(names).toEqual(expect.arrayContaining(['msgpack', 'iniconfig', 'pycodestyle']));
    expect(found.roots).toEqual(['sample-app']);
    expect(found.unselected.map(({ normalizedName }) => normalizedName)).toContain('colorama');
  });

  it('follows the extras of a dependency, and lists them with the needs', () => {
    const requests = select(readFixture('forks')).packages.find(
      ({ normalizedName }) => normalizedName === 'requests',
    );
    expect(requests?.needs.map(({ normalizedName }) => normalizedName).sort()).toEqual([
      'certifi',
      'charset-normalizer',
      'idna',
      'pysocks',
      'urllib3',
    ]);
  });

  it('begins at all members of a workspace, or at those named', () => {
    expect(listOf(readFixture('workspace'))).toEqual(['iniconfig 2.3.1*', 'tomli 2.5.0']);
    expect(listOf(readFixture('workspace'), { roots: ['Lib_A'] })).toEqual([]);
    expect(() => select(readFixture('workspace'), { roots: ['other'] })).toThrow(
      'other is no project of it; it has lib-a, ws-root',
    );
  });

  it('says that the supported environments leave the target out, and goes on', () => {
    expect(select(readFixture('workspace')).notes).toEqual([
      expect.stringContaining('supported-markers do not take in CPython 3.12 on manylinux_2_28_s390x'),
    ]);
    expect(select(readFixture('workspace'), { target: x86 }).notes).toEqual([]);
  });

  it('evaluates the markers of conflicting extras', () => {
    expect(listOf(readFixture('conflicts'))).toEqual(['click 8.1.8*', 'iniconfig 2.3.1*']);
    expect(listOf(readFixture('conflicts'), { extras: ['b'] })).toEqual(['click 8.5.1*', 'iniconfig 2.3.1*']);
    expect(listOf(readFixture('conflicts'), { extras: ['all-a'] })).toEqual([
      'click 8.1.8*',
      'iniconfig 2.3.1*',
      'toolz 1.2.0*',
    ]);
    expect(() => select(readFixture('conflicts'), { extras: ['a', 'b'] })).toThrow(
      'These exclude each other: extra a of cx, extra b of cx',
    );
  });

  it('begins at the requirements of a script', () => {
    expect(listOf(readFixture('script'))).toEqual(['click 8.5.1*', 'iniconfig 2.3.1*']);
  });

  it('keeps what lies in folders of the machine where the lock was made', () => {
    const { packages } = select(readFixture('paths'));
    expect(packages.find(({ normalizedName }) => normalizedName === 'loc')?.source).toEqual({
      kind: 'path',
      path: 'loc',
    });
    expect(packages.find(({ normalizedName }) => normalizedName === 'click')?.files).toMatchObject([
      { kind: 'wheel', filename: 'click-8.1.8-py3-none-any.whl', url: null },
    ]);
  });

  it('takes a circle of dependencies', () => {
    const lock = lockOf(
      rootOf({ name: 'a' }),
      { name: 'a', version: '1', source: registry, dependencies: [{ name: 'b' }] },
      { name: 'b', version: '1', source: registry, dependencies: [{ name: 'a' }] },
    );
    expect(listOf(lock)).toEqual(['a 1*', 'b 1']);
  });

  it('chooses by resolution-markers where a dependency names no version', () => {
    const entryOf = (version: string, marker: string): object => ({
      name: 'a',
      version,
      source: registry,
      'resolution-markers': [marker],
    });
    const old = entryOf('1', "platform_machine == 's390x'");
    expect(listOf(lockOf(rootOf({ name: 'a' }), old, entryOf('2', "platform_machine != 's390x'")))).toEqual([
      'a 1*',
    ]);
    expect(() => select(lockOf(rootOf({ name: 'a' }), old, entryOf('2', "os_name == 'posix'")))).toThrow(
      'package[0] needs a, and for CPython 3.12 on manylinux_2_28_s390x more than one of these entries is meant: a 1, a 2',
    );
  });

  it.each([
    [lockOf(rootOf({ name: 'b' })), {}, 'package[0] needs b, and no [[package]] is that'],
    [lockOf(rootOf(), { name: 'b', source: registry }), { extras: ['x'] }, 'no extra x in it; it has none'],
    [lockOf(rootOf()), { dependencyGroups: ['x'] }, 'no dependency group x in it'],
    [{ ...lockOf(rootOf()), 'requires-python': '>=3.13' }, {}, 'It is for Python >=3.13'],
    [lockOf({ name: 'a', source: registry }), {}, 'It has no project'],
    [
      lockOf(
        rootOf({ name: 'a', version: '1' }, { name: 'a', version: '2' }),
        { name: 'a', version: '1', source: registry },
        { name: 'a', version: '2', source: registry },
      ),
      {},
      'It names a more than once for CPython 3.12 on manylinux_2_28_s390x',
    ],
  ])('refuses %#', (lock, options, message) => {
    expect(() => select(lock, options)).toThrow(expect.objectContaining({ code: 'LOCK_MISMATCH' }));
    expect(() => select(lock, options)).toThrow(message);
  });
});
