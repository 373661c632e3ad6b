import { useMemo, useState } from 'react';
import { keepOrder, type StableRows } from './stable-rows.ts';

/**
 * Holds the order of a list still until `viewKey` changes (another filter or sort) or `showNow` is called.
 * @param all every row, whatever the filter says
 * @param ordered the rows that fit, in the order that the sort asks for now
 */
export function useStableRows<Row>(
  all: readonly Row[],
  ordered: readonly Row[],
  toId: (row: Row) => string,
  viewKey: string,
): StableRows<Row> & { readonly showNow: () => void } {
  const [shown, setShown] = useState<{ viewKey: string; rows: readonly Row[] } | null>(null);
  // The first rows, and those of another filter, are shown at once. Nothing can jump in a list that was empty.
  const isOld = shown?.viewKey !== viewKey || (shown.rows.length === 0 && ordered.length > 0);
  const rows = isOld ? ordered : shown.rows;
  if (isOld) setShown({ viewKey, rows });

  const stable = useMemo(() => keepOrder(rows, ordered, toId, all), [rows, ordered, toId, all]);
  return { ...stable, showNow: () => setShown({ viewKey, rows: ordered }) };
}
