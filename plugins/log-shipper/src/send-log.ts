import { setTimeout as wait } from 'node:timers/promises';
import { LogRefusedError, type LogPiece, type LogTransport, type PluginLogger } from '@ironwheel/plugin-kit';
import type { LogShipperConfig } from './config.ts';
import type { SpoolBudget } from './spool-budget.ts';
import type { SpooledLog } from './spooled-log.ts';
import { findUtf8Cut } from './utf8.ts';

/** Bytes of a piece and of a call. A control character takes six bytes in JSON, so a call stays below 1 MiB. */
const pieceBytes = 64 * 1024;
const callBytes = 128 * 1024;

/** How a log's sending ended. */
export type SendOutcome = 'complete' | 'closed' | 'refused' | 'stopped';

const cutPieces = (attemptId: string, bytes: Buffer, seq: number, offset: number): LogPiece[] => {
  const pieces: LogPiece[] = [];
  let rest = bytes;
  let at = offset;
  while (rest.length > 0) {
    const cut = findUtf8Cut(rest, pieceBytes);
    pieces.push({
      attemptId,
      seq: seq + pieces.length,
      offset: at,
      text: rest.subarray(0, cut).toString('utf8'),
    });
    at += cut;
    rest = rest.subarray(cut);
  }
  return pieces;
};

/** Of what was read from the middle of the spool, the part that ends with a whole character. */
const trimToCharacter = (bytes: Buffer, isEnd: boolean): Buffer => {
  if (isEnd || bytes.length < callBytes) return bytes;
  return bytes.subarray(0, findUtf8Cut(bytes, bytes.length - 4));
};

/** Rings are remembered: one that comes while nobody waits ends the next wait at once. */
const createBell = (): { readonly ring: () => void; rung(): Promise<void> } => {
  let bell = Promise.withResolvers<undefined>();
  return {
    ring: () => bell.resolve(undefined),
    rung: async () => {
      await bell.promise;
      bell = Promise.withResolvers();
    },
  };
};

export interface SendLogOptions {
  readonly log: SpooledLog;
  readonly transport: LogTransport;
  readonly config: LogShipperConfig;
  readonly budget: SpoolBudget;
  readonly logger: PluginLogger;
  readonly signal: AbortSignal;
}

/**
 * Sends one log until it is complete. The controller's answer alone says where to go on: a piece whose answer was lost
 * is sent again and taken as done. Retries wait a uniform time in a window that doubles.
 */
export async function sendLog(options: SendLogOptions): Promise<SendOutcome> {
  const { log, transport, config, budget, logger, signal } = options;
  const { files } = log;
  const work = createBell();
  log.onWork(work.ring);
  signal.addEventListener('abort', work.ring, { once: true });
  let window = config.retryMinMs;
  let outage = false;

  const pause = async (ms: number): Promise<void> => {
    await wait(ms, undefined, { signal }).catch(() => undefined);
  };

  const isStopped = (): boolean => signal.aborted;
  while (!isStopped()) {
    const { acked_seq: seq, acked_offset: offset } = files.state;
    if (files.end === offset && !log.ended) {
      await work.rung();
      // Gather what comes together.
      if (config.gatherMs > 0) await pause(config.gatherMs);
      continue;
    }
    const bytes = trimToCharacter(files.read(offset, callBytes), offset + callBytes >= files.end);
    const final = log.ended && offset + bytes.length === files.end;
    const end = files.end;
    let answer: Awaited<ReturnType<LogTransport['send']>>;
    try {
      const pieces = cutPieces(log.attemptId, bytes, seq, offset);
      answer = await transport.send(log.attemptId, { pieces, final, droppedBytes: log.totals.droppedBytes });
    } catch (error) {
      if (isStopped()) break;
      if (error instanceof LogRefusedError) {
        logger.warn('The controller refused the rest of a log.', {
          attempt_id: log.attemptId,
          code: error.code,
          detail: error.message,
          bytes: files.end - offset,
        });
        return 'refused';
      }
      if (!outage) {
        logger.warn('A log cannot be sent; it waits in the spool.', {
          attempt_id: log.attemptId,
          detail: error instanceof Error ? error.message : String(error),
        });
      }
      outage = true;
      await pause(Math.random() * window);
      window = Math.min(window * 2, config.retryMaxMs);
      continue;
    }
    if (answer.nextOffset < files.start || answer.nextOffset > end) {
      logger.error('The controller asks for a part of a log that is not here.', {
        attempt_id: log.attemptId,
        next_offset: answer.nextOffset,
        first: files.start,
        end,
      });
      return 'refused';
    }
    const moved = answer.nextOffset !== offset || answer.nextSeq !== seq;
    budget.give(files.acknowledge(answer.nextSeq, answer.nextOffset));
    if (answer.closed) return answer.nextOffset === files.end ? 'complete' : 'closed';
    if (final && answer.nextOffset === end) return 'complete';
    if (moved) {
      if (outage) logger.info('A log is being sent again.', { attempt_id: log.attemptId });
      outage = false;
      window = config.retryMinMs;
    } else {
      // The controller took nothing and says nothing: do not hammer it.
      await pause(Math.random() * window);
      window = Math.min(window * 2, config.retryMaxMs);
    }
  }
  return 'stopped';
}
