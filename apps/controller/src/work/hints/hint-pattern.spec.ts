import { builtinHints, findHintMatches, toLineMatcher } from '@ironwheel/decisions';
import { RE2JS } from 're2js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { checkHint, linesOf } from './check-hint.ts';
import { findPatternFault } from './find-pattern-fault.ts';
import { toRe2Matcher } from './hint-pattern.ts';
import { isInScope, toShippedHint, toUsable } from './usable-hint.ts';

const recipes = { apt: ['libfoo-dev'], dnf: ['foo-devel'], env: {} };

describe('a pattern that a person writes', () => {
  afterEach(() => vi.restoreAllMocks());

  it.each(['(?=a)', '(?<!b)a', '(a)\\1', '(a', '(a{1000}){1000}'])('%s is refused', (pattern) => {
    expect(() => toRe2Matcher(pattern)).toThrow(
      expect.objectContaining({ code: 'HINT_PATTERN_INVALID' }) as Error,
    );
  });

  it.each([
    ['(?=a)', 1],
    ['(a(?=b)c)', 3],
    ['\\(?=x(?<!b)', 6],
    ['(a)(b', 4],
    ['((a)', 1],
    ['a)b', 2],
    ['ab[cd', 3],
    ['(a[b', 3],
    ['a**', 2],
    ['x{1001}', 2],
    ['(a{1000}){1000}', 10],
    ['\u{1d4b3}\\1', 2],
    ['(?:a)b)c(', 7],
    ['\\(a[)(](b', 8],
    ['[]()](b', 6],
    ['[^]()[:alpha:](](b', 17],
    ['\\Q(\\E(b', 6],
  ])('%s is told to be wrong at character %i', (pattern, at) => {
    expect(findPatternFault(pattern)?.at).toBe(at);
  });

  it.each([`(${'a'.repeat(299)}`, `a)${'b'.repeat(298)}`, `[${'a'.repeat(299)}`, `**${'(a)'.repeat(99)}`])(
    'is not compiled for each of its 300 characters to find the wrong one: %s',
    (pattern) => {
      const compile = vi.spyOn(RE2JS, 'compile');
      expect(findPatternFault(pattern)?.at).toBeLessThanOrEqual(2);
      expect(compile.mock.calls.length).toBeLessThanOrEqual(12);
    },
  );

  it('is said to be wrong in its own place of the hint', () => {
    const check = () => checkHint({ patterns: ['fine', 'fi(ne'], recipes });
    expect(check).toThrow(
      expect.objectContaining({
        issues: [{ path: 'patterns.1', message: 'missing closing ), at character 3' }],
      }) as Error,
    );
  });

  it('catches groups as the catalogue does', () => {
    expect(toRe2Matcher("No package '([a-z]+)'( found)?")("No package 'foo' found")).toEqual([
      'foo',
      ' found',
    ]);
    expect(toRe2Matcher('a(b)?')('a')).toEqual([undefined]);
    expect(toRe2Matcher('a')('b')).toBeNull();
  });

  it('is read by both engines alike, as far as the catalogue goes', () => {
    const lines = builtinHints.flatMap(({ tests }) =>
      [...tests.matches, ...tests.misses].flatMap((text) => text.split('\n')),
    );
    for (const { patterns } of builtinHints) {
      for (const { source } of patterns) {
        const [native, linear] = [toLineMatcher(source), toRe2Matcher(source)];
        for (const line of lines) expect(linear(line), `${source} on ${line}`).toEqual(native(line));
      }
    }
  });
});

describe('checkHint', () => {
  const codeOf = (run: () => unknown): string => {
    try {
      run();
    } catch (error) {
      return (error as { code: string }).code;
    }
    return 'none';
  };

  it('takes what seed 001 sends', () => {
    expect(checkHint({ pattern: 'fatal error: foo\\.h', recipes, note: 'foo' })).toMatchObject({
      patterns: ['fatal error: foo\\.h'],
      enabled: true,
      package: null,
    });
  });

  it.each([
    [{ pattern: 'a', recipes: { apt: [], dnf: [], env: {} } }, 'HINT_INVALID'],
    [{ recipes }, 'HINT_INVALID'],
    [{ pattern: 'x*', recipes }, 'HINT_INVALID'],
    [{ pattern: 'x', recipes, specifier: '>=1' }, 'HINT_INVALID'],
    [{ pattern: 'x', recipes, package: 'foo', specifier: 'newer' }, 'HINT_INVALID'],
    [{ pattern: 'x(?=y)', recipes }, 'HINT_PATTERN_INVALID'],
    [{ pattern: 'foo', recipes, tests: [{ text: 'bar', matches: true }] }, 'HINT_TEST_FAILED'],
    [{ pattern: 'foo', recipes, tests: [{ text: 'error: foo', matches: false }] }, 'HINT_TEST_FAILED'],
  ])('refuses %j', (stated, code) => {
    expect(codeOf(() => checkHint(stated))).toBe(code);
  });

  it('holds every entry of the catalogue to its own tests', () => {
    for (const builtin of builtinHints) {
      const { patterns, alongside, answers, recipes: actions, tests, rule } = toShippedHint(builtin);
      expect(() =>
        checkHint({ patterns: [...patterns], alongside, answers, recipes: actions, tests: [...tests] }, rule),
      ).not.toThrow();
    }
  });
});

describe('scope', () => {
  it('is a project and a range of its versions, pre-releases included', () => {
    const hint = { package: 'foo', specifier: '>=2,<3' };
    expect(isInScope(hint, 'foo', '2.1rc1')).toBe(true);
    expect(isInScope(hint, 'foo', '3.0')).toBe(false);
    expect(isInScope(hint, 'bar', '2.1')).toBe(false);
    expect(isInScope({ package: null, specifier: null }, 'bar', 'no version')).toBe(true);
  });

  it('goes before the catalogue', () => {
    const own = toUsable({
      ...toShippedHint(builtinHints[0]!),
      id: 'hint_own',
      source: 'operator',
      patterns: ['zlib\\.h'],
      package: 'foo',
    });
    const zlib = builtinHints.find(({ id }) => id === 'builtin-zlib')!;
    const matches = findHintMatches(
      linesOf('x.c:1: fatal error: zlib.h: No such file'),
      [toUsable(toShippedHint(zlib)), own],
      '1',
    );
    expect(matches.map(({ hint }) => hint.id)).toEqual(['hint_own', 'builtin-zlib']);
  });
});
