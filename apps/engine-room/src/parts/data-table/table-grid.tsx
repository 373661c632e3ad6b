import { useVirtualizer } from '@tanstack/react-virtual';
import {
  memo,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  type CSSProperties,
  type ReactElement,
} from 'react';
import { useShortcut } from '../../shell/shortcuts-context.ts';
import type { DataColumn, TableSort } from './column.ts';
import { HeadCell } from './head-cell.tsx';
import type { StableRows } from './stable-rows.ts';
import { TableRow } from './table-row.tsx';
import classes from './data-table.module.css';

const rowHeight = 37;
/** Rows that are kept ready on either side of those that can be seen. */
const rowsBeside = 4;

interface Props<Row> {
  readonly what: string;
  readonly columns: readonly DataColumn<Row>[];
  readonly rows: StableRows<Row>['rows'];
  readonly toId: (row: Row) => string;
  readonly toLabel: (row: Row) => string;
  readonly sort: TableSort | null;
  readonly chosen: readonly string[] | null;
  readonly onSort: (sort: TableSort | null) => void;
  readonly onOpen: ((row: Row) => void) | undefined;
}

/** What a column without a width of its own has at least where the table is wider than the screen, in rem. */
const leastColumnWidth = 14;

const leastWidthOf = <Row,>(columns: readonly DataColumn<Row>[]): CSSProperties => {
  const width = columns.reduce((sum, column) => sum + (column.width ?? leastColumnWidth), 0);
  return { '--least-width': `${width}rem` } as CSSProperties;
};

/**
 * Head and body. The body holds the rows that can be seen, between two empty ones that stand for the rest. A key that is typed
 * into the filter does not draw it anew; the rows that fit do.
 */
export const TableGrid = memo(Grid) as typeof Grid;

function Grid<Row>(props: Props<Row>): ReactElement {
  const { what, columns, rows, toId, toLabel, sort, chosen, onSort } = props;
  const visible = useMemo(
    () => columns.filter(({ id, isHidden }) => (chosen === null ? isHidden !== true : chosen.includes(id))),
    [columns, chosen],
  );
  const onOpen = useNewest(props.onOpen);
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: rowsBeside,
    initialRect: { width: 1000, height: 600 },
  });
  const [active, setActive] = useActiveRow(rows.length, (index) => {
    virtualizer.scrollToIndex(index);
    // The row may only be made by the scroll.
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus({ preventScroll: true }),
    );
  });
  const items = virtualizer.getVirtualItems();
  const above = items[0]?.start ?? 0;
  const below = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0);

  return (
    <div
      ref={scroller}
      className={classes.scroller}
      tabIndex={0}
      role="region"
      aria-label={`Table of ${what}`}
    >
      <table className={classes.table} style={leastWidthOf(visible)} aria-rowcount={rows.length + 1}>
        <colgroup>
          {visible.map(({ id, width }) => (
            <col key={id} {...(width === undefined ? {} : { style: { width: `${width}rem` } })} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {visible.map((column) => (
              <HeadCell key={column.id} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          <Spacer height={above} columns={visible.length} />
          {items.map(({ index }) => {
            const placed = rows[index];
            if (placed === undefined) return null;
            return (
              <TableRow
                key={toId(placed.row)}
                row={placed.row}
                index={index}
                isGone={placed.isGone}
                isActive={index === active}
                columns={visible}
                toLabel={toLabel}
                onActive={setActive}
                onOpen={onOpen}
              />
            );
          })}
          <Spacer height={below} columns={visible.length} />
        </tbody>
      </table>
    </div>
  );
}

/** The same function always, which calls the newest: rows are not drawn anew because of it. */
function useNewest<Row>(onOpen: ((row: Row) => void) | undefined): (row: Row) => void {
  const newest = useRef(onOpen);
  useEffect(() => {
    newest.current = onOpen;
  });
  return useCallback((row) => newest.current?.(row), []);
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
