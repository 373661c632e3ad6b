import type { topFailureSchema } from '@ironwheel/contracts';
import { Anchor } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { z } from 'zod';
import { listTopFailures } from '../../api/overview-calls.ts';
import { findLink } from '../../app/links.ts';
import { useLiveList } from '../../live/use-live-list.ts';
import { DataTable, type DataColumn } from '../../parts/data-table/index.ts';
import { ThingLink } from '../../parts/thing-link.tsx';
import { Age } from '../../parts/time.tsx';

type TopFailure = z.output<typeof topFailureSchema>;

const columns: readonly DataColumn<TopFailure>[] = [
  {
    id: 'name',
    title: 'Package',
    render: ({ name }) => <ThingLink kind="package" id={name} isOneLine />,
    sortValue: ({ name }) => name,
    searchText: ({ name }) => name,
  },
  {
    id: 'failures',
    title: 'Failures',
    width: 8,
    isNumber: true,
    render: ({ failures }) => failures.toLocaleString('en'),
    sortValue: ({ failures }) => failures,
  },
  {
    id: 'last',
    title: 'Last',
    width: 10,
    render: ({ last_at: at }) => <Age at={at} />,
    sortValue: ({ last_at: at }) => Date.parse(at),
  },
  {
    id: 'history',
    title: 'Open',
    width: 10,
    render: ({ name }) => (
      <Anchor
        inherit
        renderRoot={(props) => <Link to="/history" search={{ package: name, status: 'failed' }} {...props} />}
      >
        Its failures
      </Anchor>
    ),
  },
];

const toId = ({ name }: TopFailure): string => name;
const toLabel = ({ name }: TopFailure): string => `Open package ${name}`;

export function TopFailures(): ReactElement {
  const navigate = useNavigate();
  const failures = useLiveList(listTopFailures({}), { topics: ['history'], most: 2_000 });
  return (
    <DataTable
      what="failing packages"
      columns={columns}
      rows={failures.data?.items}
      toId={toId}
      toLabel={toLabel}
      answer={failures}
      call={listTopFailures({ limit: 500 })}
      onOpen={({ name }) => {
        const path = findLink('package', name);
        if (path !== null) void navigate({ to: path });
      }}
    />
  );
}
