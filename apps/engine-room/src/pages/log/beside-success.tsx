import type { AttemptView, JobView } from '@ironwheel/contracts';
import { Loader, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { callApi } from '../../api/call-api.ts';
import { getJob, listJobs } from '../../api/job-calls.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Panel } from '../../parts/panel.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { Age } from '../../parts/time.tsx';
import { listDifferences, type BuildFacts } from './list-differences.ts';
import type { LineRange } from './line-range.ts';
import { LogPane } from './log-pane.tsx';
import classes from './log.module.css';

interface Props {
  readonly attempt: AttemptView;
  readonly job: JobView;
}

/** The last success of the same package: for the same target where there is one, else for any. */
async function findSuccess(job: JobView, signal: AbortSignal): Promise<BuildFacts | null> {
  const { items } = await callApi(listJobs({ package: job.name, state: 'succeeded', limit: 100 }), signal);
  const isSame = (one: JobView): boolean =>
    one.python_tag === job.python_tag && one.platform_tag === job.platform_tag;
  const others = items.filter(({ job_id: id }) => id !== job.job_id);
  const best = others.find(isSame) ?? others[0];
  if (best === undefined) return null;
  const detail = await callApi(getJob(best.job_id), signal);
  const attempt = detail.attempts.findLast(({ state }) => state === 'succeeded');
  return attempt === undefined ? null : { job: detail, attempt };
}

/** What was other when it worked: the facts that differ, and the log of then. */
export function BesideSuccess({ attempt, job }: Props): ReactElement {
  const { data, error, refetch } = useQuery({
    queryKey: ['last-success', job.job_id],
    queryFn: ({ signal }) => findSuccess(job, signal),
  });
  if (error !== null)
    return <ErrorNotice what="Looking for the last success" error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loader size="sm" aria-label="Looking for the last success" />;
  if (data === null) {
    return (
      <Panel title="The last success">
        <Text size="sm">No build of this package has succeeded here yet.</Text>
      </Panel>
    );
  }
  return <Success key={data.attempt.attempt_id} success={data} here={{ job, attempt }} />;
}

interface SuccessProps {
  readonly success: BuildFacts;
  readonly here: BuildFacts;
}

function Success({ success, here }: SuccessProps): ReactElement {
  const [range, setRange] = useState<LineRange | null>(null);
  const [find, setFind] = useState('');
  const { job, attempt } = success;
  return (
    <Stack gap="sm">
      <Panel title="The last success">
        <Text size="sm">
          <ThingLink kind="attempt" id={attempt.attempt_id} text={`${job.name} ${job.version}`} />,{' '}
          <Age at={attempt.finished_at} />
        </Text>
        <table className={classes.differences}>
          <thead>
            <tr>
              <th scope="col">What differs</th>
              <th scope="col">here</th>
              <th scope="col">when it worked</th>
            </tr>
          </thead>
          <tbody>
            {listDifferences(here, success).map(({ name, here: now, there }) => (
              <tr key={name}>
                <th scope="row">
                  <SafeText text={name} max={60} />
                </th>
                <td>
                  <SafeText text={now} max={200} />
                </td>
                <td>
                  <SafeText text={there} max={200} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Panel>
      <LogPane
        attemptId={attempt.attempt_id}
        label={`Log of the last success of ${job.name}`}
        range={range}
        onRange={setRange}
        find={find}
        onFind={setFind}
        toldCause={null}
        hasKeys={false}
      />
    </Stack>
  );
}
