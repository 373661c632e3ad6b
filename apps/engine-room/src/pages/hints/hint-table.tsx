import { useNavigate } from '@tanstack/react-router';
import { useMemo, type ReactElement, type ReactNode } from 'react';
import { listHints } from '../../api/hint-calls.ts';
import { findLink } from '../../app/links.ts';
import { useLiveList } from '../../live/use-live-list.ts';
import { useNow } from '../../live/use-now.ts';
import { DataTable } from '../../parts/data-table/index.ts';
import { hintColumns } from './hint-columns.tsx';
import { toHintRows, type HintRow } from './hint-rows.ts';

/** What came of applications is told by nobody. */
const pollMs = 30_000;
const minuteMs = 60_000;
const defaultSort = { columnId: 'used', isDescending: true };
const toId = ({ hint }: HintRow): string => hint.id;
const toLabel = ({ name }: HintRow): string => `Open the hint ${name}`;

/** All hints: the catalogue and those of people. */
export function HintTable({ whenNone }: { readonly whenNone: ReactNode }): ReactElement {
  const navigate = useNavigate();
  const call = listHints();
  const answer = useLiveList(call, { topics: ['hints'], pollMs });
  const items = answer.data?.items;
  // Expiry is to the minute, so that a second changes no row.
  const minute = Math.floor(useNow() / minuteMs);
  const rows = useMemo(
    () => (items === undefined ? undefined : toHintRows(items, minute * minuteMs)),
    [items, minute],
  );
  return (
    <DataTable
      what="hints"
      columns={hintColumns}
      rows={rows}
      toId={toId}
      toLabel={toLabel}
      answer={answer}
      call={call}
      defaultSort={defaultSort}
      whenNone={whenNone}
      onOpen={({ hint }) => void navigate({ to: findLink('hint', hint.id) ?? '.' })}
    />
  );
}
