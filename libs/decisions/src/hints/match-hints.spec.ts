import { describe, expect, it } from 'vitest';
import {
  builtinHints,
  emptyRecipe,
  findFirstErrorBlock,
  matchHints,
  mergeRecipes,
  recipeText,
  suggestHint,
  toUsableBuiltin,
  wilsonInterval,
  type HintContext,
} from './index.ts';
import type { LogLine } from '../attempt-facts.ts';

const hints = builtinHints.map((hint) => toUsableBuiltin(hint));
const linesOf = (...texts: string[]): LogLine[] => texts.map((text, index) => ({ no: index + 1, text }));
const context = (more: Partial<HintContext> = {}): HintContext => ({
  version: '1.0',
  packageManager: null,
  given: emptyRecipe,
  triedHintIds: new Set(),
  triedDigests: new Set(),
  digestOf: (text) => text,
  ...more,
});
const idsOf = (lines: readonly LogLine[], more: Partial<HintContext> = {}): string[] =>
  matchHints(lines, hints, context(more)).map(({ hintId }) => hintId);
const zlib = linesOf(
  'gcc -c z.c',
  'z.c:1:10: fatal error: zlib.h: No such file or directory',
  'compilation terminated.',
);

describe('matchHints', () => {
  it('offers the hint with its line and what it would do', () => {
    const [offered] = matchHints(zlib, hints, context());
    expect(offered).toMatchObject({ hintId: 'builtin-zlib', line: { no: 2 }, wasTried: false });
    expect(offered?.confidence).toBeCloseTo(0.7);
    expect(offered?.recipeDigest).toContain('zlib1g-dev');
  });

  it('looks where the failure begins, not at the words at the end', () => {
    const early = linesOf(
      'a.c:1:10: error: expected expression',
      ...Array.from({ length: 60 }, () => 'gcc …'),
      ...zlib.map(({ text }) => text),
    );
    expect(idsOf(early)).toEqual([]);
    const noted = linesOf(
      '-- Could NOT find ZLIB (missing: ZLIB_LIBRARY)',
      ...Array.from({ length: 9 }, () => '-- ok'),
      'CMake Error at x: no',
    );
    expect(idsOf(noted)).toEqual([]);
  });

  it('reads a traceback to its last line', () => {
    const frames = Array.from({ length: 90 }, (_, index) => `  File "f.py", line ${index}`);
    const lines = linesOf(
      'Traceback (most recent call last):',
      ...frames,
      "FileNotFoundError: [Errno 2] No such file or directory: 'cmake'",
    );
    expect(idsOf(lines)).toEqual(['builtin-cmake']);
  });

  it('gives each hint, and each set of actions, one turn', () => {
    const [first] = matchHints(zlib, hints, context());
    const isTried = (more: Partial<HintContext>): boolean | undefined =>
      matchHints(zlib, hints, context(more))[0]?.wasTried;
    expect(isTried({ triedHintIds: new Set(['builtin-zlib']) })).toBe(true);
    expect(isTried({ triedDigests: new Set([first?.recipeDigest ?? '']) })).toBe(true);
    expect(isTried({ given: { ...emptyRecipe, apt: ['zlib1g-dev'], dnf: ['zlib-devel'] } })).toBe(true);
    expect(isTried({ given: { ...emptyRecipe, apt: ['zlib1g-dev'] }, packageManager: 'apt' })).toBe(true);
    expect(isTried({ given: { ...emptyRecipe, apt: ['zlib1g-dev'] }, packageManager: 'dnf' })).toBe(false);
  });

  it('asks dnf for pkgconfig(x), and apt for what the table knows', () => {
    const known = linesOf('meson.build:12:0: ERROR: Dependency "libuv" not found, tried pkgconfig');
    const [offered] = matchHints(known, hints, context());
    expect(offered?.hintId).toBe('builtin-pkg-config-name');
    expect(JSON.parse(offered?.recipeDigest ?? '')).toMatchObject({
      apt: ['libuv1-dev', 'pkg-config'],
      dnf: ['pkgconf-pkg-config', 'pkgconfig(libuv)'],
    });
    const unknown = linesOf('meson.build:12:0: ERROR: Dependency "madeup" not found, tried pkgconfig');
    expect(idsOf(unknown, { packageManager: 'apt' })).toEqual([]);
    expect(idsOf(unknown, { packageManager: 'dnf' })).toEqual(['builtin-pkg-config-name']);
  });

  it('prefers the entry that names the package to the general rule', () => {
    expect(idsOf(linesOf("configure: error: No package 'libffi' found"))).toEqual([
      'builtin-ffi',
      'builtin-pkg-config-name',
    ]);
  });

  it('adds a build requirement for a module that builds use, and for no other', () => {
    const lines = (module: string): LogLine[] =>
      linesOf('Traceback (most recent call last):', `ModuleNotFoundError: No module named '${module}'`);
    const [offered] = matchHints(lines('Cython.Build'), hints, context());
    expect(JSON.parse(offered?.recipeDigest ?? '')).toMatchObject({ build_requires: ['Cython'] });
    expect(idsOf(lines('whatever_this_is'))).toEqual([]);
  });

  it('keeps still where memory ran out, though a header is named', () => {
    expect(
      idsOf(
        linesOf(
          'c++: fatal error: Killed signal terminated program cc1plus',
          'z.c:1:10: fatal error: zlib.h: No such',
        ),
      ),
    ).toEqual([]);
  });
});

