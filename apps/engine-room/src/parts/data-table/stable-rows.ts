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

/** The rows that were shown when the reader last asked for them, in their order, with the id of each. */
export type Shown<Row> = readonly { readonly id: string; readonly row: Row }[];

/**
 * Puts the newest of each row in the place that it had. Nothing jumps: new rows and another order wait until the reader asks.
 */
export function keepOrder<Row>(
  shown: Shown<Row>,
  current: readonly Row[],
  toId: (row: Row) => string,
  isStillThere: (id: string) => Row | undefined,
): StableRows<Row> {
  const shownIds = new Set(shown.map(({ id }) => id));
  const rows = shown.map(({ id, row }) => {
    const newest = isStillThere(id);
    return newest === undefined ? { row, isGone: true } : { row: newest, isGone: false };
  });
  const currentIds = current.map(toId);
  const inOrder = currentIds.filter((id) => shownIds.has(id));
  const wanted = new Set(inOrder);
  const asShown = shown.map(({ id }) => id).filter((id) => wanted.has(id));
  return {
    rows,
    newCount: currentIds.length - inOrder.length,
    goneCount: rows.filter(({ isGone }) => isGone).length,
    isOutOfOrder: asShown.some((id, index) => id !== inOrder[index]),
  };
}
