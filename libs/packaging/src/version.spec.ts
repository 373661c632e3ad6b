import { describe, expect, it } from 'vitest';
import { compareVersions } from './compare-versions.ts';
import { normalizeName, parseName } from './names.ts';
import { findVersion, isPrerelease, parseVersion, toPublicVersion, toVersionKey } from './version.ts';

describe('project names', () => {
  it.each([
    ['Friendly-Bard', 'friendly-bard'],
    ['FRIENDLY.BARD', 'friendly-bard'],
    ['friendly_-.bard', 'friendly-bard'],
    ['zope.interface', 'zope-interface'],
  ])('%s is compared as %s (PEP 503)', (name, normalized) => {
    expect(normalizeName(name)).toBe(normalized);
  });

  it.each(['', '-a', 'a-', 'a b', 'ä', 'a/b', '../a', 'a\n', 'x'.repeat(500)])('%j is none', (name) => {
    expect(() => parseName(name)).toThrow(expect.objectContaining({ code: 'NAME_INVALID' }));
  });
});

describe('versions (PEP 440)', () => {
  it.each([
    ['1.0', '1.0'],
    [' v1.0\n', '1.0'],
    ['1.1.ALPHA-2', '1.1a2'],
    ['1.1beta', '1.1b0'],
    ['1.1c3', '1.1rc3'],
    ['1.1-preview_1', '1.1rc1'],
    ['1.0-1', '1.0.post1'],
    ['1.0-r4', '1.0.post4'],
    ['1.0.rev', '1.0.post0'],
    ['1.0DEV7', '1.0.dev7'],
    ['1!2.0', '1!2.0'],
    ['1.0+Ubuntu-1', '1.0+ubuntu.1'],
    ['00.01', '0.1'],
    ['1.0a1.post2.dev3', '1.0a1.post2.dev3'],
    ['20250101123456789012', '20250101123456789012'],
  ])('%j reads as %s', (text, normalized) => {
    expect(parseVersion(text).text).toBe(normalized);
  });

  it.each([
    '',
    '1.',
    '.1',
    '1..2',
    '1.0+',
    '1.0+a..b',
    '1.x',
    'latest',
    '1.0 1',
    '1!',
    '\u0661.0',
    '1.0+\u212a',
  ])('%j is no version', (text) => {
    expect(findVersion(text)).toBeUndefined();
    expect(() => parseVersion(text)).toThrow(expect.objectContaining({ code: 'VERSION_INVALID' }));
  });

  it('refuses a version of a megabyte at once', () => {
    expect(findVersion('1'.repeat(1_000_000))).toBeUndefined();
  });

  it('orders a release from its first development release to its posts', () => {
    const ordered = [
      '0.9',
      '1.0.dev1',
      '1.0a1.dev1',
      '1.0a1',
      '1.0a1.post1',
      '1.0a2',
      '1.0b1',
      '1.0rc1.dev2',
      '1.0rc1',
      '1.0',
      '1.0+abc.5',
      '1.0+abc.7',
      '1.0+5',
      '1.0+5.1',
      '1.0.post1.dev1',
      '1.0.post1',
      '1.0.1',
      '1.10',
      '1!0.1',
    ];
    const shuffled = [...ordered].reverse().map(parseVersion);
    expect(shuffled.sort(compareVersions).map(({ text }) => text)).toEqual(ordered);
  });

  it('takes trailing zeros for the same release', () => {
    expect(compareVersions(parseVersion('1.0'), parseVersion('1.0.0'))).toBe(0);
    expect(toVersionKey(parseVersion('1.0.0rc1'))).toBe(toVersionKey(parseVersion('1rc1')));
    expect(toVersionKey(parseVersion('0.0'))).toBe('0');
  });

  it('tells numbers apart that a double cannot', () => {
    const [older, newer] = [parseVersion('1.20240101000000000001'), parseVersion('1.20240101000000000002')];
    expect(compareVersions(older, newer)).toBe(-1);
    expect(toVersionKey(older)).not.toBe(toVersionKey(newer));
  });

  it('knows pre-releases and public versions', () => {
    expect(['1.0a1', '1.0.dev0', '1.0.post1.dev0'].map((text) => isPrerelease(parseVersion(text)))).toEqual([
      true,
      true,
      true,
    ]);
    expect(isPrerelease(parseVersion('1.0.post1'))).toBe(false);
    expect(toPublicVersion(parseVersion('1.0.post1+local')).text).toBe('1.0.post1');
  });
});
