import type { LogChunk } from '@ironwheel/contracts';
import { toStorableText } from '../../platform/index.ts';
import { maskLogBytes } from './mask-log-bytes.ts';
import { findPreviousBoundary } from './utf8-range.ts';

/** Where the log of an attempt stands; offsets and sizes in bytes. */
export interface LogPosition {
  readonly nextSeq: number;
  /** In the sender's log: goes on where ours ends at the limit. */
  readonly nextOffset: number;
  readonly storedBytes: number;
  readonly lineBreaks: number;
  readonly truncated: boolean;
  readonly droppedBytes: number;
}

export interface StoredChunk {
  readonly seq: number;
  readonly byteOffset: number;
  readonly bytes: number;
  /** Number of the line on which it begins, from 1. */
  readonly firstLine: number;
  readonly text: string;
}

export interface Acceptance {
  readonly position: LogPosition;
  readonly chunks: readonly StoredChunk[];
  /** The end of the last stored line, masked anew, when a secret went on from it into the first chunk. */
  readonly tail: string;
  /** A chunk is missing before the first one; nothing was taken. */
  readonly isGap: boolean;
  /** Everything that was sent is stored or was before. */
  readonly isAll: boolean;
}

const newline = 0x0a;

const countBreaks = (bytes: Buffer): number => {
  let count = 0;
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) count += 1;
  return count;
};

/** The chunks that continue the log; what is there already is passed over, and the first misfit ends it. */
function selectNew(position: LogPosition, chunks: readonly LogChunk[]) {
  const fitting: { readonly seq: number; readonly bytes: Buffer }[] = [];
  let { nextSeq, nextOffset } = position;
  let known = 0;
  let furthest = 0;
  for (const chunk of chunks) {
    const bytes = Buffer.from(toStorableText(chunk.text), 'utf8');
    furthest = Math.max(furthest, chunk.offset + bytes.length);
    if (chunk.seq < nextSeq) {
      known += 1;
    } else if (chunk.seq === nextSeq && chunk.offset === nextOffset) {
      fitting.push({ seq: chunk.seq, bytes });
      nextSeq += 1;
      nextOffset += bytes.length;
    } else {
      break;
    }
  }
  return {
    fitting,
    nextSeq,
    nextOffset,
    isGap: known === 0 && fitting.length === 0 && chunks.length > 0,
    // A chunk sent anew may reach further than the one of the same number that came first.
    isAll: known + fitting.length === chunks.length && furthest <= nextOffset,
  };
}

/**
 * What an append does to a log: pure. `tail` is the end of what is stored, behind its last line break. Past
 * `maxBytes` an explicit mark is written once and the rest is counted as dropped.
 */
export function acceptChunks(
  position: LogPosition,
  tail: string,
  chunks: readonly LogChunk[],
  maxBytes: number,
): Acceptance {
  const selected = selectNew(position, chunks);
  const tailBytes = Buffer.from(tail, 'utf8');
  // Masked as one text, since a secret may lie across the border of two chunks.
  const masked = maskLogBytes(Buffer.concat([tailBytes, ...selected.fitting.map((chunk) => chunk.bytes)]));
  const stored: StoredChunk[] = [];
  let { storedBytes, lineBreaks, truncated, droppedBytes } = position;
  let from = tailBytes.length;
  for (const chunk of selected.fitting) {
    const whole = masked.subarray(from, from + chunk.bytes.length);
    from += chunk.bytes.length;
    let kept = whole;
    if (truncated) {
      kept = whole.subarray(0, 0);
    } else if (storedBytes + whole.length > maxBytes) {
      kept = whole.subarray(0, findPreviousBoundary(whole, Math.max(0, maxBytes - storedBytes)));
      truncated = true;
      droppedBytes += whole.length - kept.length;
      kept = Buffer.concat([kept, Buffer.from(toTruncationMark(maxBytes))]);
    }
    if (truncated && kept.length === 0) droppedBytes += whole.length;
    if (kept.length === 0) continue;
    stored.push({
      seq: chunk.seq,
      byteOffset: storedBytes,
      bytes: kept.length,
      firstLine: lineBreaks + 1,
      text: kept.toString('utf8'),
    });
    storedBytes += kept.length;
    lineBreaks += countBreaks(kept);
  }
  return {
    position: {
      nextSeq: selected.nextSeq,
      nextOffset: selected.nextOffset,
      storedBytes,
      lineBreaks,
      truncated,
      droppedBytes,
    },
    chunks: stored,
    tail: masked.toString('utf8', 0, tailBytes.length),
    isGap: selected.isGap,
    isAll: selected.isAll,
  };
}

export const toTruncationMark = (maxBytes: number): string =>
  `\n[ironwheel: the log ends here: its limit of ${maxBytes} bytes was reached; what came after was dropped]\n`;
