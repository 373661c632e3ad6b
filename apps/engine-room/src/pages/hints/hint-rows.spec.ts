import { describe, expect, it } from 'vitest';
import { newHintView } from './hint-fixture.ts';
import { countOpen, describeHint, toHintName, toHintRows, toHintState, writeSuccess } from './hint-rows.ts';
import { toRecipeKind, writeRecipe } from './list-recipe-parts.ts';

const now = Date.parse('2026-12-01T00:00:00Z');
const other = { apt: [], dnf: [], env: { A: '1' } };

describe('the state of a hint', () => {
  it('is retired before it is expired, and expired from its end on', () => {
    const end = '2026-12-01T00:00:00.000Z';
    expect(toHintState(newHintView({ enabled: false, expires_at: end }), now)).toBe('retired');
    expect(toHintState(newHintView({ expires_at: end }), now)).toBe('expired');
    expect(toHintState(newHintView({ expires_at: end }), now - 1)).toBe('enabled');
  });

  it('is a conflict where another in force says something else for the same line', () => {
    const mine = newHintView({ id: 'hint_a' });
    const theirs = newHintView({ id: 'hint_b', patterns: ['x', ...mine.patterns], recipes: other });
    const [first, second] = toHintRows([mine, theirs], now);
    expect([first?.state, first?.rivals, second?.state, second?.rivals]).toEqual([
      'conflict',
      ['hint_b'],
      'conflict',
      ['hint_a'],
    ]);
  });

  it.each([
    ['the same recipe', {}],
    ['another scope, which goes first', { package: 'foo', recipes: other }],
    ['one that is retired', { enabled: false, recipes: other }],
    ['one that has expired', { expires_at: '2026-01-01T00:00:00.000Z', recipes: other }],
    ['another line beside it', { alongside: 'y', recipes: other }],
  ])('is no conflict with %s', (_what, change) => {
    const rows = toHintRows([newHintView({ id: 'hint_a' }), newHintView({ id: 'hint_b', ...change })], now);
    expect(rows.map(({ rivals }) => rivals)).toEqual([[], []]);
  });
});

describe('what is said of a hint', () => {
  it('names it by its note, its pattern, its package, or the catalogue', () => {
    expect(toHintName(newHintView({ note: '\nFoo is needed.\nMore.' }))).toBe('Foo is needed.');
    expect(toHintName(newHintView({ note: 'a\u202eb' }))).toBe('a⟨RLO⟩b');
    expect(toHintName(newHintView())).toBe('fatal error: foo\\.h');
    expect(toHintName(newHintView({ pattern: null, patterns: [], package: 'foo' }))).toBe('for foo');
    expect(toHintName(newHintView({ source: 'builtin', id: 'builtin-zlib', note: 'x' }))).toBe(
      'builtin-zlib',
    );
  });

  it('puts its actions on one line, by kind', () => {
    const recipes = { apt: ['a', 'b'], dnf: [], env: { X: '1' }, build_constraints: ['numpy<2'] };
    expect(writeRecipe(recipes)).toBe('apt a b; Variables X=1; Build constraints numpy<2');
    expect(toRecipeKind(recipes)).toBe('several kinds');
    expect(toRecipeKind({ apt: ['a'], dnf: ['b'], env: {} })).toBe('system packages');
    expect(toRecipeKind({ apt: [], dnf: [], env: {}, build_constraints: ['numpy<2'] })).toBe('version cap');
    const byRule = { rule: 'pkg-config' as const, recipes: { apt: [], dnf: [], env: {} } };
    expect(describeHint(byRule)).toBe('installs what pkg-config asked for');
    expect(toRecipeKind(byRule.recipes)).toBe('by its rule');
  });

  it('gives no figure where nothing has ended', () => {
    const stats = { applied: 5, succeeded: 2, moved_on: 1, failed: 0, last_applied_at: null };
    expect(writeSuccess({ ...stats, success: null })).toBeNull();
    expect(writeSuccess({ ...stats, success: { n: 3, rate: 2 / 3, low: 0.208, high: 0.939 } })).toBe(
      '67 % (21–94 %)',
    );
    expect(countOpen({ ...stats, success: null })).toBe(2);
  });
});
