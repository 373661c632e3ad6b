import type { logStreamEndSchema, logStreamMessageSchema } from '@ironwheel/contracts';
import type { z } from 'zod';
import type { LogSource } from './log-source.ts';
import { toLogEnd } from './log.view.ts';
import type { LogWatch } from './log-wakeups.ts';

/** Bytes of one message or piece. */
const pieceBytes = 256 * 1024;

/** The log as plain text, piece by piece, as far as it goes now. */
export async function* streamText(source: LogSource, offset: number, limit: number): AsyncGenerator<string> {
  const end = offset + limit;
  for (let at = offset; at < end;) {
    const range = await source.read(at, Math.min(pieceBytes, end - at));
    if (range.text === '') return;
    yield range.text;
    at = range.nextOffset;
  }
}

type Message = z.output<typeof logStreamMessageSchema>;
type End = z.output<typeof logStreamEndSchema>;

const toMessage = (message: Message): string =>
  `id: ${message.next_offset}\ndata: ${JSON.stringify(message)}\n\n`;
const toEnd = (end: End): string => `event: end\nid: ${end.size}\ndata: ${JSON.stringify(end)}\n\n`;

export interface FollowOptions {
  readonly source: LogSource;
  readonly offset: number;
  /** Rings when the log has grown; null for a log that never grows. */
  readonly watch: LogWatch | null;
  /** The log anew, with what is known of it by now. */
  readonly reload: () => Promise<LogSource>;
  readonly heartbeatMs: number;
  /** Ends the stream without `end`: the reader is to come again. */
  readonly signal: AbortSignal;
}

/**
 * A log as server-sent events: messages with `id:` = the byte offset to go on from, a comment while nothing happens,
 * and `event: end` when nothing more will come.
 */
export async function* followLog(options: FollowOptions): AsyncGenerator<string> {
  const { watch, signal } = options;
  let { source } = options;
  let at = options.offset;
  try {
    // Sends the headers on their way at once, and tells a reader how soon to come again.
    yield 'retry: 2000\n\n';
    while (!signal.aborted) {
      const range = await source.read(at, pieceBytes);
      if (range.text !== '') {
        at = range.nextOffset;
        yield toMessage({
          attempt_id: source.attemptId,
          offset: range.offset,
          next_offset: range.nextOffset,
          text: range.text,
        });
        continue;
      }
      // The facts are older than the read, so a log that was settled then has nothing behind it.
      if (source.settled) {
        yield toEnd(toLogEnd(source));
        return;
      }
      const before = source;
      source = await options.reload();
      if (source.size > before.size || source.settled) continue;
      await watch?.wait(options.heartbeatMs, signal);
      source = await options.reload();
      if (source.size <= at && !source.settled) yield ': heartbeat\n\n';
    }
  } finally {
    watch?.close();
  }
}
