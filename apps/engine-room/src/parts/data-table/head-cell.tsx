import type { ReactElement } from 'react';
import type { DataColumn, TableSort } from './column.ts';
import classes from './data-table.module.css';

interface Props<Row> {
  readonly column: DataColumn<Row>;
  readonly sort: TableSort | null;
  readonly onSort: (sort: TableSort | null) => void;
}

/** Ascending, descending, and as it came. */
function findNext(columnId: string, sort: TableSort | null): TableSort | null {
  if (sort?.columnId !== columnId) return { columnId, isDescending: false };
  return sort.isDescending ? null : { columnId, isDescending: true };
}

export function HeadCell<Row>({ column, sort, onSort }: Props<Row>): ReactElement {
  const isSorted = sort?.columnId === column.id;
  const direction = !isSorted ? 'none' : sort.isDescending ? 'descending' : 'ascending';
  if (column.sortValue === undefined) {
    return (
      <th scope="col" data-number={column.isNumber}>
        {column.title}
      </th>
    );
  }
  return (
    <th scope="col" aria-sort={direction} data-number={column.isNumber}>
      <button type="button" className={classes.sort} onClick={() => onSort(findNext(column.id, sort))}>
        {column.title}
        <span aria-hidden className={classes.sortMark}>
          {direction === 'none' ? '' : direction === 'ascending' ? '▲' : '▼'}
        </span>
      </button>
    </th>
  );
}
