import { Button, Loader, NativeSelect, Stack, Tabs, Text, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, type ReactElement } from 'react';
import { listFailures } from '../../api/history-calls.ts';
import { listJobs } from '../../api/job-calls.ts';
import { useLiveList } from '../../live/use-live-list.ts';
import { useLivePages } from '../../live/use-live-pages.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { ClusterCard } from './cluster-card.tsx';
import { clusterFailures } from './cluster-failures.ts';
import { TopFailures } from './top-failures.tsx';
import classes from './failures.module.css';

type Search = Readonly<Record<string, string | undefined>>;

/** What fails, put together by what it says: one mend often helps many packages. */
export default function FailuresPage(): ReactElement {
  const { tab = 'clusters' }: Search = useSearch({ strict: false });
  const navigate = useNavigate();
  return (
    <>
      <PageHeader title="Failures" />
      <Tabs
        value={tab === 'packages' ? 'packages' : 'clusters'}
        keepMounted={false}
        onChange={(next) => void navigate({ to: '.', search: next === 'packages' ? { tab: next } : {} })}
      >
        <Tabs.List mb="sm">
          <Tabs.Tab value="clusters">By what they say</Tabs.Tab>
          <Tabs.Tab value="packages">By package, 30 days</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="clusters">
          <Clusters />
        </Tabs.Panel>
        <Tabs.Panel value="packages">
          <TopFailures />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

const mostCards = 50;

function Clusters(): ReactElement {
  const search: Search = useSearch({ strict: false });
  const navigate = useNavigate();
  const failures = useLivePages(listFailures({}), { topics: ['history'] });
  const failedJobs = useLiveList(listJobs({ state: 'failed' }), { topics: ['jobs'], most: 2_000 });
  const items = failures.data?.items;
  const clusters = useMemo(() => (items === undefined ? undefined : clusterFailures(items)), [items]);
  const standing = useMemo(
    () => new Map((failedJobs.data?.items ?? []).map((job) => [job.job_id, job])),
    [failedJobs.data],
  );
  const set = (values: Search): void => {
    void navigate({
      to: '.',
      search: (before: Record<string, unknown>) => ({ ...before, ...values }),
      replace: true,
      resetScroll: false,
    });
  };
  if (clusters === undefined) {
    return failures.error === null ? (
      <Loader size="sm" aria-label="Reading the failures" />
    ) : (
      <EmptyState
        kind="unavailable"
        what="failures"
        error={failures.error}
        onRetry={() => void failures.refetch()}
      />
    );
  }
  const text = (search['q'] ?? '').toLowerCase();
  const shown = clusters.filter(
    ({ cause, detail, code, packages }) =>
      (search['cause'] === undefined || cause === search['cause']) &&
      `${detail} ${code ?? ''} ${packages.join(' ')}`.toLowerCase().includes(text),
  );
  return (
    <Stack gap="sm">
      <div className={classes.toolbar}>
        <TextInput
          size="xs"
          type="search"
          aria-label="Filter the failures"
          placeholder="Filter the failures"
          value={search['q'] ?? ''}
          onChange={(event) => set({ q: event.currentTarget.value })}
        />
        <NativeSelect
          size="xs"
          aria-label="Filter by cause"
          value={search['cause'] ?? ''}
          onChange={(event) => set({ cause: event.currentTarget.value })}
          data={[
            { value: '', label: 'Cause: any' },
            ...[...new Set(clusters.map(({ cause }) => cause))].sort(),
          ]}
        />
        <Text size="sm" c="dimmed" role="status">
          {shown.length === 1
            ? 'One kind of failure'
            : `${shown.length.toLocaleString('en')} kinds of failure`}{' '}
          among the last {(items?.length ?? 0).toLocaleString('en')}
        </Text>
      </div>
      {failures.error !== null && (
        <ErrorNotice
          what="Reading the failures again"
          error={failures.error}
          onRetry={() => void failures.refetch()}
        />
      )}
      {clusters.length === 0 ? (
        <EmptyState kind="none" what="failures" />
      ) : shown.length === 0 ? (
        <EmptyState
          kind="filtered"
          what="failures"
          hidden={clusters.length}
          onClear={() => set({ q: undefined, cause: undefined })}
        />
      ) : (
        shown
          .slice(0, mostCards)
          .map((cluster) => <ClusterCard key={cluster.key} cluster={cluster} standing={standing} />)
      )}
      {shown.length > mostCards && (
        <Text size="sm">And {shown.length - mostCards} more; filter to see them.</Text>
      )}
      {failures.data?.hasMore === true && (
        <div>
          <Button size="xs" variant="default" onClick={failures.loadMore} loading={failures.isFetching}>
            Look 500 failures further back
          </Button>
        </div>
      )}
    </Stack>
  );
}
