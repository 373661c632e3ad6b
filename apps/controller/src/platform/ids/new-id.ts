import { idPrefixes, type IdKind } from '@ironwheel/contracts';
import { v7 } from 'uuid';

/** A new id of the given kind: its prefix and a UUIDv7, so that ids sort by the time they were made. */
export function newId(kind: IdKind): string {
  return `${idPrefixes[kind]}_${v7()}`;
}
