import type { AttemptView, JobView } from '@ironwheel/contracts';
import { Anchor, Button, Stack, Text } from '@mantine/core';
import { Link, useNavigate, useParams, useRouterState, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState, type ReactElement } from 'react';
import { getAttempt, getJob } from '../../api/job-calls.ts';
import { rawLogAddress } from '../../api/log-calls.ts';
import { useLiveQuery } from '../../live/use-live-query.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { Age } from '../../parts/time.tsx';
import { PagePending } from '../../shell/page-pending.tsx';
import { toNewHintSearch } from '../hints/new-hint-address.ts';
import { JobMenu } from '../jobs/job-menu.tsx';
import { findToldCause, findToldLine } from './find-told-cause.ts';
import { BesideSuccess } from './beside-success.tsx';
import { parseLineRange, writeLineRange, type LineRange } from './line-range.ts';
import { LogPane } from './log-pane.tsx';
import { LogPhases } from './log-phases.tsx';
import classes from './log.module.css';

/** The log of an attempt. Lines and the text that was looked for stand in the address. */
export default function LogPage(): ReactElement {
  const { attemptId = '' }: { attemptId?: string } = useParams({ strict: false });
  return <AttemptLogPage key={attemptId} attemptId={attemptId} />;
}

function AttemptLogPage({ attemptId }: { readonly attemptId: string }): ReactElement {
  const attempt = useLiveQuery(getAttempt(attemptId), {
    topics: ['attempts'],
    id: attemptId,
    pollMs: 15_000,
  });
  const jobId = attempt.data?.job_id;
  const job = useLiveQuery(getJob(jobId ?? ''), {
    topics: ['jobs'],
    id: jobId,
    isEnabled: jobId !== undefined,
  });
  const { range, setRange, find, setFind } = useLogAddress();
  const [isBeside, setBeside] = useState(false);
  const toldCause = useMemo(
    () => (attempt.data === undefined ? undefined : findToldCause(attempt.data)),
    [attempt.data],
  );
  if (attempt.error !== null && attempt.data === undefined) {
    return (
      <>
        <PageHeader title="Log" />
        <ErrorNotice
          what="Reading the attempt"
          error={attempt.error}
          onRetry={() => void attempt.refetch()}
        />
      </>
    );
  }
  const title = job.data === undefined ? 'Log' : `${job.data.name} ${job.data.version}`;
  const pane = (
    <LogPane
      attemptId={attemptId}
      label={`Log of ${title}`}
      range={range}
      onRange={setRange}
      find={find}
      onFind={setFind}
      toldCause={toldCause}
      hasKeys
    />
  );
  return (
    <Stack gap="sm">
      <div>
        <PageHeader
          title={
            job.data === undefined ? (
              'Log'
            ) : (
              <>
                <ThingLink kind="package" id={job.data.name} /> <SafeText text={job.data.version} max={100} />
              </>
            )
          }
          aside={attempt.data !== undefined && <StatusBadge status={attempt.data.state} />}
          actions={
            job.data !== undefined &&
            attempt.data !== undefined && (
              <LogActions job={job.data} attempt={attempt.data} isBeside={isBeside} onBeside={setBeside} />
            )
          }
        />
        {attempt.data === undefined ? <PagePending /> : <AttemptLine attempt={attempt.data} job={job.data} />}
      </div>
      {attempt.data !== undefined && job.data !== undefined && (
        <LogPhases
          attempt={attempt.data}
          what={`${job.data.name} ${job.data.version}`}
          onShow={(line) => setRange({ first: line, last: line })}
        />
      )}
      {isBeside && job.data !== undefined && attempt.data !== undefined ? (
        <div className={classes.beside}>
          {pane}
          <BesideSuccess attempt={attempt.data} job={job.data} />
        </div>
      ) : (
        pane
      )}
    </Stack>
  );
}

