import type { WorkerView } from '@ironwheel/contracts';
import type { WorkerVerb } from '../../api/worker-calls.ts';

export interface VerbChoice {
  readonly verb: WorkerVerb;
  readonly label: string;
  /** Why it makes no sense now; null: it does. */
  readonly bar: string | null;
}

/** What can be asked of a worker as it is now, in the order in which it is shown; *drain* before *quarantine*. */
export function listVerbs(worker: WorkerView): VerbChoice[] {
  const revoked = worker.revoked_at === null ? null : 'Its key was revoked.';
  const isActive = worker.desired_state === 'active';
  return [
    isActive
      ? { verb: 'pause', label: 'Pause', bar: revoked }
      : { verb: 'resume', label: 'Resume', bar: revoked },
    {
      verb: 'drain',
      label: 'Drain',
      bar: revoked ?? (worker.desired_state === 'draining' ? 'It is draining already.' : null),
    },
    worker.quarantine === null
      ? { verb: 'quarantine', label: 'Quarantine', bar: revoked }
      : { verb: 'unquarantine', label: 'End quarantine', bar: revoked },
  ];
}
