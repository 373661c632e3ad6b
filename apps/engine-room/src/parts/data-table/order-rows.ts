import { remember } from '../remember.ts';
import type { DataColumn, TableView } from './column.ts';
import { compareTexts, toSortText } from './sort-text.ts';

type Columns<Row> = readonly DataColumn<Row>[];

/** All that the text of the filter is looked for in, of a row: in small letters, and put together once. */
export function createRowText<Row extends object>(columns: Columns<Row>): (row: Row) => string {
  const texts = columns.flatMap(({ searchText }) => (searchText === undefined ? [] : [searchText]));
  return remember((row) =>
    texts
      .map((toText) => toText(row))
      .join('\n')
      .toLowerCase(),
  );
}

/** The rows that fit text and words of the filter. Every word of the text must be in one of the columns. */
export function filterRows<Row extends object>(
  rows: readonly Row[],
  columns: Columns<Row>,
  view: TableView,
  toText: (row: Row) => string = createRowText(columns),
): readonly Row[] {
  const parts = view.text.toLowerCase().split(/\s+/).filter(Boolean);
  const words = columns.flatMap(({ id, filterWord }) => {
    const wanted = view.words[id];
    return filterWord === undefined || wanted === undefined ? [] : [{ filterWord, wanted }];
  });
  if (parts.length === 0 && words.length === 0) return rows;
  return rows.filter((row) => {
    if (!words.every(({ filterWord, wanted }) => filterWord(row) === wanted)) return false;
    if (parts.length === 0) return true;
    const text = toText(row);
    return parts.every((part) => text.includes(part));
  });
}

/** Sorted by one column; without one, as they came. Equal rows keep their order. */
export function sortRows<Row extends object>(
  rows: readonly Row[],
  columns: Columns<Row>,
  sort: TableView['sort'],
): readonly Row[] {
  const sortValue = columns.find(({ id }) => id === sort?.columnId)?.sortValue;
  if (sort === null || sortValue === undefined) return rows;
  const sign = sort.isDescending ? -1 : 1;
  const keyed = rows.map((row) => toKeyed(row, sortValue(row)));
  keyed.sort((left, right) => {
    if (left.value === null || right.value === null)
      return Number(left.value === null) - Number(right.value === null);
    return sign * compareKeyed(left, right);
  });
  return keyed.map(({ row }) => row);
}

interface Keyed<Row> {
  readonly row: Row;
  readonly value: string | number | null;
  /** Null for numbers, and for what only the collator can put in its place. */
  readonly text: string | null;
}

const toKeyed = <Row>(row: Row, value: string | number | null): Keyed<Row> => ({
  row,
  value,
  text: typeof value === 'string' ? findSortText(value) : null,
});

function compareKeyed<Row>(left: Keyed<Row>, right: Keyed<Row>): number {
  if (left.text !== null && right.text !== null)
    return left.text < right.text ? -1 : left.text > right.text ? 1 : 0;
  if (typeof left.value === 'number' && typeof right.value === 'number') return left.value - right.value;
  return compareTexts(String(left.value), String(right.value));
}

const mostSortTexts = 100_000;
const sortTexts = new Map<string, string | null>();

/** Kept by the text: the same names are sorted at each click and at each news. */
function findSortText(value: string): string | null {
  const known = sortTexts.get(value);
  if (known !== undefined) return known;
  if (sortTexts.size >= mostSortTexts) sortTexts.clear();
  const text = toSortText(value);
  sortTexts.set(value, text);
  return text;
}

/** Works out what the filter and every sort of a row will ask for. */
export function createRowWarmer<Row extends object>(
  columns: Columns<Row>,
  toText: (row: Row) => string,
): (row: Row) => void {
  const values = columns.flatMap(({ sortValue }) => (sortValue === undefined ? [] : [sortValue]));
  return (row) => {
    toText(row);
    for (const toValue of values) toKeyed(row, toValue(row));
  };
}
