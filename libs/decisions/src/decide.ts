import { findAdjustment, type Adjustment } from './adjustment.ts';
import { chooseAlternative, chooseHint, isSourceMissing, listAlternatives } from './alternatives.ts';
import { readBudget, waitBefore, type Budget } from './budget.ts';
import { classify, type Classification } from './classify.ts';
import { countOf } from './count-of.ts';
import type { Alternative, Decision, TraceStep } from './decision.ts';
import { noEvidence, posterior } from './evidence.ts';
import type { DecisionAction, Policy, SideAction } from './policy.ts';
import { quarantineFor, type QuarantineVerdict } from './quarantine.ts';
import type { DecisionSnapshot } from './snapshot.ts';

/** What follows, before its confidence and its way here are written down. */
interface Outcome {
  readonly action: DecisionAction;
  readonly p: number;
  readonly reason: string;
  readonly waitS: number | null;
  readonly hintId: string | null;
  readonly adjustment: Adjustment | null;
  readonly alternatives: readonly Alternative[];
}

/** That a wheel which passed its checks is good, and that a worker is at fault where the policy's numbers are reached. */
const acceptPrior = { p: 0.98, strength: 4 };
const quarantinePrior = { p: 0.9, strength: 4 };

/** Decides what follows an attempt's end. Pure: the same snapshot and policy give the same decision, to the last bit. */
export function decide(snapshot: DecisionSnapshot, policy: Policy): Decision {
  const classification = classify(snapshot.attempt, policy, snapshot.now, snapshot.evidence);
  const budget = readBudget(snapshot, classification.cause, policy);
  const outcome = conclude(snapshot) ?? follow(snapshot, classification, budget, policy);
  const verdict = judgeWorker(snapshot, policy);
  const sideActions: SideAction[] = verdict.action === 'quarantine' ? ['quarantine_worker'] : [];
  return {
    ...outcome,
    sideActions,
    propensity: 1,
    classification,
    verdict,
    trace: writeTrace(snapshot, classification, budget, outcome, verdict),
  };
}

/** Ends that need no weighing. */
function conclude(snapshot: DecisionSnapshot): Outcome | null {
  const end = (action: DecisionAction, reason: string, waitS: number | null = null): Outcome => ({
    action,
    p: action === 'accept' ? acceptPrior.p : 1,
    reason,
    waitS,
    hintId: null,
    adjustment: null,
    alternatives: [],
  });
  const { status } = snapshot.attempt;
  if (snapshot.isServed)
    return end('accept', 'The same wheel came from another build in the meantime; that one is served.');
  // The gates that a wheel passes on its way in decide alone; the confidence is recorded beside them.
  if (status === 'succeeded') return end('accept', 'The wheel was built and verified.');
  if (snapshot.cancelRequested) return end('give_up', 'The attempt was cancelled.');
  if (!snapshot.wanted) return end('give_up', 'No run wants this wheel any more.');
  return null;
}

function follow(
  snapshot: DecisionSnapshot,
  classification: Classification,
  budget: Budget,
  policy: Policy,
): Outcome {
  const { cause, rule } = classification;
  const hint = chooseHint(snapshot.hints, classification.hintId);
  const adjustment = cause === 'resource' ? findAdjustment(snapshot.attempt, rule, snapshot.means) : null;
  const alternatives = listAlternatives(snapshot, classification, { hint, adjustment }, budget, policy);
  const chosen = chooseAlternative(alternatives, policy);
  const common = { action: chosen.action, p: chosen.p, hintId: chosen.hintId, alternatives };
  if (chosen.action === 'give_up') {
    const why =
      budget.exhausted ??
      alternatives.find(({ action }) => action === 'retry')?.barredBy ??
      'Nothing else is likely enough to help.';
    return { ...common, adjustment: null, reason: why, waitS: null };
  }
  if (chosen.action === 'retry_hint') {
    const reason = `Trying again with the recipe of hint ${chosen.hintId ?? ''}.`;
    return { ...common, adjustment: null, reason, waitS: 0 };
  }
  const isAtOnce = snapshot.attempt.status === 'lost' || snapshot.attempt.status === 'cancelled';
  const key = isSourceMissing(snapshot, classification) ? 'missing_sdist' : cause;
  const waitS = isAtOnce ? 0 : waitBefore(snapshot, policy.backoff[key], budget, policy);
  const reason = explainRetry(snapshot, classification, adjustment, waitS);
  return { ...common, adjustment: chosen.action === 'retry' ? adjustment : null, reason, waitS };
}

