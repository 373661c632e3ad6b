import type { PoolView } from '@ironwheel/contracts';
import { Stack, Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { getPool } from '../../api/pool-calls.ts';
import { useLiveQuery } from '../../live/use-live-query.ts';
import { ActivityTrail } from '../../parts/activity-trail.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Facts } from '../../parts/facts.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { Panel } from '../../parts/panel.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { PagePending } from '../../shell/page-pending.tsx';
import { FilteredLink } from './filtered-link.tsx';
import { PoolActions } from './pool-actions.tsx';
import { PoolEditForm } from './pool-edit-form.tsx';
import { describeScale } from './pool-verbs.ts';
import { ProfileSummary } from './profile-summary.tsx';

const pollMs = 5_000;

export default function PoolPage(): ReactElement {
  const { poolName = '' }: { poolName?: string } = useParams({ strict: false });
  const { data, error, refetch } = useLiveQuery(getPool(poolName), {
    topics: ['pools', 'servers', 'workers'],
    pollMs,
  });
  if (data === undefined) {
    if (error === null) return <PagePending />;
    return (
      <>
        <PageHeader title="Pool" />
        <ErrorNotice what="Reading the pool" error={error} onRetry={() => void refetch()} />
      </>
    );
  }
  const isArchived = data.archived_at !== null;
  return (
    <Stack>
      <div>
        <PageHeader
          title={`Pool ${data.name}`}
          aside={
            isArchived ? (
              <StatusBadge status="revoked" text="archived" />
            ) : (
              data.is_default && <StatusBadge status="active" text="default" />
            )
          }
          actions={<PoolActions pool={data} />}
        />
        {error !== null && (
          <ErrorNotice what="Reading the pool again" error={error} onRetry={() => void refetch()} />
        )}
        {data.description !== '' && (
          <Text size="sm">
            <SafeText text={data.description} />
          </Text>
        )}
      </div>
      <PoolFacts pool={data} />
      <ProfileSummary pool={data} />
      {!isArchived && <PoolEditForm key={data.name} pool={data} onRead={() => refetch()} />}
      <ActivityTrail subject={data.name} topic="pools" />
    </Stack>
  );
}

const PoolFacts = ({ pool }: { readonly pool: PoolView }): ReactElement => (
  <Panel title="What it is doing">
    <Facts
      facts={[
        ['Jobs held', describeScale(pool)],
        ['Jobs queued', pool.queued_jobs.toLocaleString('en')],
        [
          'Servers',
          <FilteredLink key="s" path="/servers" pool={pool.name} count={pool.servers} noun="server" />,
        ],
        [
          'Workers',
          <FilteredLink key="w" path="/workers" pool={pool.name} count={pool.workers} noun="worker" />,
        ],
        ['Created', <Time key="created" at={pool.created_at} />],
        ['Archived', pool.archived_at === null ? null : <Time key="archived" at={pool.archived_at} />],
        ['Revision', pool.revision],
      ]}
    />
  </Panel>
);
