import type { ReactElement, ReactNode } from 'react';
import classes from './small-table.module.css';

interface Column<Row> {
  readonly title: string;
  readonly render: (row: Row) => ReactNode;
  readonly isNumber?: boolean;
}

interface Props<Row> {
  /** For those who hear it: "Commands of this server". */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly toId: (row: Row) => string;
}

/** A table of a few rows inside a page, without filter or sort; where there is little room each row is a block of its own. */
export function SmallTable<Row>({ label, columns, rows, toId }: Props<Row>): ReactElement {
  return (
    // The roles are said again, since as blocks the rows would lose them.
    <table className={classes.table} aria-label={label} role="table">
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ title, isNumber }) => (
            <th key={title} scope="col" role="columnheader" data-number={isNumber}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={toId(row)} role="row">
            {columns.map(({ title, render, isNumber }) => (
              <td key={title} role="cell" data-title={title} data-number={isNumber}>
                <div>{render(row)}</div>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
