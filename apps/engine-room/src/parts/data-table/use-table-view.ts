import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import type { DataColumn, TableView } from './column.ts';
import { readTableView, writeTableView } from './table-view.ts';

/** Filter, sort and columns of the table of this page, kept in the address so that a reload and a link show the same. */
export function useTableView<Row>(
  columns: readonly DataColumn<Row>[],
): readonly [TableView, (change: Partial<TableView>) => void] {
  const search: Readonly<Record<string, string | undefined>> = useSearch({ strict: false });
  const navigate = useNavigate();
  const view = useMemo(() => readTableView(search, columns), [search, columns]);
  const change = useCallback(
    (values: Partial<TableView>) => {
      void navigate({
        to: '.',
        search: (before: Record<string, unknown>) => ({ ...before, ...writeTableView(values) }),
        replace: true,
        resetScroll: false,
      });
    },
    [navigate],
  );
  return [view, change];
}
