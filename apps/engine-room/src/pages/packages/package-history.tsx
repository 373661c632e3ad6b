import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import { listHistory } from '../../api/history-calls.ts';
import { useLivePages } from '../../live/use-live-pages.ts';
import { DataTable } from '../../parts/data-table/index.ts';
import { Panel } from '../../parts/panel.tsx';
import { eventColumns } from '../history/event-columns.tsx';

type Event = Parameters<(typeof eventColumns)[0]['render']>[0];
const toId = ({ event_id: id }: Event): string => id;
const toLabel = ({ name, version, status }: Event): string => `${name} ${version}, ${status}`;

/** How the builds of a project went, newest first. */
export default function PackageHistory({ name }: { readonly name: string }): ReactElement {
  const call = listHistory({ package: name });
  const history = useLivePages(call, { topics: ['history'] });
  return (
    <Panel title="Attempts">
      <DataTable
        what="events"
        columns={eventColumns}
        rows={history.data?.items}
        toId={toId}
        toLabel={toLabel}
        answer={history}
        call={call}
      />
      {history.data?.hasMore === true && (
        <Button size="xs" variant="default" mt="xs" onClick={history.loadMore} loading={history.isFetching}>
          Read 500 older ones
        </Button>
      )}
    </Panel>
  );
}
