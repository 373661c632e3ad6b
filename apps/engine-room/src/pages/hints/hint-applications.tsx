import type { HintApplication, HintView } from '@ironwheel/contracts';
import { Anchor, Button, Loader, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { listHintApplications } from '../../api/hint-calls.ts';
import { findLink } from '../../app/links.ts';
import { useLiveList } from '../../live/use-live-list.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Panel } from '../../parts/panel.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { SmallTable } from '../../parts/small-table.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { Age } from '../../parts/time.tsx';
import { countOpen, writeSuccess } from './hint-rows.ts';

const pollMs = 30_000;
const mostRead = 500;
const shownFirst = 10;

/** Where a hint was applied, and what came of it. */
export function HintApplications({ hint }: { readonly hint: HintView }): ReactElement {
  const { data, error, refetch } = useLiveList(listHintApplications(hint.id), {
    topics: ['hints'],
    id: hint.id,
    pollMs,
    most: mostRead,
  });
  const [isAll, setAll] = useState(false);
  const items = data?.items ?? [];
  return (
    <Panel title="Where it was applied">
      <Stack gap="xs">
        <Outcomes stats={hint.stats} />
        {error !== null && (
          <ErrorNotice what="Reading where it was applied" error={error} onRetry={() => void refetch()} />
        )}
        {data === undefined && error === null && (
          <Loader size="sm" aria-label="Reading where it was applied" />
        )}
        {items.length > 0 && (
          <SmallTable
            label="Applications of this hint"
            rows={isAll ? items : items.slice(0, shownFirst)}
            toId={({ attempt_id: id, recipe_digest: digest }) => `${id} ${digest}`}
            columns={columns}
          />
        )}
        {items.length > shownFirst && !isAll && (
          <div>
            <Button size="xs" variant="default" onClick={() => setAll(true)}>
              Show all {items.length}
              {data?.isCut === true ? ' of the latest' : ''}
            </Button>
          </div>
        )}
      </Stack>
    </Panel>
  );
}

function Outcomes({ stats }: Pick<HintView, 'stats'>): ReactElement {
  if (stats.applied === 0) return <Text size="sm">It was applied nowhere yet.</Text>;
  const success = writeSuccess(stats);
  return (
    <Text size="sm">
      Applied {stats.applied === 1 ? 'once' : `${stats.applied.toLocaleString('en')} times`}:{' '}
      {stats.succeeded} succeeded then, {stats.moved_on} failed at another place, {stats.failed} at the same;{' '}
      of {countOpen(stats)} nothing is known.{' '}
      {success === null ? '' : `Success: ${success}, seen together and no proof of a cause.`}
    </Text>
  );
}

const outcomes = {
  succeeded: { status: 'succeeded', text: 'succeeded' },
  moved_on: { status: 'warning', text: 'failed elsewhere' },
  failed: { status: 'failed', text: 'failed again' },
} as const;

type Columns = Parameters<typeof SmallTable<HintApplication>>[0]['columns'];

const columns: Columns = [
  { title: 'When', render: ({ applied_at: at }) => <Age at={at} /> },
  {
    title: 'Job',
    render: ({ job_id: id, name, version }) => <ThingLink kind="job" id={id} text={`${name} ${version}`} />,
  },
  { title: 'Line', render: (application) => <LineLink application={application} /> },
  { title: 'Decision', render: ({ attempt_id: id }) => <DecisionLink attemptId={id} /> },
  {
    title: 'Then',
    render: ({ outcome, next_attempt_id: next }) => (
      <>
        {outcome === null ? (
          <StatusBadge status="unknown" text="not known" />
        ) : (
          <StatusBadge {...outcomes[outcome]} />
        )}{' '}
        {next !== null && <ThingLink kind="attempt" id={next} text="its log" />}
      </>
    ),
  },
];

function LineLink({ application }: { readonly application: HintApplication }): ReactElement {
  const { attempt_id: attemptId, line } = application;
  const path = findLink('attempt', attemptId);
  return (
    <>
      {path !== null && (
        <Anchor inherit renderRoot={(props) => <Link to={path} hash={`L${line.line_no}`} {...props} />}>
          {line.line_no.toLocaleString('en')}
        </Anchor>
      )}{' '}
      <SafeText text={line.text} max={160} />
    </>
  );
}

/** The trace explorer stands on the page of the workers. */
const DecisionLink = ({ attemptId }: { readonly attemptId: string }): ReactElement => (
  <Anchor inherit renderRoot={(props) => <Link to="/workers" search={{ trace: attemptId }} {...props} />}>
    Why
  </Anchor>
);
