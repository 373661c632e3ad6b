import {
  columnVisibilityFeature,
  createColumnHelper,
  tableFeatures,
  useTable,
  type RowData,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useMemo, useRef, useState, type ReactElement } from 'react';
import { useShortcut } from '../../shell/shortcuts-context.ts';
import type { DataColumn, TableSort } from './column.ts';
import { HeadCell } from './head-cell.tsx';
import type { StableRows } from './stable-rows.ts';
import classes from './data-table.module.css';

const rowHeight = 37;
const features = tableFeatures({ columnVisibilityFeature });
type Placed<Row> = StableRows<Row>['rows'][number] & RowData;

interface Props<Row> {
  readonly what: string;
  readonly columns: readonly DataColumn<Row>[];
  readonly rows: StableRows<Row>['rows'];
  readonly toId: (row: Row) => string;
  readonly toLabel: (row: Row) => string;
  readonly sort: TableSort | null;
  readonly chosen: readonly string[] | null;
  readonly onSort: (sort: TableSort | null) => void;
  readonly onOpen?: (row: Row) => void;
}

/**
 * Head and body. The body holds the rows that can be seen, between two empty ones that stand for the rest. A key that is typed
 * into the filter does not draw it anew; the rows that fit do.
 */
export const TableGrid = memo(Grid) as typeof Grid;

function Grid<Row>(props: Props<Row>): ReactElement {
  const { what, columns, rows, toId, toLabel, sort, chosen, onSort, onOpen } = props;
  const definitions = useMemo(() => {
    const helper = createColumnHelper<typeof features, Placed<Row>>();
    return columns.map(({ id, title, render }) =>
      helper.display({ id, header: title, cell: ({ row }) => render(row.original.row) }),
    );
  }, [columns]);
  const columnVisibility = useMemo(
    () =>
      Object.fromEntries(
        columns.map(({ id, isHidden }) => [id, chosen === null ? isHidden !== true : chosen.includes(id)]),
      ),
    [columns, chosen],
  );
  const table = useTable({
    features,
    columns: definitions,
    data: rows as readonly Placed<Row>[],
    getRowId: ({ row }) => toId(row),
    state: { columnVisibility },
  });
  const modelRows = table.getRowModel().rows;
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: modelRows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => modelRows[index]?.id ?? index,
    overscan: 12,
    initialRect: { width: 1000, height: 600 },
  });
  const [active, setActive] = useActiveRow(modelRows.length, (index) => {
    virtualizer.scrollToIndex(index);
    // The row may only be made by the scroll.
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus({ preventScroll: true }),
    );
  });
  const items = virtualizer.getVirtualItems();
  const above = items[0]?.start ?? 0;
  const below = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0);
  const columnOf = new Map(columns.map((column) => [column.id, column]));
  const visible = table.getVisibleLeafColumns();

  return (
    <div
      ref={scroller}
      className={classes.scroller}
      tabIndex={0}
      role="region"
      aria-label={`Table of ${what}`}
    >
      <table className={classes.table} aria-rowcount={modelRows.length + 1}>
        <colgroup>
          {visible.map(({ id }) => {
            const width = columnOf.get(id)?.width;
            return <col key={id} {...(width === undefined ? {} : { style: { width: `${width}rem` } })} />;
          })}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {visible.map(({ id }) => {
              const column = columnOf.get(id);
              return column === undefined ? null : (
                <HeadCell key={id} column={column} sort={sort} onSort={onSort} />
              );
            })}
          </tr>
        </thead>
        <tbody>
          <Spacer height={above} columns={visible.length} />
          {items.map(({ index }) => {
            const row = modelRows[index];
            if (row === undefined) return null;
            const { row: original, isGone } = row.original;
            const isOpenable = onOpen !== undefined && !isGone;
            return (
              <tr
                key={row.id}
                data-index={index}
                data-gone={isGone}
                aria-rowindex={index + 2}
                aria-label={isGone ? `${toLabel(original)} (gone)` : undefined}
                tabIndex={-1}
                data-active={index === active}
                onFocus={() => setActive(index)}
                onKeyDown={(event) => {
                  if (event.key === 'Enter' && event.target === event.currentTarget && isOpenable)
                    onOpen(original);
                }}
                onDoubleClick={() => {
                  if (isOpenable) onOpen(original);
                }}
              >
                {row.getVisibleCells().map((cell) => (
                  <td key={cell.id} data-number={columnOf.get(cell.column.id)?.isNumber}>
                    <table.FlexRender cell={cell} />
                  </td>
                ))}
              </tr>
            );
          })}
          <Spacer height={below} columns={visible.length} />
        </tbody>
      </table>
    </div>
  );
}

/** Stands for rows that cannot be seen. */
function Spacer({
  height,
  columns,
}: {
  readonly height: number;
  readonly columns: number;
}): ReactElement | null {
  if (height <= 0) return null;
  return (
    <tr aria-hidden>
      <td colSpan={columns} className={classes.spacer} style={{ height }} />
    </tr>
  );
}

/** The row that j and k moved to. */
function useActiveRow(count: number, onMove: (index: number) => void): [number, (index: number) => void] {
  const [active, setActive] = useState(-1);
  const move = (by: number): void => {
    const next = Math.min(count - 1, Math.max(0, active + by));
    if (count === 0) return;
    setActive(next);
    onMove(next);
  };
  useShortcut('j', 'Next row', () => move(1));
  useShortcut('k', 'Row before', () => move(-1));
  return [active, setActive];
}
