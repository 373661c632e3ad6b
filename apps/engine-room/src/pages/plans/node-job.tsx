import type { ReactElement } from 'react';
import { getJob } from '../../api/job-calls.ts';
import { useLiveQuery } from '../../live/use-live-query.ts';
import { SafeText } from '../../parts/safe-text.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';

/** Links to a job and to the log of its last attempt, and what it waits for. */
export function NodeJob({ jobId }: { readonly jobId: string }): ReactElement {
  const { data } = useLiveQuery(getJob(jobId), { topics: ['jobs', 'attempts'], pollMs: 15_000 });
  const last = data?.attempts.toSorted((one, other) => other.number - one.number)[0];
  const why = data?.blocked_by?.text ?? data?.state_reason ?? null;
  return (
    <>
      <ThingLink kind="job" id={jobId} text="Job" />
      {last !== undefined && <ThingLink kind="attempt" id={last.attempt_id} text="Log" />}
      {why !== null && <SafeText text={why} max={300} />}
    </>
  );
}
