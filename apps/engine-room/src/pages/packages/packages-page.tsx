import type { ProjectView } from '@ironwheel/contracts';
import { Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { listProjects } from '../../api/artifact-calls.ts';
import { findLink } from '../../app/links.ts';
import { useLiveList } from '../../live/use-live-list.ts';
import { DataTable, type DataColumn } from '../../parts/data-table/index.ts';
import { PageHeader } from '../../parts/page-header.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { Age, Time } from '../../parts/time.tsx';

const columns: readonly DataColumn<ProjectView>[] = [
  {
    id: 'name',
    title: 'Package',
    render: ({ name }) => <ThingLink kind="package" id={name} isOneLine />,
    sortValue: ({ name }) => name,
    searchText: ({ name }) => name,
  },
  {
    id: 'origin',
    title: 'Index serves',
    width: 10,
    render: ({ origin }) => origin,
    sortValue: ({ origin }) => origin,
    filterWord: ({ origin }) => origin,
  },
  {
    id: 'since',
    title: 'First wheel of ours',
    width: 16,
    render: ({ own_since: at }) => <Time at={at} never="none" />,
    sortValue: ({ own_since: at }) => (at === null ? null : Date.parse(at)),
  },
  {
    id: 'changed',
    title: 'Changed',
    width: 9,
    render: ({ updated_at: at }) => <Age at={at} />,
    sortValue: ({ updated_at: at }) => Date.parse(at),
  },
];

const toId = ({ name }: ProjectView): string => name;
const toLabel = ({ name }: ProjectView): string => `Open package ${name}`;

/** The projects that the index knows; any other package is found by the search. */
export default function PackagesPage(): ReactElement {
  const navigate = useNavigate();
  const projects = useLiveList(listProjects(), { topics: ['projects', 'artifacts'], pollMs: 60_000 });
  return (
    <>
      <PageHeader title="Packages" />
      <DataTable
        what="packages"
        columns={columns}
        rows={projects.data?.items}
        toId={toId}
        toLabel={toLabel}
        answer={projects}
        call={listProjects()}
        defaultSort={{ columnId: 'name', isDescending: false }}
        onOpen={({ name }) => {
          const path = findLink('package', name);
          if (path !== null) void navigate({ to: path });
        }}
        whenNone={
          <Text size="sm">
            A package stands here from its first accepted wheel on. What has not got that far is found by the
            search and in the history.
          </Text>
        }
      />
    </>
  );
}
