import type { PoolView } from '@ironwheel/contracts';
import { Text } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState, type ReactElement } from 'react';
import { listPools } from '../../api/pool-calls.ts';
import { findLink } from '../../app/links.ts';
import { useLiveList } from '../../live/use-live-list.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { DataTable } from '../../parts/data-table/index.ts';
import { FilterLinks } from '../../parts/filter-links.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { useBar } from '../../session/may.ts';
import { poolColumns } from './pool-columns.tsx';

const CreatePoolDialog = lazy(() => import('./create-pool-dialog.tsx'));

/** Also told by the jobs, but far too often. */
const pollMs = 10_000;
const defaultSort = { columnId: 'name', isDescending: false };
const toId = ({ name }: PoolView): string => name;
const toLabel = ({ name }: PoolView): string => `Pool ${name}`;

export default function PoolsPage(): ReactElement {
  const { archived }: { archived?: string } = useSearch({ strict: false });
  const isArchived = archived === 'true';
  const [isAsked, setAsked] = useState(false);
  const bar = useBar('admin');
  const navigate = useNavigate();
  const call = listPools(isArchived ? { archived: 'true' } : {});
  const answer = useLiveList(call, { topics: ['pools', 'servers'], pollMs, keepsPrevious: false });
  const create = (
    <ActionButton bar={bar} variant="filled" onClick={() => setAsked(true)}>
      Create a pool
    </ActionButton>
  );
  return (
    <div>
      <PageHeader title="Pools" actions={create} />
      <FilterLinks
        label="Which pools are shown"
        name="archived"
        chosen={isArchived ? 'true' : ''}
        choices={[
          { value: '', label: 'In use' },
          { value: 'true', label: 'Archived' },
        ]}
      />
      <DataTable
        key={String(isArchived)}
        what={isArchived ? 'archived pools' : 'pools'}
        columns={poolColumns}
        rows={answer.data?.items}
        toId={toId}
        toLabel={toLabel}
        answer={answer}
        call={call}
        defaultSort={defaultSort}
        whenNone={
          isArchived ? <Text size="sm">A pool that is archived keeps its name and its record.</Text> : create
        }
        onOpen={({ name }) => void navigate({ to: findLink('pool', name) ?? '.' })}
      />
      {isAsked && (
        <Suspense>
          <CreatePoolDialog onClose={() => setAsked(false)} />
        </Suspense>
      )}
    </div>
  );
}
