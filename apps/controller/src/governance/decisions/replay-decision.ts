import { canonicalJson, decide, snapshotForm, type DecisionSnapshot } from '@ironwheel/decisions';
import type { DecisionRow } from '../../work/attempts/index.ts';
import { digestOf, type PolicyVersion } from '../../work/policies/index.ts';

export interface Replay {
  /** Whether the same decision comes out, to the last bit. Null: it cannot be run again. */
  readonly ok: boolean | null;
  readonly detail: string;
}

const not = (detail: string): Replay => ({ ok: null, detail });

/** Decides again from what was stored, and compares with what was decided then. */
export function replayDecision(row: DecisionRow, policy: PolicyVersion | null): Replay {
  if (row.outcome === null || row.snapshot['form'] !== snapshotForm)
    return not('The snapshot is of an earlier form, without a clock and a draw.');
  if (policy === null) return not(`Version ${row.policy_version} of the policy is not here any more.`);
  if (policy.sha256 !== row.policy_sha256)
    return not(`Version ${row.policy_version} of the policy is not the one of then.`);
  if (digestOf(row.snapshot) !== row.snapshot_sha256)
    return { ok: false, detail: 'The snapshot is not the one that was stored.' };
  // It was written by this program, and its digest is that of then.
  const again = decide(row.snapshot as unknown as DecisionSnapshot, policy.policy);
  return canonicalJson(again) === canonicalJson(row.outcome)
    ? { ok: true, detail: 'The same snapshot gives the same decision.' }
    : { ok: false, detail: 'This version of Ironwheel decides another way than the one of then.' };
}
