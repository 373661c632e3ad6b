import type { Adjustment } from './adjustment.ts';
import type { Budget } from './budget.ts';
import { missingSourceCodes } from './cause-of-code.ts';
import type { Cause } from './causes.ts';
import type { Classification } from './classify.ts';
import type { Alternative } from './decision.ts';
import { noEvidence, posterior } from './evidence.ts';
import type { OfferedHint } from './hints/offered-hint.ts';
import type { DecisionAction, Policy } from './policy.ts';
import type { DecisionSnapshot } from './snapshot.ts';

type Follow = Exclude<DecisionAction, 'accept'>;

/** What a belief that comes from the cause alone is worth, in observations. */
const priorStrength = 4;

/** That each action does what it claims, by the cause of the failure, before anything was counted. */
const priors: Readonly<Record<Exclude<Follow, 'retry_hint'>, Readonly<Record<Cause, number>>>> = {
  retry: {
    package: 0.03,
    recipe: 0.03,
    platform: 0.03,
    resource: 0.6,
    worker: 0.7,
    provider: 0.5,
    policy: 0.1,
    cancelled: 0.9,
    unknown: 0.35,
  },
  wait_provider: {
    package: 0.01,
    recipe: 0.01,
    platform: 0.01,
    resource: 0.05,
    worker: 0.1,
    provider: 0.8,
    policy: 0.05,
    cancelled: 0.05,
    unknown: 0.1,
  },
  give_up: {
    package: 0.97,
    recipe: 0.93,
    platform: 0.95,
    resource: 0.85,
    worker: 0.3,
    provider: 0.2,
    policy: 0.9,
    cancelled: 0.1,
    unknown: 0.6,
  },
};

/** Causes that no recipe mends, whatever else the log holds. */
const beyondRecipes: ReadonlySet<Cause> = new Set(['provider', 'resource', 'policy', 'cancelled']);

/** Causes that time or another host may mend with nothing changed. */
const mayPass: ReadonlySet<Cause> = new Set(['worker', 'provider', 'cancelled', 'unknown']);

/** The source of the wheel is not there, or not yet. */
export const isSourceMissing = ({ attempt }: DecisionSnapshot, { rule }: Classification): boolean =>
  missingSourceCodes.has(attempt.errorCode ?? '') || rule === 'built-in:no-source';

/** The untried hint that is likeliest to help; of two alike, the first line and then the id decide. */
export function chooseHint(hints: readonly OfferedHint[], wanted: string | null): OfferedHint | null {
  const untried = hints.filter((hint) => !hint.wasTried);
  const named = untried.find((hint) => hint.hintId === wanted);
  if (named !== undefined) return named;
  const [best] = untried.toSorted(
    (a, b) => b.confidence - a.confidence || a.line.no - b.line.no || (a.hintId < b.hintId ? -1 : 1),
  );
  return best ?? null;
}

export interface Remedies {
  readonly hint: OfferedHint | null;
  readonly adjustment: Adjustment | null;
}

/** Everything that could follow a failure, the first choice first, each with its confidence and what stands against it. */
export function listAlternatives(
  snapshot: DecisionSnapshot,
  classification: Classification,
  { hint, adjustment }: Remedies,
  budget: Budget,
  policy: Policy,
): Alternative[] {
  const { cause, rule } = classification;
  const counted = (action: Follow) => snapshot.evidence[rule]?.[action] ?? noEvidence;
  const confidence = (action: Exclude<Follow, 'retry_hint'>): number => {
    const own = action === classification.decision ? classification.prior : null;
    return posterior(own ?? { p: priors[action][cause], strength: priorStrength }, counted(action));
  };
  const bars: Record<Follow, string | null> = {
    retry_hint: barHint(cause, hint) ?? budget.exhausted,
    wait_provider:
      cause === 'provider' ? (budget.exhausted ?? budget.causeExhausted) : 'No outside source is at fault.',
    retry: barRetry(cause, adjustment) ?? budget.exhausted ?? budget.causeExhausted,
    give_up: null,
  };
  const order: Follow[] = ['retry_hint', 'wait_provider', 'retry', 'give_up'];
  const { decision } = classification;
  if (decision !== null && decision !== 'accept') order.unshift(...order.splice(order.indexOf(decision), 1));
  return order.map((action) => ({
    action,
    p: action === 'retry_hint' ? (hint?.confidence ?? 0) : confidence(action),
    least: policy.leastConfidence[action],
    hintId: action === 'retry_hint' ? (hint?.hintId ?? null) : null,
    barredBy: bars[action],
  }));
}

function barHint(cause: Cause, hint: OfferedHint | null): string | null {
  if (beyondRecipes.has(cause)) return `No recipe mends a failure of cause ${cause}.`;
  return hint === null ? 'No hint is left to try.' : null;
}

function barRetry(cause: Cause, adjustment: Adjustment | null): string | null {
  if (cause === 'resource') return adjustment === null ? 'No more can be given to the build.' : null;
  return mayPass.has(cause) ? null : `A failure of cause ${cause} is not mended by trying again unchanged.`;
}

/** The first that may be done and is sure enough; else the first of the policy's fallback that may be done. */
export function chooseAlternative(alternatives: readonly Alternative[], policy: Policy): Alternative {
  const allowed = alternatives.filter(({ barredBy }) => barredBy === null);
  const sure = allowed.find(({ p, least }) => p >= least);
  if (sure !== undefined) return sure;
  for (const action of policy.fallback) {
    const found = allowed.find((alternative) => alternative.action === action);
    if (found !== undefined) return found;
  }
  const last = alternatives.find(({ action }) => action === 'give_up');
  if (last === undefined) throw new Error('giving up is always possible');
  return last;
}
