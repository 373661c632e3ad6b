import { idPrefixes, type IdKind } from '@ironwheel/contracts';
import { v7 } from 'uuid';

const bytesOfAnId = 16;
/** Random bytes for the next ids: asking the system for those of each took longer than making it. */
const pool = new Uint8Array(256 * bytesOfAnId);
let used = pool.length;
let lastMs = 0;
let sequence = 0;

/** A new id of the given kind: its prefix and a UUIDv7 (RFC 9562), so that ids of this process sort in the order in which they were made. */
export function newId(kind: IdKind): string {
  const random = takeRandom();
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    // Begins in the lower half of its 32 bits, and so never comes to their end within a millisecond.
    sequence = new DataView(random.buffer, random.byteOffset).getUint32(0) >>> 1;
  } else {
    sequence += 1;
  }
  return `${idPrefixes[kind]}_${v7({ random, msecs: lastMs, seq: sequence })}`;
}

function takeRandom(): Uint8Array {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  used += bytesOfAnId;
  return pool.subarray(used - bytesOfAnId, used);
}
