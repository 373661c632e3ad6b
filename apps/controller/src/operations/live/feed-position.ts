/**
 * A place in the history as it was committed: everything up to this event of this transaction was seen. Transactions are
 * ordered by their numbers, events within one by their ids.
 */
export interface FeedPosition {
  /** Number of the transaction (xid8). */
  readonly xid: number;
  /** Id of the event; `~`, behind every id: all of the transaction. */
  readonly eventId: string;
  /** When this was the newest place, by the database's clock; the search for what is newer begins some time before. */
  readonly atMs: number;
}

export const allOfTransaction = '~';

const form = /^(\d{1,15})\.(\d{13})\.(~|evt_[0-9a-f-]{36})$/;

/** As it stands behind `id:` and comes back in `Last-Event-ID`. */
export const writePosition = ({ xid, atMs, eventId }: FeedPosition): string => `${xid}.${atMs}.${eventId}`;

/** Undefined when the text is not a place of this feed. */
export function findPosition(text: string): FeedPosition | undefined {
  const [, xid, atMs, eventId] = form.exec(text) ?? [];
  if (xid === undefined || atMs === undefined || eventId === undefined) return undefined;
  return { xid: Number(xid), atMs: Number(atMs), eventId };
}

/** Whether `left` lies behind `right`. Ids are compared as bytes; `~` is behind them all. */
export function isBehind(
  left: Pick<FeedPosition, 'xid' | 'eventId'>,
  right: Pick<FeedPosition, 'xid' | 'eventId'>,
): boolean {
  return left.xid === right.xid ? left.eventId > right.eventId : left.xid > right.xid;
}
