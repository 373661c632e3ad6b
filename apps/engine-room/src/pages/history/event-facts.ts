import type { EventView } from '@ironwheel/contracts';

/** What an event tells beside its own fields; events of workers in direct mode may tell anything, or nothing. */
export interface EventFacts {
  readonly attemptId: string | null;
  readonly jobId: string | null;
  readonly workerId: string | null;
  readonly durationS: number | null;
  readonly phase: string | null;
  readonly cause: string | null;
  readonly errorCode: string | null;
  readonly action: string | null;
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

export function readEventFacts({ metadata }: Pick<EventView, 'metadata'>): EventFacts {
  const durationS = metadata['duration_s'];
  return {
    attemptId: textOf(metadata['attempt_id']),
    jobId: textOf(metadata['job_id']),
    workerId: textOf(metadata['worker_id']),
    durationS: typeof durationS === 'number' ? durationS : null,
    phase: textOf(metadata['phase']),
    cause: textOf(metadata['cause']),
    errorCode: textOf(metadata['error_code']),
    action: textOf(metadata['action']),
  };
}
