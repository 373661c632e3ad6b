import { describe, expect, it } from 'vitest';
import type { DataColumn, TableView } from './column.ts';
import { filterRows, sortRows } from './order-rows.ts';
import { keepOrder } from './stable-rows.ts';
import { readTableView, writeTableView } from './table-view.ts';

interface Row {
  readonly id: string;
  readonly state: string;
  readonly age: number | null;
}

const row = (id: string, state = 'idle', age: number | null = 1): Row => ({ id, state, age });
const columns: readonly DataColumn<Row>[] = [
  { id: 'id', title: 'Id', render: ({ id }) => id, sortValue: ({ id }) => id, searchText: ({ id }) => id },
  { id: 'state', title: 'State', render: ({ state }) => state, filterWord: ({ state }) => state },
  { id: 'age', title: 'Age', render: ({ age }) => age, sortValue: ({ age }) => age },
];
const view = (change: Partial<TableView>): TableView => ({
  text: '',
  sort: null,
  columns: null,
  words: {},
  ...change,
});
const ids = (rows: readonly Row[]): string => rows.map(({ id }) => id).join(' ');

describe('the rows of a table', () => {
  const rows = [row('w10', 'idle', 3), row('w9', 'busy', null), row('w1', 'busy', 2)];

  it('are filtered by all words of the text and by the words of columns', () => {
    expect(ids(filterRows(rows, columns, view({ text: 'W 1' })))).toBe('w10 w1');
    expect(ids(filterRows(rows, columns, view({ text: 'w', words: { state: 'busy' } })))).toBe('w9 w1');
    expect(ids(filterRows(rows, columns, view({ words: { state: 'gone' } })))).toBe('');
  });

  it('are sorted as people count, with what is not known last in both directions', () => {
    expect(ids(sortRows(rows, columns, { columnId: 'id', isDescending: false }))).toBe('w1 w9 w10');
    expect(ids(sortRows(rows, columns, { columnId: 'age', isDescending: false }))).toBe('w1 w10 w9');
    expect(ids(sortRows(rows, columns, { columnId: 'age', isDescending: true }))).toBe('w10 w1 w9');
    expect(ids(sortRows(rows, columns, null))).toBe('w10 w9 w1');
  });
});

describe('the view in the address', () => {
  it('is read as it was written', () => {
    const written = view({
      text: 'a b',
      sort: { columnId: 'age', isDescending: true },
      columns: ['id', 'age'],
      words: { state: 'busy' },
    });
    expect(readTableView(writeTableView(written), columns)).toEqual(written);
  });

  it('does not take columns that there are not', () => {
    expect(readTableView({ sort: '-__proto__', cols: 'x,constructor', id: 'w1', q: '' }, columns)).toEqual(
      view({}),
    );
  });
});

describe('rows while they are read', () => {
  const toId = ({ id }: Row): string => id;
  const keep = (before: readonly Row[], now: readonly Row[], ordered = now) =>
    keepOrder(before, ordered, toId, now);

  it('stay in their places while they change', () => {
    const stable = keep([row('a'), row('b')], [row('b', 'busy'), row('a')]);
    expect(stable.rows.map(({ row: { id, state } }) => `${id} ${state}`)).toEqual(['a idle', 'b busy']);
    expect(stable).toMatchObject({ newCount: 0, goneCount: 0, isOutOfOrder: true });
  });

  it('are the newest of each where nothing but they have changed', () => {
    const stable = keep([row('a'), row('b')], [row('a', 'busy'), row('b')]);
    expect(stable.rows.map(({ row: { id, state } }) => `${id} ${state}`)).toEqual(['a busy', 'b idle']);
    expect(stable).toMatchObject({ newCount: 0, goneCount: 0, isOutOfOrder: false });
  });

  it('new ones wait and are counted, gone ones stay and are marked', () => {
    const stable = keep([row('a'), row('b')], [row('c'), row('b'), row('d')]);
    expect(stable.rows).toEqual([
      { row: row('a'), isGone: true },
      { row: row('b'), isGone: false },
    ]);
    expect(stable).toMatchObject({ newCount: 2, goneCount: 1, isOutOfOrder: false });
  });

  it('one that no longer fits the filter stays until the reader asks', () => {
    const stable = keep([row('a'), row('b')], [row('a', 'busy'), row('b')], [row('b')]);
    expect(stable.rows.map(({ isGone }) => isGone)).toEqual([false, false]);
    expect(stable.newCount).toBe(0);
  });
});
