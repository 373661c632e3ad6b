import type { DataColumn, TableView } from './column.ts';

type Columns<Row> = readonly DataColumn<Row>[];

/** The rows that fit text and words of the filter. Every word of the text must be in one of the columns. */
export function filterRows<Row>(
  rows: readonly Row[],
  columns: Columns<Row>,
  view: TableView,
): readonly Row[] {
  const parts = view.text.toLowerCase().split(/\s+/).filter(Boolean);
  const words = columns.flatMap(({ id, filterWord }) => {
    const wanted = view.words[id];
    return filterWord === undefined || wanted === undefined ? [] : [{ filterWord, wanted }];
  });
  if (parts.length === 0 && words.length === 0) return rows;
  const texts = columns.flatMap(({ searchText }) => (searchText === undefined ? [] : [searchText]));
  return rows.filter((row) => {
    if (!words.every(({ filterWord, wanted }) => filterWord(row) === wanted)) return false;
    if (parts.length === 0) return true;
    const all = texts.map((toText) => toText(row).toLowerCase()).join('\n');
    return parts.every((part) => all.includes(part));
  });
}

const collator = new Intl.Collator('en', { numeric: true });

/** Sorted by one column; without one, as they came. Equal rows keep their order. */
export function sortRows<Row>(
  rows: readonly Row[],
  columns: Columns<Row>,
  sort: TableView['sort'],
): readonly Row[] {
  const sortValue = columns.find(({ id }) => id === sort?.columnId)?.sortValue;
  if (sort === null || sortValue === undefined) return rows;
  const sign = sort.isDescending ? -1 : 1;
  const keyed = rows.map((row) => ({ row, value: sortValue(row) }));
  keyed.sort((left, right) => {
    if (left.value === null || right.value === null)
      return Number(left.value === null) - Number(right.value === null);
    return sign * compareValues(left.value, right.value);
  });
  return keyed.map(({ row }) => row);
}

function compareValues(left: string | number, right: string | number): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return collator.compare(String(left), String(right));
}
