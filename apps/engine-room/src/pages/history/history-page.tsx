import type { EventView } from '@ironwheel/contracts';
import { Button, Group, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { listHistory } from '../../api/history-calls.ts';
import { findLink } from '../../app/links.ts';
import { useLivePages } from '../../live/use-live-pages.ts';
import { DataTable } from '../../parts/data-table/index.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { eventColumns } from './event-columns.tsx';
import { readEventFacts } from './event-facts.ts';
import { HistoryFilter } from './history-filter.tsx';
import { useHistoryFilter, type HistoryFilterState } from './use-history-filter.ts';

const toId = ({ event_id: id }: EventView): string => id;
const toLabel = ({ name, version, status }: EventView): string => `${name} ${version}, ${status}`;

/** Every attempt and every verdict of a plan, newest first. */
export default function HistoryPage(): ReactElement {
  const filter = useHistoryFilter();
  return (
    <>
      <PageHeader title="History" />
      <HistoryFilter key={`filter ${filter.key}`} filter={filter} />
      <HistoryTable key={`table ${filter.key}`} filter={filter} />
    </>
  );
}

/** Made anew for another filter: rows of before are not rows that went. */
function HistoryTable({ filter }: { readonly filter: HistoryFilterState }): ReactElement {
  const navigate = useNavigate();
  const call = listHistory(filter.query);
  const history = useLivePages(call, { topics: ['history'] });
  const open = (event: EventView): void => {
    const { attemptId } = readEventFacts(event);
    const path = attemptId === null ? findLink('package', event.name) : findLink('attempt', attemptId);
    if (path !== null) void navigate({ to: path });
  };
  if (filter.isSet && history.data?.items.length === 0)
    return <EmptyState kind="filtered" what="events" hidden={null} onClear={filter.clear} />;
  return (
    <>
      <DataTable
        what="events"
        columns={eventColumns}
        rows={history.data?.items}
        toId={toId}
        toLabel={toLabel}
        answer={history}
        call={{ ...call, query: { ...call.query, limit: 500 } }}
        onOpen={open}
        whenNone={
          <Text size="sm">An event is written when an attempt ends, and for what a plan reuses.</Text>
        }
      />
      {history.data?.hasMore === true && (
        <Group mt="xs">
          <Button size="xs" variant="default" onClick={history.loadMore} loading={history.isFetching}>
            Read 500 older ones
          </Button>
          <Text size="sm" c="dimmed">
            Sort and filter of the table know what is read.
          </Text>
        </Group>
      )}
    </>
  );
}
