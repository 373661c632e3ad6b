import { describe, expect, it } from 'vitest';
import { builtinHints, findHintMatches, findLogClass, logClassRules, toUsableBuiltin } from './index.ts';
import type { LogLine } from '../attempt-facts.ts';

const linesOf = (text: string): LogLine[] =>
  text.split('\n').map((line, index) => ({ no: index + 1, text: line }));
const patterns = [
  ...builtinHints.flatMap((hint) => [
    ...hint.patterns,
    ...(hint.alongside === undefined ? [] : [hint.alongside]),
  ]),
  ...logClassRules.flatMap((rule) => rule.patterns),
];

describe('the catalogue', () => {
  it.each(builtinHints)('$id matches what it should and nothing else', (hint) => {
    const usable = toUsableBuiltin(hint);
    const matches = (text: string): boolean => findHintMatches(linesOf(text), [usable], '1.0').length > 0;
    for (const text of hint.tests.matches) expect(matches(text), text).toBe(true);
    for (const text of hint.tests.misses) expect(matches(text), text).toBe(false);
    expect(hint.tests.misses.length).toBeGreaterThan(0);
  });

  it.each(builtinHints)('each pattern of $id has an excerpt', (hint) => {
    const lines = hint.tests.matches.flatMap((text) => text.split('\n'));
    for (const pattern of hint.patterns)
      expect(
        lines.some((line) => pattern.test(line)),
        pattern.source,
      ).toBe(true);
  });

  it('has no id twice and a way to mend in every entry', () => {
    expect(new Set(builtinHints.map(({ id }) => id)).size).toBe(builtinHints.length);
    for (const { id, recipe, rule } of builtinHints) {
      const actions = [recipe.apt, recipe.toolchain, recipe.build_requires, Object.keys(recipe.env)]
        .flat()
        .filter(Boolean);
      expect(actions.length > 0 || rule !== undefined, id).toBe(true);
      expect(recipe.apt.length > 0, id).toBe(recipe.dnf.length > 0);
    }
  });

  it('needs no flags, so that a pattern is its text', () => {
    for (const { flags } of builtinHints.flatMap((hint) => hint.patterns)) expect(flags).toBe('');
  });

  it('has bounded patterns without a repetition within a repetition, so that each line costs little', () => {
    for (const { source } of patterns) {
      expect(source.length, source).toBeLessThanOrEqual(300);
      expect(source).not.toMatch(/[*+}]\)[*+{]|\(\?[=!<][=!]?|\\[1-9]/u);
    }
  });

  it.each(logClassRules)('the class $class is seen in its excerpts only', (rule) => {
    for (const text of rule.tests.matches) expect(findLogClass(linesOf(text))?.class, text).toBe(rule.class);
    for (const text of rule.tests.misses)
      expect(findLogClass(linesOf(text))?.class, text).not.toBe(rule.class);
  });

  it('offers no package in logs that no package mends', () => {
    const hints = builtinHints.map((hint) => toUsableBuiltin(hint));
    const hopeless = [
      'network',
      'resource',
      'host-baseline',
      'no-source',
      'link-error',
      'symbols-too-recent',
    ];
    for (const rule of logClassRules.filter((one) => hopeless.includes(one.class))) {
      for (const text of rule.tests.matches)
        expect(findHintMatches(linesOf(text), hints, '1.0'), text).toEqual([]);
    }
  });
});
