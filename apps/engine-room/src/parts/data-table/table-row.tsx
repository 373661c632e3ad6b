import { memo, type ReactElement } from 'react';
import type { DataColumn } from './column.ts';

interface Props<Row> {
  readonly row: Row;
  readonly index: number;
  readonly isGone: boolean;
  readonly isActive: boolean;
  /** Those that are shown. */
  readonly columns: readonly DataColumn<Row>[];
  readonly toLabel: (row: Row) => string;
  readonly onActive: (index: number) => void;
  readonly onOpen: (row: Row) => void;
}

/** Drawn anew only when it has changed itself: not when its neighbours scroll by. */
export const TableRow = memo(PlainRow) as typeof PlainRow;

function PlainRow<Row>(props: Props<Row>): ReactElement {
  const { row, index, isGone, isActive, columns, toLabel, onActive, onOpen } = props;
  return (
    <tr
      data-index={index}
      data-gone={isGone}
      aria-rowindex={index + 2}
      aria-label={isGone ? `${toLabel(row)} (gone)` : undefined}
      tabIndex={-1}
      data-active={isActive}
      onFocus={() => onActive(index)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && event.target === event.currentTarget && !isGone) onOpen(row);
      }}
      onDoubleClick={() => {
        if (!isGone) onOpen(row);
      }}
    >
      {columns.map(({ id, isNumber, render }) => (
        <td key={id} data-number={isNumber}>
          {render(row)}
        </td>
      ))}
    </tr>
  );
}
