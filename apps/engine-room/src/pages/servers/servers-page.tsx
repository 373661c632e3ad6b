import { serverFilters, type ServerView } from '@ironwheel/contracts';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { listServers } from '../../api/server-calls.ts';
import { findLink } from '../../app/links.ts';
import { useLiveList } from '../../live/use-live-list.ts';
import { useLiveQuery } from '../../live/use-live-query.ts';
import { DataTable } from '../../parts/data-table/index.ts';
import { FilterLinks } from '../../parts/filter-links.tsx';
import { nameHidden } from '../../parts/hidden-characters.ts';
import { LinkButton } from '../../parts/link-button.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { serverColumns } from './server-columns.tsx';

type Filter = (typeof serverFilters)[number];

const filterNames: Readonly<Record<Filter, string>> = {
  all: 'All',
  operational: 'Operational',
  needs_attention: 'Needs attention',
  matched: 'Matched',
  unmatched: 'Unmatched',
};
/** Nobody tells of links and heartbeats. */
const pollMs = 10_000;
const defaultSort = { columnId: 'state', isDescending: false };
const toId = ({ server_id }: ServerView): string => server_id;
const toLabel = ({ name }: ServerView): string => `Server ${nameHidden(name)}`;
const isFilter = (text: string): text is Filter => (serverFilters as readonly string[]).includes(text);

export default function ServersPage(): ReactElement {
  const { filter: asked = 'all' }: { filter?: string } = useSearch({ strict: false });
  const filter = isFilter(asked) ? asked : 'all';
  const navigate = useNavigate();
  const call = listServers({ filter });
  // Rows of another filter would look like rows that are gone.
  const answer = useLiveList(call, { topics: ['servers', 'workers'], pollMs, keepsPrevious: false });
  const counts = useCounts();
  const toAll = (): void => void navigate({ to: '.', search: {}, replace: true });
  const hasNone = counts.all === 0;
  return (
    <div>
      <PageHeader title="Servers" />
      <FilterLinks
        label="Which servers are shown"
        name="filter"
        chosen={filter === 'all' ? '' : filter}
        choices={serverFilters.map((value) => ({
          value: value === 'all' ? '' : value,
          label: filterNames[value],
          count: counts[value],
        }))}
      />
      <DataTable
        key={filter}
        what="servers"
        columns={serverColumns}
        rows={answer.data?.items}
        toId={toId}
        toLabel={toLabel}
        answer={answer}
        call={call}
        defaultSort={defaultSort}
        outside={filter === 'all' || hasNone ? undefined : { hidden: counts.all ?? 0, onClear: toAll }}
        whenNone={
          <LinkButton to="/provisioning" variant="filled">
            Provision a server
          </LinkButton>
        }
        onOpen={({ server_id }) => void navigate({ to: findLink('server', server_id) ?? '.' })}
      />
    </div>
  );
}

/** How many each filter shows; undefined while that is not known. */
function useCounts(): Readonly<Record<Filter, number | undefined>> {
  return {
    all: useCount('all'),
    operational: useCount('operational'),
    needs_attention: useCount('needs_attention'),
    matched: useCount('matched'),
    unmatched: useCount('unmatched'),
  };
}

const useCount = (filter: Filter): number | undefined =>
  useLiveQuery(listServers({ filter, limit: 1 }), { topics: ['servers', 'workers'], pollMs }).data?.total;
