import type { HintView } from '@ironwheel/contracts';
import { describe, expect, it } from 'vitest';
import { newHintView } from './hint-fixture.ts';
import { emptyHint, toHintValues } from './hint-values.ts';
import { readHint, toStatedHint } from './read-hint.ts';

const whole: HintView = newHintView({
  patterns: ['fatal error: foo\\.h', 'cannot find -lfoo\\b'],
  alongside: ' gcc ',
  answers: 'python-module',
  package: 'foo',
  specifier: '>=2,<3',
  recipes: {
    apt: ['libfoo-dev', 'libbar-dev=1.2'],
    dnf: ['pkgconfig(foo)'],
    env: { CFLAGS: '-O1 -DA=b', EMPTY: '' },
    repositories: ['crb', 'epel'],
    toolchain: ['gcc-14'],
    build_requires: ['setuptools<80', 'foo; python_version < "3.9"'],
    build_constraints: ['numpy<2'],
    config_settings: { 'setup-args': '-Dx=y' },
    patch: '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n',
  },
  note: 'Needs foo.\nSeen in 2026.',
  tests: [
    { text: 'a.c:1: fatal error: foo.h\n  and more', matches: true },
    { text: '- not this\n', matches: false },
  ],
  expires_at: '2027-01-02T03:04:00.000Z',
});

describe('the form of a hint', () => {
  it('gives back every field as it was read', () => {
    expect(readHint(toHintValues(whole))).toEqual({ hint: toStatedHint(whole), errors: {}, missing: {} });
  });

  it('leaves what nobody touched as it came, also what a form cannot show', () => {
    const odd = newHintView({
      patterns: ['a\nb'],
      recipes: { apt: [], dnf: [], env: { LINES: 'one\ntwo' } },
      expires_at: '2027-01-02T03:04:05.678Z',
    });
    const values = { ...toHintValues(odd), note: 'changed' };
    expect(readHint(values, { hint: odd, changed: ['note'] }).hint).toEqual({
      ...toStatedHint(odd),
      note: 'changed',
    });
    const emptied = { ...toHintValues(whole), apt: '', package: '', specifier: '', expires_at: '' };
    expect(
      readHint(emptied, { hint: whole, changed: ['apt', 'package', 'specifier', 'expires_at'] }).hint,
    ).toMatchObject({
      package: null,
      specifier: null,
      expires_at: null,
      recipes: { apt: [], dnf: ['pkgconfig(foo)'] },
    });
  });

  it.each([
    [{ patterns: `ok\n${'a'.repeat(301)}` }, 'patterns', /^Pattern 2: /],
    [{ apt: 'libfoo-dev $(reboot)' }, 'apt', /^Entry 2: expected a package of apt/],
    [{ env: 'lower=1' }, 'env', /expected the name of a variable/],
    [{ env: 'A=1\nB' }, 'env', /^B: expected NAME=value/],
    [{ env: 'A=1\nA=2' }, 'env', /^A stands there twice/],
    [
      { build_requires: 'a @ https://b.example/c' },
      'build_requires',
      /^Entry 1: expected a name with versions/,
    ],
    [{ toolchain: 'clang' }, 'toolchain', /expected gcc/],
    [{ package: 'no name' }, 'package', /expected a project name/],
    [{ tests: '+ ' }, 'tests', /^Test 1: /],
    [{ expires_at: 'soon' }, 'expires_at', /./],
  ])('says of %j what is wrong, at its field', (change, name, message) => {
    const { hint, errors } = readHint({ ...emptyHint, patterns: 'x', apt: 'libx-dev', ...change });
    expect(hint).toBeNull();
    expect(Object.keys(errors)).toEqual([name]);
    expect(errors[name]).toMatch(message);
  });

  it('tells what is missing apart from what is wrong', () => {
    expect(Object.keys(readHint(emptyHint).missing)).toEqual(['patterns', 'recipes']);
    expect(readHint(emptyHint).errors).toEqual({});
    expect(readHint({ ...emptyHint, package: 'foo', env: 'A=1' }).missing).toEqual({});
    expect(
      Object.keys(readHint({ ...emptyHint, patterns: 'x', env: 'A=1', specifier: '<2' }).missing),
    ).toEqual(['package']);
    const byRule = newHintView({ rule: 'pkg-config', recipes: { apt: [], dnf: [], env: {} } });
    expect(readHint(toHintValues(byRule), { hint: byRule, changed: [] }).missing).toEqual({});
  });
});
