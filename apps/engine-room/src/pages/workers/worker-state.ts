import type { WorkerView } from '@ironwheel/contracts';
import { remember } from '../../parts/remember.ts';

/** One word of `parts/statuses.ts` for the whole of a worker, and whether a person has to look. */
export interface WorkerState {
  readonly status: string;
  /** Why, in words, where something is to be said. */
  readonly note: string | null;
  readonly needsPerson: boolean;
}

const state = (status: string, note: string | null = null, needsPerson = false): WorkerState => ({
  status,
  note,
  needsPerson,
});

/** Silence is told apart: a worker that was to stop is silent by plan, another one is not. */
export const toWorkerState = remember(findWorkerState);

function findWorkerState(worker: WorkerView): WorkerState {
  if (worker.revoked_at !== null) return state('revoked');
  if (worker.quarantine !== null) return state('quarantined', worker.quarantine.reason, true);
  const isSilent = worker.heartbeat_state !== 'healthy';
  const silence = isSilent ? ', and silent' : '';
  if (worker.desired_state === 'draining') {
    const { drained, overdue } = worker.drain ?? { drained: false, overdue: false };
    if (drained) return state('drained', `${worker.desired.reason ?? 'nothing is left'}${silence}`);
    return state('draining', overdue ? 'overdue' : worker.desired.reason, overdue);
  }
  if (worker.desired_state === 'paused')
    return state('paused', `${worker.desired.reason ?? 'by hand'}${silence}`);
  if (worker.heartbeat_state === 'none') return state('never', 'no heartbeat yet');
  if (isSilent) return state('stale', 'no heartbeat', true);
  const [problem] = worker.problems;
  if (problem !== undefined) return state('problem', problem.text, true);
  if (worker.draining) return state('stopping', 'its process ends');
  return state((worker.slots?.used ?? 0) > 0 ? 'running' : 'idle');
}
