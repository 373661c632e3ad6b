import type { jobDetailSchema } from '@ironwheel/contracts';
import { Stack, Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { z } from 'zod';
import { getJob } from '../../api/job-calls.ts';
import { useLiveQuery } from '../../live/use-live-query.ts';
import { ActivityTrail } from '../../parts/activity-trail.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Facts, type Fact } from '../../parts/facts.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { Panel } from '../../parts/panel.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { Age, Time } from '../../parts/time.tsx';
import { PagePending } from '../../shell/page-pending.tsx';
import { AttemptList } from './attempt-list.tsx';
import { JobMenu } from './job-menu.tsx';

type JobDetail = z.output<typeof jobDetailSchema>;

/** One wish for a wheel: what it waits for, and what became of each attempt. */
export default function JobPage(): ReactElement {
  const { jobId = '' }: { jobId?: string } = useParams({ strict: false });
  const { data, error, refetch } = useLiveQuery(getJob(jobId), {
    topics: ['jobs', 'attempts'],
    pollMs: 15_000,
  });
  if (data === undefined) {
    if (error === null) return <PagePending />;
    return (
      <>
        <PageHeader title="Job" />
        <ErrorNotice what="Reading the job" error={error} onRetry={() => void refetch()} />
      </>
    );
  }
  const acted = {
    jobId,
    title: `${data.name} ${data.version}`,
    priority: data.priority,
    holdsUp: data.holds_up ?? 0,
  };
  return (
    <Stack>
      <PageHeader
        title={
          <>
            <ThingLink kind="package" id={data.name} /> <SafeText text={data.version} max={100} />
          </>
        }
        aside={<StatusBadge status={data.state} />}
        actions={<JobMenu job={acted} state={data.state} areButtons />}
      />
      {error !== null && (
        <ErrorNotice what="Reading the job again" error={error} onRetry={() => void refetch()} />
      )}
      <Waiting job={data} />
      <Panel title="Attempts">
        <AttemptList attempts={data.attempts} packageName={data.name} />
      </Panel>
      <Panel title="Facts" aside={<CopyButton text={data.job_id} label="Copy id" />}>
        <Facts facts={listFacts(data)} />
      </Panel>
      <Edges title="Needs" ids={data.needs} />
      <Edges title="Needed by" ids={data.needed_by} />
      <ActivityTrail subject={data.job_id} topic="jobs" />
    </Stack>
  );
}

function Waiting({ job }: { readonly job: JobDetail }): ReactElement | null {
  const block = job.blocked_by ?? null;
  if (block === null) {
    return job.state_reason === null ? null : (
      <Text>
        <SafeText text={job.state_reason} />
      </Text>
    );
  }
  return (
    <Panel title="Why it is not built now">
      <Text>
        <SafeText text={block.text} />
        {block.until !== null && (
          <>
            {' '}
            Until <Time at={block.until} /> (<Age at={block.until} />
            ).
          </>
        )}
      </Text>
      {block.jobs.map(({ job_id: id, name, version, state }) => (
        <div key={id}>
          <StatusBadge status={state} /> <ThingLink kind="job" id={id} text={`${name} ${version}`} />
        </div>
      ))}
      {(job.holds_up ?? 0) > 0 && (
        <Text size="sm" c="dimmed">
          {(job.holds_up ?? 0).toLocaleString('en')} wanted{' '}
          {job.holds_up === 1 ? 'wheel waits' : 'wheels wait'} for it.
        </Text>
      )}
    </Panel>
  );
}

const listFacts = (job: JobDetail): readonly Fact[] => [
  ['Id', <code key="id">{job.job_id}</code>],
  ['Target', <SafeText key="target" text={`${job.python_tag} ${job.platform_tag}`} />],
  ['Pool', <ThingLink key="pool" kind="pool" id={job.pool} />],
  ['Priority', job.priority],
  ['Generation', job.generation],
  ['Attempts', job.attempt_count],
  ['Made', <Time key="made" at={job.created_at} />],
  ['Ended', job.finished_at === null ? null : <Time key="ended" at={job.finished_at} />],
  [
    'Runs',
    job.run_ids.length === 0
      ? 'none: enqueued by hand'
      : job.run_ids.map((id) => (
          <div key={id}>
            <ThingLink kind="run" id={id} />
          </div>
        )),
  ],
  ['Wheel', toWheel(job)],
  ['Limits changed', toAdjustment(job.adjustment)],
];

function toAdjustment(adjustment: JobDetail['adjustment']): string | null {
  const changes = Object.entries(adjustment ?? {});
  return changes.length === 0 ? null : changes.map(([name, value]) => `${name}: ${value}`).join(', ');
}

function toWheel({ wheel, wheel_sha256: sha256 }: JobDetail): ReactElement | null {
  if (wheel === null) return null;
  return sha256 === null || sha256 === undefined ? (
    <SafeText text={wheel} />
  ) : (
    <ThingLink kind="artifact" id={sha256} text={wheel} />
  );
}

interface EdgesProps {
  readonly title: string;
  readonly ids: readonly string[];
}

const mostEdges = 50;

function Edges({ title, ids }: EdgesProps): ReactElement | null {
  if (ids.length === 0) return null;
  return (
    <Panel title={`${title} (${ids.length.toLocaleString('en')})`}>
      <ul>
        {ids.slice(0, mostEdges).map((id) => (
          <li key={id}>
            <ThingLink kind="job" id={id} />
          </li>
        ))}
      </ul>
      {ids.length > mostEdges && <Text size="sm">and {ids.length - mostEdges} more</Text>}
    </Panel>
  );
}