function explainRetry(
  snapshot: DecisionSnapshot,
  classification: Classification,
  adjustment: Adjustment | null,
  waitS: number,
): string {
  const { status } = snapshot.attempt;
  if (status === 'lost') return 'The worker was lost; the job is open to another claim.';
  if (status === 'cancelled') return 'The worker gave the job back; it is open to another claim.';
  if (adjustment !== null)
    return `The build needs ${nameAdjustment(adjustment)}; trying again in ${waitS} s.`;
  if (isSourceMissing(snapshot, classification))
    return `The source is not on the index, or not yet; looking again in ${waitS} s.`;
  if (classification.cause === 'provider') return `An outside source failed; trying again in ${waitS} s.`;
  return `A failure of cause ${classification.cause} may pass; trying again in ${waitS} s.`;
}

function nameAdjustment(adjustment: Adjustment): string {
  const { memoryBytes, diskBytes, buildTimeoutS, idleOutputS } = adjustment;
  if (memoryBytes !== undefined) return `a host that can give it ${memoryBytes / 1024 ** 3} GiB of memory`;
  if (diskBytes !== undefined) return `more disk (${diskBytes} bytes)`;
  if (buildTimeoutS !== undefined) return `more time (${buildTimeoutS} s)`;
  if (idleOutputS !== undefined) return `more patience with its silence (${idleOutputS} s)`;
  return 'fewer jobs at a time';
}

function judgeWorker(snapshot: DecisionSnapshot, policy: Policy): QuarantineVerdict {
  if (snapshot.worker === null) return { action: 'none' };
  const verdict = quarantineFor(snapshot.worker, policy.quarantine);
  if (verdict.action !== 'quarantine') return verdict;
  const p = posterior(quarantinePrior, noEvidence);
  const least = policy.leastConfidence.quarantine_worker;
  if (p >= least) return verdict;
  return { action: 'withhold', reason: `${verdict.reason} It goes on: the policy asks for more certainty.` };
}

function writeTrace(
  snapshot: DecisionSnapshot,
  classification: Classification,
  budget: Budget,
  outcome: Outcome,
  verdict: QuarantineVerdict,
): TraceStep[] {
  const { attempt } = snapshot;
  const { cause, rule, confidence, matched } = classification;
  const steps: Omit<TraceStep, 'seq'>[] = [];
  const add = (step: TraceStep['step'], inputs: TraceStep['inputs'], result: string): void => {
    steps.push({ step, inputs, ruleId: null, matched: [], outcome: result });
  };
  const { status, phase, tool, errorCode, exitCode, signal } = attempt;
  const facts = { status, phase, tool, error_code: errorCode, exit_code: exitCode, signal };
  add('extract', facts, countOf(attempt.lines.length, 'line'));
  steps.push({
    step: 'classify',
    inputs: { lines: attempt.lines.length, confidence },
    ruleId: rule,
    matched,
    outcome: cause,
  });
  const { providers } = attempt;
  const blamed = cause === 'provider' ? 'at fault' : 'not at fault';
  add('provider_check', { providers, retry_after_s: snapshot.retryAfterS }, blamed);
  const { worker } = snapshot;
  const judged = worker === null ? {} : { outcomes: worker.outcomes.length, pool: worker.pool };
  add('worker_check', judged, verdict.action === 'none' ? 'goes on' : verdict.reason);
  const { attemptNumber, endedByCause, workerS, fleet } = snapshot;
  const ended = { attempt_number: attemptNumber, ended_by_cause: endedByCause };
  const spent = { ...ended, worker_s: workerS, fleet };
  const left = budget.isOverRetryBudget ? 'put off' : 'something is left';
  add('budget', spent, budget.exhausted ?? budget.causeExhausted ?? left);
  const weighed = outcome.alternatives.map(({ action, p, least }) => ({ action, p, least }));
  add('choose', { alternatives: weighed, draw: snapshot.draw }, outcome.action);
  const { waitS, hintId, adjustment } = outcome;
  const effects = { wait_s: waitS, hint_id: hintId, adjusted: Object.keys(adjustment ?? {}) };
  add('side_effects', effects, verdict.action === 'quarantine' ? verdict.action : 'none');
  return steps.map((step, index) => ({ seq: index + 1, ...step }));
}
