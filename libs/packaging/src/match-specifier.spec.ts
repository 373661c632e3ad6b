import { describe, expect, it } from 'vitest';
import { filterVersions, matchesSpecifier } from './match-specifier.ts';
import { findPin, parseSpecifierSet } from './specifier.ts';
import { parseVersion } from './version.ts';

const matches = (version: string, specifier: string): boolean =>
  matchesSpecifier(version, parseSpecifierSet(specifier), { prereleases: true });

describe('specifiers (PEP 440)', () => {
  it.each([
    ['2.2.post3', '~=2.2', true],
    ['3.0', '~=2.2', false],
    ['1.4.5.9', '~=1.4.5', true],
    ['1.5', '~=1.4.5', false],
    ['2.3a1', '~=2.2.post3', true],
    ['1.1.post1', '==1.1', false],
    ['1.1.post1', '==1.1.*', true],
    ['1.1a1', '==1.1.*', true],
    ['1.1', '==1.1.0', true],
    ['1', '==1.0.*', true],
    ['1.1.post1', '!=1.1', true],
    ['1.1.post1', '!=1.1.*', false],
    ['1.0+local', '==1.0', true],
    ['1.0', '==1.0+local', false],
    ['1.0+local', '==1.0+LOCAL', true],
    ['1.0+local', '<=1.0', true],
    ['1.0+local', '>1.0', false],
    ['1.7.1', '>1.7', true],
    ['1.7.0.post1', '>1.7', false],
    ['1.7.0.post3', '>1.7.post2', true],
    ['1.7.0', '>1.7.post2', false],
    ['1.7.post1', '>1.7rc1', true],
    ['1.0rc1', '<1.0', false],
    ['1.0rc1', '<1.0rc2', true],
    ['1.0rc1', '<1.0.post1', true],
    ['1.0.post1.dev1', '<1.0.post1', false],
    ['1!1.0', '>2.0', true],
    ['1.5', '>=1.2,<2,!=1.5', false],
    ['1.5', '', true],
    ['1.0', '===1.0', true],
    ['1.0.0', '===1.0', false],
    ['1.0+DownStream1', '===1.0+downstream1', true],
    ['banana', '===BANANA', true],
    ['banana', '>=0', false],
  ])('%s in %j is %s', (version, specifier, expected) => {
    expect(matches(version, specifier)).toBe(expected);
  });

  it.each([
    '1.0',
    '>',
    '=1.0',
    '>=1.*',
    '~=1',
    '~=1.0+local',
    '>1.0+local',
    '==1.0a1.*',
    '==1.0.*.*',
    '>=1.0 <2',
    '>=banana',
    `>=${'1'.repeat(5000)}`,
  ])('%j is refused', (specifier) => {
    expect(() => parseSpecifierSet(specifier)).toThrow(
      expect.objectContaining({ code: 'SPECIFIER_INVALID' }),
    );
  });

  it('finds an exact pin and no other', () => {
    expect(findPin(parseSpecifierSet('>=1,==1.2'))?.text).toBe('1.2');
    expect(findPin(parseSpecifierSet('===1.2-odd'))?.text).toBe('1.2-odd');
    expect(findPin(parseSpecifierSet('==1.*,~=1.2,!=1.3'))).toBeUndefined();
  });
});

describe('pre-releases', () => {
  const pick = (versions: string[], specifier: string, options = {}): string[] =>
    filterVersions(
      versions.map((text) => ({ version: parseVersion(text) })),
      parseSpecifierSet(specifier),
      options,
    ).map(({ version }) => version.text);

  it('are left out while a final release matches', () => {
    expect(pick(['1.0', '1.1rc1', '1.1.dev3'], '>=1')).toEqual(['1.0']);
  });

  it('are taken when nothing else matches', () => {
    expect(pick(['0.9', '1.1rc1'], '>=1')).toEqual(['1.1rc1']);
  });

  it('are taken when a clause names one', () => {
    expect(pick(['1.0', '1.1rc1'], '>=1.0.dev0')).toEqual(['1.0', '1.1rc1']);
    expect(pick(['1.0', '1.1rc1'], '!=1.1rc2')).toEqual(['1.0']);
  });

  it('follow an explicit word either way', () => {
    expect(pick(['1.0', '1.1rc1'], '', { prereleases: true })).toEqual(['1.0', '1.1rc1']);
    expect(pick(['1.1rc1'], '', { prereleases: false })).toEqual([]);
  });
});
