import type { JobState } from '@ironwheel/contracts';
import type { MenuAction } from '../../parts/action-menu.tsx';

export type JobVerb = 'retry' | 'priority' | 'cancel';

const ended: readonly JobState[] = ['succeeded', 'failed', 'cancelled'];
const retried: readonly JobState[] = ['failed', 'cancelled', 'unreachable', 'waiting'];

const barOfRetry = (state: JobState): string | null => {
  if (retried.includes(state)) return null;
  if (state === 'succeeded') return 'It has its wheel. A plan with “rebuild” builds it once more.';
  return state === 'queued' ? 'It is queued already.' : `It is ${state}.`;
};

/** What can be asked of a job as it is now. */
export function listJobVerbs(state: JobState): MenuAction<JobVerb>[] {
  const over = ended.includes(state) ? `It is ${state}.` : null;
  return [
    { verb: 'retry', label: state === 'waiting' ? 'Try now' : 'Retry', bar: barOfRetry(state) },
    {
      verb: 'priority',
      label: 'Change the priority',
      bar: state === 'unreachable' ? 'It is not in the queue.' : over,
    },
    { verb: 'cancel', label: 'Cancel', bar: over },
  ];
}
