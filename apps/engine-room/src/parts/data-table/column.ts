import type { ReactNode } from 'react';

/** A column of a `DataTable`. */
export interface DataColumn<Row> {
  readonly id: string;
  /** In the head, and in the list of columns. */
  readonly title: string;
  readonly render: (row: Row) => ReactNode;
  /** What the rows are sorted by; without it the column cannot be sorted. Null sorts last. */
  readonly sortValue?: (row: Row) => string | number | null;
  /** What the text of the filter is looked for in; of the row alone, since it is kept with it. */
  readonly searchText?: (row: Row) => string;
  /** Offered as a filter of its own: the word of a row, of a few that there are. */
  readonly filterWord?: (row: Row) => string;
  /** In rem; the rest of the room is shared. */
  readonly width?: number;
  readonly isNumber?: boolean;
  /** Not shown until it is chosen. */
  readonly isHidden?: boolean;
}

export interface TableSort {
  readonly columnId: string;
  readonly isDescending: boolean;
}

/** What of a table stands in the address. */
export interface TableView {
  readonly text: string;
  readonly sort: TableSort | null;
  /** Ids of the columns that are shown; null: those of the table itself. */
  readonly columns: readonly string[] | null;
  /** Word by id of the column. */
  readonly words: Readonly<Record<string, string>>;
}
