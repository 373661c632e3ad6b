/** What is shown of a list that changes while somebody reads it. */
export interface StableRows<Row> {
  /** In the order in which they stand on the screen; rows that are there no more stay, as they were last. */
  readonly rows: readonly { readonly row: Row; readonly isGone: boolean }[];
  /** Rows that came since; they wait to be shown. */
  readonly newCount: number;
  readonly goneCount: number;
  /** Sorted anew the rows would stand elsewhere. */
  readonly isOutOfOrder: boolean;
}

/**
 * Puts the newest of each row in the place that it had. Nothing jumps: new rows and another order wait until the reader asks.
 * @param shown the rows that were shown when the reader last asked for them, in their order
 * @param current the rows that fit, in the order that the sort asks for now
 * @param all every row that there is, whatever the filter says
 */
export function keepOrder<Row>(
  shown: readonly Row[],
  current: readonly Row[],
  toId: (row: Row) => string,
  all: readonly Row[],
): StableRows<Row> {
  if (haveSameIds(shown, current, toId))
    return { rows: current.map(toThere), newCount: 0, goneCount: 0, isOutOfOrder: false };
  const byId = new Map(all.map((row) => [toId(row), row]));
  const shownIds = shown.map(toId);
  const rows = shown.map((row, index) => {
    const newest = byId.get(shownIds[index] ?? '');
    return newest === undefined ? { row, isGone: true } : toThere(newest);
  });
  const wasShown = new Set(shownIds);
  const inOrder = current.map(toId).filter((id) => wasShown.has(id));
  const wanted = new Set(inOrder);
  const asShown = shownIds.filter((id) => wanted.has(id));
  return {
    rows,
    newCount: current.length - inOrder.length,
    goneCount: rows.filter(({ isGone }) => isGone).length,
    isOutOfOrder: asShown.some((id, index) => id !== inOrder[index]),
  };
}

const toThere = <Row>(row: Row): { readonly row: Row; readonly isGone: boolean } => ({ row, isGone: false });

/** Mostly so: nobody came, nobody went, and all are in their places. */
const haveSameIds = <Row>(left: readonly Row[], right: readonly Row[], toId: (row: Row) => string): boolean =>
  left === right ||
  (left.length === right.length &&
    left.every((row, index) => {
      const other = right[index];
      return other !== undefined && (row === other || toId(row) === toId(other));
    }));
