import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { parsePylock, type Pylock } from './pylock.ts';
import { selectPylockPackages } from './select-pylock-packages.ts';
import { createTarget } from './target-environment.ts';

const s390x = createTarget({ pythonVersion: '3.12', platformTag: 'manylinux_2_28_s390x' });
const x86 = createTarget({ pythonVersion: '3.12', platformTag: 'manylinux_2_28_x86_64' });

const lockOf = (keys: object, ...packages: object[]): Pylock =>
  parsePylock({
    'lock-version': '1.0',
    'created-by': 'a-locker',
    ...keys,
    packages: packages.map((entry) => ({ directory: { path: '.' }, ...entry })),
  });

const select = (
  lock: Pylock,
  options: Partial<Parameters<typeof selectPylockPackages>[1]> = {},
): ReturnType<typeof selectPylockPackages> => selectPylockPackages(lock, { target: s390x, ...options });

const namesOf = (...given: Parameters<typeof select>): string[] =>
  select(...given).packages.map(({ normalizedName }) => normalizedName);

describe('selectPylockPackages', () => {
  it('takes the entries whose markers hold on the target', () => {
    const text = readFileSync(new URL('../test-data/locks/pylock.forks.toml', import.meta.url), 'utf8');
    const lock = parsePylock(parse(text));
    const versionOn = (target: typeof s390x): string | undefined =>
      select(lock, { target }).packages.find(({ normalizedName }) => normalizedName === 'markupsafe')?.version
        ?.text;
    expect([versionOn(s390x), versionOn(x86)]).toEqual(['2.0.1', '3.0.4']);
    expect(namesOf(lock)).not.toContain('colorama');
    expect(select(lock).unselected).toContainEqual({
      normalizedName: 'colorama',
      version: expect.objectContaining({ text: '0.4.6' }) as object,
      why: 'its marker does not hold on the target',
    });
  });

  it('keeps wheels of every platform beside the sdist', () => {
    const text = readFileSync(new URL('../test-data/locks/pylock.forks.toml', import.meta.url), 'utf8');
    const found = select(parsePylock(parse(text))).packages.find(
      ({ normalizedName }) => normalizedName === 'charset-normalizer',
    );
    expect(found?.files.map(({ kind }) => kind)).toEqual(['sdist', 'wheel', 'wheel', 'wheel']);
  });

  it('takes default groups, and other groups and extras when asked', () => {
    const lock = lockOf(
      { extras: ['fast'], 'dependency-groups': ['dev'], 'default-groups': ['base'] },
      { name: 'always' },
      { name: 'of-base', marker: "'base' in dependency_groups" },
      { name: 'of-dev', marker: "'dev' in dependency_groups" },
      { name: 'of-fast', marker: "'fast' in extras" },
    );
    expect(namesOf(lock)).toEqual(['always', 'of-base']);
    expect(namesOf(lock, { extras: ['Fast'], dependencyGroups: ['DEV'] })).toEqual([
      'always',
      'of-base',
      'of-dev',
      'of-fast',
    ]);
    expect(() => select(lock, { extras: ['slow'], dependencyGroups: ['docs'] })).toThrow(
      /no extra slow in it; it has fast\. .*no dependency group docs in it; it has dev, base/,
    );
  });

  it('says that environments leave the target out, and goes on', () => {
    const environments = ["sys_platform == 'linux' and platform_machine == 'x86_64'"];
    const lock = lockOf({ environments }, { name: 'a' });
    expect(select(lock).notes).toEqual([
      expect.stringContaining('environments do not take in CPython 3.12 on manylinux_2_28_s390x'),
    ]);
    expect(select(lock, { target: x86 }).notes).toEqual([]);
    expect(namesOf(lock)).toEqual(['a']);
  });

  it('refuses a lock or package for another Python', () => {
    expect(() => select(lockOf({ 'requires-python': '>=3.13' }, { name: 'a' }))).toThrow(
      expect.objectContaining({ code: 'LOCK_MISMATCH' }),
    );
    expect(() => select(lockOf({}, { name: 'a', 'requires-python': '<3.12' }))).toThrow(
      'packages[0] (a) is for Python <3.12, and the target is CPython 3.12 on manylinux_2_28_s390x',
    );
    const other = { name: 'a', 'requires-python': '<3.12', marker: "python_version < '3.12'" };
    expect(namesOf(lockOf({}, other))).toEqual([]);
  });

  it('refuses two entries of one name that both hold', () => {
    const lock = lockOf(
      {},
      { name: 'a', version: '1', marker: "python_version >= '3.9'" },
      { name: 'a', version: '2', marker: "sys_platform == 'linux'" },
    );
    expect(() => select(lock)).toThrow(/names a twice .*packages\[0\] \(a 1\) and packages\[1\] \(a 2\)/);
  });

  it('tells who wants what from the dependencies, and decides nothing by them', () => {
    const lock = lockOf(
      {},
      { name: 'app', dependencies: [{ name: 'lib', version: '1.0' }, { name: 'gone' }] },
      { name: 'lib', version: '1' },
      { name: 'gone', marker: "sys_platform == 'win32'" },
    );
    expect(select(lock).packages).toMatchObject([
      { normalizedName: 'app', isDirect: true, needs: [{ normalizedName: 'lib', version: { text: '1.0' } }] },
      { normalizedName: 'lib', isDirect: false, needs: [] },
    ]);
  });
});
