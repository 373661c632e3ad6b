/** Where the next page of events begins: behind this time (microseconds kept) and id. */
export interface EventPosition {
  /** As Postgres wrote it, so that no microsecond is lost. */
  readonly at: string;
  readonly id: string;
}

const shape = /^(?<at>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z)\|(?<id>evt_[0-9a-f-]{36})$/;

/** Opaque on the wire: base64url of `<time>|<id>`. */
export const toEventCursor = (position: EventPosition): string =>
  Buffer.from(`${position.at}|${position.id}`, 'utf8').toString('base64url');

/** Undefined when the text is not a cursor of ours. */
export const findEventPosition = (cursor: string): EventPosition | undefined => {
  const groups = shape.exec(Buffer.from(cursor, 'base64url').toString('utf8'))?.groups;
  const at = groups?.['at'];
  const id = groups?.['id'];
  if (at === undefined || id === undefined || Number.isNaN(Date.parse(at))) return undefined;
  return { at, id };
};