describe('recipes', () => {
  it('merge: lists add up, the later build requirement of a name wins, flags follow each other', () => {
    const one = {
      ...emptyRecipe,
      apt: ['b'],
      env: { CFLAGS: '-O1' },
      build_requires: ['NumPy==1.19', 'cython'],
    };
    const other = { ...emptyRecipe, apt: ['a', 'b'], env: { CFLAGS: '-g' }, build_requires: ['numpy>=2'] };
    expect(mergeRecipes(one, other)).toEqual({
      apt: ['a', 'b'],
      dnf: [],
      env: { CFLAGS: '-O1 -g' },
      build_requires: ['cython', 'numpy>=2'],
    });
    expect(recipeText(mergeRecipes(one, one))).toBe(recipeText(one));
  });
});

describe('what is measured of a hint', () => {
  it('has an interval, and no figure of nothing', () => {
    expect(wilsonInterval(0, 0)).toBeNull();
    const measured = wilsonInterval(8, 10);
    expect(measured).toMatchObject({ n: 10, rate: 0.8 });
    expect(measured?.low).toBeCloseTo(0.4902, 3);
    expect(measured?.high).toBeCloseTo(0.9433, 3);
  });
});

describe('suggestHint', () => {
  it.each([
    ['a.c:1:10: fatal error: foo/bar.h: No such file or directory', 'fatal error: foo/bar\\.h'],
    ['/usr/bin/ld: cannot find -lfoo: No such file or directory', 'cannot find -lfoo\\b'],
    ['/bin/sh: 1: footool: not found', '\\bfootool: (?:command )?not found'],
    ["ModuleNotFoundError: No module named 'foo'", "No module named 'foo"],
    ['ERROR: Dependency "foo-2" not found, tried pkgconfig', `(?:package|Dependency) ['"]?foo-2\\b`],
  ])('drafts a hint from %s', (text, pattern) => {
    const suggestion = suggestHint(linesOf('building', text));
    expect(suggestion?.pattern).toBe(pattern);
    expect(new RegExp(suggestion?.pattern ?? '', 'u').test(text)).toBe(true);
  });

  it('has nothing to say of a network that was away, or of a syntax error', () => {
    expect(
      suggestHint(linesOf('error: Temporary failure in name resolution', '/bin/sh: 1: foo: not found')),
    ).toBeNull();
    expect(suggestHint(linesOf("a.c:3:1: error: expected ';' before '}' token"))).toBeNull();
  });
});

describe('the first error block', () => {
  it('begins at the first error and keeps some lines before it', () => {
    const block = findFirstErrorBlock(linesOf('1', '2', '3', '4', '5', 'x.c:1: error: bad', 'after'));
    expect(block.map(({ no }) => no)).toEqual([3, 4, 5, 6, 7]);
  });
});
