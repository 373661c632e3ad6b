import { Button, Skeleton, Stack } from '@mantine/core';
import { useCallback, useDeferredValue, useMemo, type ReactElement, type ReactNode } from 'react';
import type { ApiCall } from '../../api/call-api.ts';
import { EmptyState } from '../empty-state.tsx';
import { ErrorNotice } from '../error-notice.tsx';
import type { DataColumn, TableSort } from './column.ts';
import { createRowText, createRowWarmer, filterRows, sortRows } from './order-rows.ts';
import { TableGrid } from './table-grid.tsx';
import { TableToolbar } from './table-toolbar.tsx';
import { isFiltered } from './table-view.ts';
import { useStableRows } from './use-stable-rows.ts';
import { useTableView } from './use-table-view.ts';
import { useTypedText } from './use-typed-text.ts';
import { useWhenIdle } from './use-when-idle.ts';
import classes from './data-table.module.css';

/** What a table needs of a query (`useLiveList`, `useLiveQuery`). */
interface Answer {
  readonly error: unknown;
  readonly isPending: boolean;
  readonly refetch: () => unknown;
}

interface Props<Row> {
  /** What the rows are, in the plural: "workers". */
  readonly what: string;
  /** Stable, as a constant of the module or memoised. */
  readonly columns: readonly DataColumn<Row>[];
  readonly rows: readonly Row[] | undefined;
  /** Stable. */
  readonly toId: (row: Row) => string;
  /** Of one row, for those who hear it: "Open worker anvil". */
  readonly toLabel: (row: Row) => string;
  readonly answer: Answer;
  /** The call behind the rows, for *copy as curl*. */
  readonly call: Pick<ApiCall, 'method' | 'path' | 'query'>;
  readonly defaultSort?: TableSort;
  /** What to do where there are none at all. */
  readonly whenNone?: ReactNode;
  /** A filter of the page's own, that the controller applied, and how many rows it keeps away (null: not counted). */
  readonly outside?: { readonly hidden: number | null; readonly onClear: () => void } | undefined;
  /** Opens the page of a row. */
  readonly onOpen?: (row: Row) => void;
}

/**
 * The table of all pages: sort, filter and columns stand in the address; rows stay where they are while they change, new ones
 * wait until they are asked for; j, k and Enter move and open; only what can be seen is in the document.
 */
export function DataTable<Row extends object>(props: Props<Row>): ReactElement {
  const { what, columns, rows = noRows, toId, answer, call, defaultSort } = props;
  const [told, change] = useTableView(columns);
  const [typed, setTyped] = useTypedText(
    told.text,
    useCallback((text: string) => change({ text }), [change]),
  );
  // The key that was pressed is shown before the rows that fit it.
  const text = useDeferredValue(typed);
  const view = useMemo(() => ({ ...told, text }), [told, text]);
  const sort = view.sort ?? defaultSort ?? null;
  // Filtered after they are sorted: a key that is typed sorts nothing anew.
  const sorted = useMemo(() => sortRows(rows, columns, sort), [rows, columns, sort]);
  const toText = useMemo(() => createRowText(columns), [columns]);
  const ordered = useMemo(() => filterRows(sorted, columns, view, toText), [sorted, columns, view, toText]);
  const stable = useStableRows(rows, ordered, toId, JSON.stringify([view.text, view.words, sort]));
  // The first key and the first click then find it done, as all others do.
  useWhenIdle(
    rows,
    useMemo(() => createRowWarmer(columns, toText), [columns, toText]),
  );
  const onSort = useCallback((next: TableSort | null) => change({ sort: next }), [change]);
  const clear = (): void => {
    setTyped('');
    change({ text: '', words: Object.fromEntries(Object.keys(view.words).map((id) => [id, ''])) });
  };

  if (props.rows === undefined && answer.error !== null) {
    return (
      <EmptyState kind="unavailable" what={what} error={answer.error} onRetry={() => void answer.refetch()} />
    );
  }
  if (props.rows === undefined || answer.isPending) return <Placeholder what={what} />;
  const hasNone = rows.length === 0 && stable.rows.length === 0;
  return (
    <div>
      <TableToolbar
        what={what}
        columns={columns}
        rows={rows}
        view={view}
        typed={typed}
        onType={setTyped}
        onChange={change}
        call={call}
        shownCount={stable.rows.length}
      />
      {answer.error !== null && (
        <ErrorNotice
          what={`Reading the ${what} again`}
          error={answer.error}
          onRetry={() => void answer.refetch()}
        />
      )}
      <NewRows {...stable} />
      {hasNone && props.outside !== undefined && props.outside.hidden !== 0 ? (
        <EmptyState kind="filtered" what={what} {...props.outside} />
      ) : hasNone ? (
        <EmptyState kind="none" what={what} action={props.whenNone} />
      ) : stable.rows.length === 0 && isFiltered(view) ? (
        <EmptyState kind="filtered" what={what} hidden={rows.length} onClear={clear} />
      ) : (
        <TableGrid
          what={what}
          columns={columns}
          rows={stable.rows}
          toId={toId}
          toLabel={props.toLabel}
          sort={sort}
          chosen={view.columns}
          onSort={onSort}
          onOpen={props.onOpen}
        />
      )}
    </div>
  );
}

const noRows: readonly never[] = [];

interface NewRowsProps {
  readonly newCount: number;
  readonly goneCount: number;
  readonly isOutOfOrder: boolean;
  readonly showNow: () => void;
}

/** Always takes the same room, so that its coming moves nothing. */
function NewRows({ newCount, goneCount, isOutOfOrder, showNow }: NewRowsProps): ReactElement {
  const parts = [
    newCount > 0 ? `${newCount.toLocaleString('en')} new` : '',
    goneCount > 0 ? `${goneCount.toLocaleString('en')} gone` : '',
    newCount === 0 && goneCount === 0 && isOutOfOrder ? 'The order has changed' : '',
  ].filter((part) => part !== '');
  return (
    <div className={classes.news} role="status">
      {parts.length > 0 && (
        <Button size="compact-xs" variant="default" onClick={showNow}>
          {parts.join(', ')} – show
        </Button>
      )}
    </div>
  );
}

function Placeholder({ what }: { readonly what: string }): ReactElement {
  return (
    <Stack gap={6} role="status" aria-label={`Reading the ${what}`}>
      {Array.from({ length: 8 }, (_, index) => (
        <Skeleton key={index} height={32} />
      ))}
    </Stack>
  );
}