interface LogAddress {
  readonly range: LineRange | null;
  readonly setRange: (range: LineRange | null) => void;
  readonly find: string;
  readonly setFind: (find: string) => void;
}

function useLogAddress(): LogAddress {
  const navigate = useNavigate();
  const hash = useRouterState({ select: ({ location }) => location.hash });
  const { find = '' }: { find?: string } = useSearch({ strict: false });
  const range = useMemo(() => parseLineRange(hash), [hash]);
  const setRange = useCallback(
    (next: LineRange | null) =>
      void navigate({
        to: '.',
        search: true,
        hash: next === null ? '' : writeLineRange(next),
        replace: true,
        resetScroll: false,
        hashScrollIntoView: false,
      }),
    [navigate],
  );
  const setFind = useCallback(
    (text: string) =>
      void navigate({
        to: '.',
        search: (before: Record<string, unknown>) => ({ ...before, find: text === '' ? undefined : text }),
        hash: true,
        replace: true,
        resetScroll: false,
        hashScrollIntoView: false,
      }),
    [navigate],
  );
  return { range, setRange, find, setFind };
}

interface ActionsProps {
  readonly job: JobView;
  readonly attempt: AttemptView;
  readonly isBeside: boolean;
  readonly onBeside: (isBeside: boolean) => void;
}

function LogActions({ job, attempt, isBeside, onBeside }: ActionsProps): ReactElement {
  const { attempt_id: attemptId } = attempt;
  const acted = {
    jobId: job.job_id,
    title: `${job.name} ${job.version}`,
    priority: job.priority,
    holdsUp: job.holds_up ?? 0,
  };
  return (
    <>
      <Button size="xs" variant="default" aria-pressed={isBeside} onClick={() => onBeside(!isBeside)}>
        {isBeside ? 'This log alone' : 'Beside the last success'}
      </Button>
      <Button size="xs" variant="default" component="a" href={rawLogAddress(attemptId)} target="_blank">
        Raw
      </Button>
      <Button size="xs" variant="default" component="a" href={`${rawLogAddress(attemptId)}?download=true`}>
        Download
      </Button>
      {findToldCause(attempt) !== null && (
        <LinkButton
          to="/hints/new"
          search={toNewHintSearch({ attempt: attemptId, package: job.name, line: findToldLine(attempt) })}
        >
          Add a hint
        </LinkButton>
      )}
      <JobMenu job={acted} state={job.state} />
    </>
  );
}

interface LineProps {
  readonly attempt: AttemptView;
  readonly job: JobView | undefined;
}

/** What became of the attempt, in two lines. */
function AttemptLine({ attempt, job }: LineProps): ReactElement {
  return (
    <>
      <Text size="sm">
        <ThingLink kind="job" id={attempt.job_id} text={`Attempt ${attempt.number}`} />
        {job !== undefined && ` for ${job.python_tag} ${job.platform_tag}`} on{' '}
        <ThingLink kind="worker" id={attempt.worker_id} text={attempt.worker_name ?? attempt.worker_id} />,{' '}
        <Age at={attempt.finished_at ?? attempt.started_at ?? attempt.claimed_at} />
        {attempt.cause !== null && `. Cause: ${attempt.cause}`}
        {attempt.decision !== null && (
          <>
            . <DecisionLink attemptId={attempt.attempt_id} action={attempt.decision.action} />
          </>
        )}
      </Text>
      {attempt.error !== null && (
        <Text size="sm">
          <code>{attempt.error.code}</code> <SafeText text={attempt.error.message} max={400} />
        </Text>
      )}
    </>
  );
}

/** The trace explorer stands on the page of the workers. */
function DecisionLink({
  attemptId,
  action,
}: {
  readonly attemptId: string;
  readonly action: string;
}): ReactElement {
  return (
    <Anchor
      inherit
      underline="always"
      renderRoot={(props) => <Link to="/workers" search={{ trace: attemptId }} {...props} />}
    >
      Why {action.replaceAll('_', ' ')}?
    </Anchor>
  );
}
