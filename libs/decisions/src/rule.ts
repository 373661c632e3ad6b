import type { AttemptFacts, LogLine } from './attempt-facts.ts';
import type { Cause } from './causes.ts';
import type { Prior } from './evidence.ts';
import type { DecisionAction } from './policy.ts';

/** A pattern that is ready to look at one line. */
export interface LinePattern {
  test(text: string): boolean;
}

/** When a rule fits: every part that is there must. */
export interface RuleCondition {
  readonly phases?: readonly string[];
  readonly tool?: string;
  /** One of the lines has it. */
  readonly anchor?: LinePattern;
  readonly exit?: number;
  readonly signal?: number;
  /** Host of a source that was at fault. */
  readonly provider?: string;
  readonly package?: string;
  readonly python?: string;
}

/** Says what an attempt's end means, and what to do. */
export interface Rule {
  readonly id: string;
  readonly when: RuleCondition;
  readonly cause: Cause;
  /** How sure it is of the cause, before anything was counted. */
  readonly certainty: number;
  /** What it would do; null: what follows from the cause. */
  readonly decision: DecisionAction | null;
  readonly hintId: string | null;
  /** That what it does will do; null: that of its cause. */
  readonly prior: Prior | null;
  /** Milliseconds since the epoch; null: for good. */
  readonly expiresAt: number | null;
}

/** The lines that a rule's anchor is in; empty for a rule without one. Null when the rule does not fit. */
export function matchRule(when: RuleCondition, facts: AttemptFacts): LogLine[] | null {
  if (when.phases !== undefined && (facts.phase === null || !when.phases.includes(facts.phase))) return null;
  if (when.tool !== undefined && when.tool !== facts.tool) return null;
  if (when.exit !== undefined && when.exit !== facts.exitCode) return null;
  if (when.signal !== undefined && when.signal !== facts.signal) return null;
  if (when.provider !== undefined && !facts.providers.includes(when.provider)) return null;
  if (when.package !== undefined && when.package !== facts.package) return null;
  if (when.python !== undefined && when.python !== facts.python) return null;
  const { anchor } = when;
  if (anchor === undefined) return [];
  const matched = facts.lines.filter(({ text }) => anchor.test(text));
  return matched.length === 0 ? null : matched;
}
