import type { Adjustment } from './adjustment.ts';
import type { LogLine } from './attempt-facts.ts';
import type { Classification } from './classify.ts';
import type { DecisionAction, SideAction } from './policy.ts';
import type { QuarantineVerdict } from './quarantine.ts';

export const traceSteps = [
  'extract',
  'classify',
  'provider_check',
  'worker_check',
  'budget',
  'choose',
  'side_effects',
] as const;

/** One step of how a decision came about. */
export interface TraceStep {
  readonly seq: number;
  readonly step: (typeof traceSteps)[number];
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly ruleId: string | null;
  readonly matched: readonly LogLine[];
  readonly outcome: string;
}

/** What could have been done, and how sure it was. */
export interface Alternative {
  readonly action: DecisionAction;
  /** That what it claims comes true, 0 to 1. */
  readonly p: number;
  /** Least that the policy asks for. */
  readonly least: number;
  readonly hintId: string | null;
  /** Why it may not be done; null: it may. */
  readonly barredBy: string | null;
}

export interface Decision {
  readonly action: DecisionAction;
  readonly sideActions: readonly SideAction[];
  /** That what the action claims comes true, 0 to 1. */
  readonly p: number;
  /** Share of such decisions that would choose this action: 1, since nothing is left to chance yet. */
  readonly propensity: number;
  readonly classification: Classification;
  /** With `retry_hint`: the hint whose recipe the next attempt gets. */
  readonly hintId: string | null;
  /** With `retry` after a lack of means: what the next claims carry instead. */
  readonly adjustment: Adjustment | null;
  /** What becomes of the worker. */
  readonly verdict: QuarantineVerdict;
  /** One sentence for people. */
  readonly reason: string;
  /** Seconds to wait before the next attempt; null when there is none, 0 for at once. */
  readonly waitS: number | null;
  readonly alternatives: readonly Alternative[];
  readonly trace: readonly TraceStep[];
}
