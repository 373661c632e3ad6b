import type { AttemptFacts, LogLine } from './attempt-facts.ts';
import { builtInRules } from './built-in-rules.ts';
import { causeOfCode, vagueCodes } from './cause-of-code.ts';
import type { Cause } from './causes.ts';
import { noEvidence, posterior, type Evidence, type Prior } from './evidence.ts';
import type { DecisionAction, Policy } from './policy.ts';
import { matchRule, type Rule } from './rule.ts';

/** What was counted for the claims of each rule: of the cause that it names, and of each action that followed. */
export type RuleEvidence = Readonly<
  Record<string, Readonly<Partial<Record<DecisionAction | 'cause', Evidence>>>>
>;

export interface Classification {
  readonly cause: Cause;
  /** Which rule said so; `none` when no rule fitted. */
  readonly rule: string;
  /** That the rule names the right cause, 0 to 1. Not to be mixed up with the confidence in what is done about it. */
  readonly confidence: number;
  /** Lines that the rule went by. */
  readonly matched: readonly LogLine[];
  /** What the rule would do, and how sure that is of success, where it says so itself. */
  readonly decision: DecisionAction | null;
  readonly hintId: string | null;
  readonly prior: Prior | null;
}

/** Too slow where something outside is read: that is the source's matter, and not one of the build's means. */
const slowCodes: ReadonlySet<string> = new Set(['PHASE_TIMEOUT', 'IDLE_TIMEOUT']);

/** What a prior belief in a rule's cause is worth, in observations. */
const causeStrength = 20;

const certain = (cause: Cause, rule: string, confidence = 0.99): Classification => ({
  cause,
  rule,
  confidence,
  matched: [],
  decision: null,
  hintId: null,
  prior: null,
});

/**
 * Names the cause of an attempt's end. Pure: the same facts give the same answer. The policy's rules are asked first, then
 * the attempt's own code, and its lines where the code says little. A cause that is not sure enough is `unknown`, and the
 * rule that named it is still told. `now` is in milliseconds since the epoch.
 */
export function classify(
  facts: AttemptFacts,
  policy: Pick<Policy, 'rules' | 'unknownBelow'>,
  now: number,
  evidence: RuleEvidence = {},
): Classification {
  if (facts.status === 'succeeded') return certain('unknown', 'status:succeeded', 1);
  if (facts.status === 'cancelled') return certain('cancelled', 'status:cancelled', 1);
  if (facts.status === 'lost') return certain('worker', 'status:lost');
  const found = findByRule(facts, policy.rules, now, evidence) ?? findByFacts(facts, now, evidence);
  return found.confidence < policy.unknownBelow ? { ...found, cause: 'unknown' } : found;
}

function findByFacts(facts: AttemptFacts, now: number, evidence: RuleEvidence): Classification {
  const { errorCode } = facts;
  const cause = errorCode === null ? undefined : causeOfCode.get(errorCode);
  if (facts.phase === 'fetch' && slowCodes.has(errorCode ?? ''))
    return certain('provider', `code:${errorCode ?? ''}:fetch`, 0.8);
  const byCode = cause === undefined ? null : certain(cause, `code:${errorCode ?? ''}`, 0.95);
  if (byCode !== null && !vagueCodes.has(errorCode ?? '')) return byCode;
  const byLines = findByRule(facts, builtInRules, now, evidence);
  if (byLines !== null) return byLines;
  if (facts.signal === 9) return certain('resource', `exit:${facts.exitCode ?? 'signal'}`, 0.7);
  if (byCode !== null) return { ...byCode, confidence: 0.8 };
  return certain('unknown', 'none', 0);
}

function findByRule(
  facts: AttemptFacts,
  rules: readonly Rule[],
  now: number,
  evidence: RuleEvidence,
): Classification | null {
  for (const rule of rules) {
    if (rule.expiresAt !== null && rule.expiresAt <= now) continue;
    const matched = matchRule(rule.when, facts);
    if (matched === null) continue;
    const { id, cause, decision, hintId, prior } = rule;
    const confidence = posterior(
      { p: rule.certainty, strength: causeStrength },
      evidence[id]?.cause ?? noEvidence,
    );
    return { cause, rule: id, confidence, matched, decision, hintId, prior };
  }
  return null;
}
