import type { PolicyProblem } from './policy-problem.ts';
import type { PolicyRule } from './policy-rules.ts';

/** Makes a pattern of RE2 ready; throws for one that RE2 does not take. */
export type CompilePattern = (source: string) => { test(text: string): boolean };

/** Causes that no repetition mends that changes nothing. */
const unmended: ReadonlySet<string> = new Set(['package', 'recipe', 'platform']);

/** What is wrong with rules: their patterns, their own tests, and how they stand to each other. */
export function checkRules(rules: readonly PolicyRule[], compilePattern: CompilePattern): PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  const seen = new Map<string, number>();
  for (const [index, rule] of rules.entries()) {
    const add = (path: string, code: string, message: string): void =>
      void problems.push({ path: `rules.${index}.${path}`, code, message });
    const before = seen.get(rule.id);
    if (before !== undefined) add('id', 'duplicate', `rule ${before} has this id as well`);
    seen.set(rule.id, index);
    checkDecision(rule, add);
    checkPattern(rule, compilePattern, add);
  }
  problems.push(...findOverlaps(rules, compilePattern));
  return problems;
}

type Add = (path: string, code: string, message: string) => void;

function checkDecision(rule: PolicyRule, add: Add): void {
  const { cause, decision, hint_id: hintId } = rule;
  if (decision === 'retry' && unmended.has(cause))
    add('decision', 'repeats_unchanged', `a failure of cause ${cause} is never repeated unchanged`);
  if (decision === 'wait_provider' && cause !== 'provider')
    add('decision', 'no_provider', 'only a failure of cause provider waits for one');
  if ((decision === 'retry_hint') !== (hintId !== undefined))
    add('hint_id', 'hint_mismatch', 'expected a hint with retry_hint, and with nothing else');
}

function tryCompile(source: string, compilePattern: CompilePattern): ReturnType<CompilePattern> | string {
  try {
    return compilePattern(source);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function checkPattern(rule: PolicyRule, compilePattern: CompilePattern, add: Add): void {
  const source = rule.when.anchor_regex;
  if (source === undefined) {
    if (rule.tests.length > 0) add('tests', 'no_pattern', 'expected no tests of a rule without anchor_regex');
    return;
  }
  const pattern = tryCompile(source, compilePattern);
  if (typeof pattern === 'string') {
    add('when.anchor_regex', 'pattern_invalid', `RE2 does not take this pattern: ${pattern}`);
    return;
  }
  if (pattern.test('')) add('when.anchor_regex', 'matches_everything', 'the pattern is in every line');
  for (const wanted of [true, false]) {
    if (!rule.tests.some(({ matches }) => matches === wanted))
      add('tests', 'missing', `expected at least one line that ${wanted ? 'matches' : 'does not match'}`);
  }
  for (const [place, { line, matches }] of rule.tests.entries()) {
    if (pattern.test(line) !== matches)
      add(`tests.${place}`, 'test_failed', `the pattern ${matches ? 'is not' : 'is'} in this line`);
  }
}

/** Two enabled rules of one priority may not both fit a line that one of them is tested with: which is first would be chance. */
function findOverlaps(rules: readonly PolicyRule[], compilePattern: CompilePattern): PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  const compiled = rules.flatMap((rule, index) => {
    const source = rule.when.anchor_regex;
    const pattern = source === undefined || !rule.enabled ? '' : tryCompile(source, compilePattern);
    return typeof pattern === 'string' ? [] : [{ rule, index, pattern }];
  });
  const byPrio = Map.groupBy(compiled, ({ rule }) => rule.prio);
  for (const alike of byPrio.values()) {
    for (const { rule, index, pattern } of alike) {
      const other = alike.find(
        (candidate) =>
          candidate.index < index &&
          !excludes(candidate.rule, rule) &&
          (candidate.rule.tests.some(({ line, matches }) => matches && pattern.test(line)) ||
            rule.tests.some(({ line, matches }) => matches && candidate.pattern.test(line))),
      );
      if (other === undefined) continue;
      const message = `rule ${other.rule.id} has the same prio and fits a line of these tests too`;
      problems.push({ path: `rules.${index}.prio`, code: 'overlap', message });
    }
  }
  return problems;
}

const narrowing = ['phase', 'tool', 'exit', 'signal', 'provider', 'package', 'python'] as const;

/** No attempt fits both: they ask for different values of one thing. */
const excludes = (a: PolicyRule, b: PolicyRule): boolean =>
  narrowing.some(
    (name) => a.when[name] !== undefined && b.when[name] !== undefined && a.when[name] !== b.when[name],
  );
