import { decisionActionSchema, causeSchema, type DecisionTraceView } from '@ironwheel/contracts';
import type { Decision } from '@ironwheel/decisions';
import type { DecisionRow } from '../../work/attempts/index.ts';
import { toJobAdjustment } from '../../work/jobs/index.ts';
import type { Replay } from './replay-decision.ts';

/** A decision of before its way was written down has no steps and no alternatives. */
export function toTraceView(
  row: DecisionRow,
  replay: Replay,
  overrides: DecisionTraceView['overrides'],
): DecisionTraceView {
  const { outcome } = row;
  return {
    decision_id: row.id,
    attempt_id: row.attempt_id,
    job_id: row.job_id,
    decided_at: row.decided_at.toISOString(),
    action: decisionActionSchema.parse(row.action),
    side_actions: [...(outcome?.sideActions ?? [])],
    cause: causeSchema.parse(row.cause),
    cause_confidence: outcome?.classification.confidence ?? null,
    rule_id: row.rule ?? ruleOfBefore(row),
    p: row.p,
    propensity: outcome?.propensity ?? null,
    reason: row.reason,
    wait_s: outcome?.waitS ?? null,
    hint_id: row.hint_id,
    adjustment: outcome?.adjustment ? toJobAdjustment(outcome.adjustment) : null,
    steps: (outcome?.trace ?? []).map(toStep),
    alternatives: (outcome?.alternatives ?? []).map((alternative) => ({
      action: alternative.action,
      p: alternative.p,
      least: alternative.least,
      hint_id: alternative.hintId,
      barred_by: alternative.barredBy,
    })),
    snapshot: row.snapshot,
    snapshot_sha256: row.snapshot_sha256,
    policy: { version: row.policy_version, sha256: row.policy_sha256 },
    label:
      row.came_true === null || row.came_true_at === null
        ? null
        : { came_true: row.came_true, at: row.came_true_at.toISOString() },
    overrides,
    replay: { ...replay },
  };
}

const toStep = (step: Decision['trace'][number]): DecisionTraceView['steps'][number] => ({
  seq: step.seq,
  step: step.step,
  inputs: step.inputs,
  rule_id: step.ruleId,
  matched: step.matched.map(({ no, text }) => ({ line_no: no, text })),
  outcome: step.outcome,
});

/** Snapshots of the first form held the rule themselves. */
const ruleOfBefore = ({ snapshot }: DecisionRow): string | null => {
  const rule = snapshot['rule'];
  return typeof rule === 'string' ? rule : null;
};
