import type { DataColumn, TableView } from './column.ts';

type Search = Readonly<Record<string, string | undefined>>;

/** Reads what stands in the address. Names of columns that there are not are left out: it may come from anywhere. */
export function readTableView<Row>(search: Search, columns: readonly DataColumn<Row>[]): TableView {
  const known = new Set(columns.map(({ id }) => id));
  const [, minus, columnId] = /^(-?)([a-z0-9_-]+)$/.exec(search['sort'] ?? '') ?? [];
  const chosen = search['cols']?.split(',').filter((id) => known.has(id));
  const words = columns.flatMap(({ id, filterWord }) => {
    const word = search[id];
    return filterWord === undefined || word === undefined ? [] : [[id, word] as const];
  });
  return {
    text: search['q'] ?? '',
    sort: columnId !== undefined && known.has(columnId) ? { columnId, isDescending: minus === '-' } : null,
    columns: chosen === undefined || chosen.length === 0 ? null : chosen,
    words: Object.fromEntries(words),
  };
}

/** The values to put into the address; undefined takes one away. */
export function writeTableView(view: Partial<TableView>): Record<string, string | undefined> {
  return {
    ...(view.text === undefined ? {} : { q: view.text === '' ? undefined : view.text }),
    ...(view.sort === undefined
      ? {}
      : { sort: view.sort === null ? undefined : (view.sort.isDescending ? '-' : '') + view.sort.columnId }),
    ...(view.columns === undefined ? {} : { cols: view.columns?.join(',') }),
    ...Object.fromEntries(
      Object.entries(view.words ?? {}).map(([id, word]) => [id, word === '' ? undefined : word]),
    ),
  };
}

export const isFiltered = (view: TableView): boolean =>
  view.text !== '' || Object.keys(view.words).length > 0;
