import { Injectable } from '@nestjs/common';
import type { LogChunks, logChunksAnswerSchema } from '@ironwheel/contracts';
import { LoadedConfig } from '@ironwheel/config';
import type { z } from 'zod';
import { AppError, Database, type SqlExecutor } from '../../platform/index.ts';
import { acceptChunks, type Acceptance, type LogPosition } from './accept-chunks.ts';
import type { AppendState } from './log.row.ts';
import { logsSection } from './logs.section.ts';
import { LogWakeups } from './log-wakeups.ts';
import { LogsRepository } from './logs.repository.ts';
import { longestSplitSecret } from './mask-log-bytes.ts';

type Answer = z.output<typeof logChunksAnswerSchema>;

/** A number that can be added to others in a `bigint` column and still be read as a JavaScript number. */
const maxDroppedBytes = 2 ** 50;

/** Takes the chunks of an attempt's log. The row of the attempt is locked, so one append at a time extends a log. */
@Injectable()
export class AppendLog {
  readonly #maxBytes: number;

  constructor(
    private readonly database: Database,
    private readonly logs: LogsRepository,
    private readonly wakeups: LogWakeups,
    config: LoadedConfig,
  ) {
    this.#maxBytes = config.get(logsSection).LOG_STORE_MAX_BYTES;
  }

  /**
   * `tokenFencing` is what the attempt token was good for. Throws ATTEMPT_NOT_FOUND, LEASE_LOST (another fencing),
   * LOG_GAP (with `next_seq` and `next_offset`), LOG_CLOSED.
   */
  async append(attemptId: string, tokenFencing: number | undefined, body: LogChunks): Promise<Answer> {
    const answer = await this.database.transaction(async (tx) => {
      const state =
        tokenFencing === undefined || tokenFencing === body.fencing
          ? await this.logs.lockForAppend(tx, attemptId, body.fencing)
          : undefined;
      if (state === undefined) throw await this.#refusal(tx, attemptId);
      return this.#append(tx, attemptId, state, body);
    });
    this.wakeups.announce(attemptId);
    return answer;
  }

  async #append(tx: SqlExecutor, attemptId: string, state: AppendState, body: LogChunks): Promise<Answer> {
    const before: LogPosition = {
      nextSeq: state.log_next_seq,
      nextOffset: state.log_next_offset,
      storedBytes: state.log_bytes,
      lineBreaks: state.log_line_breaks,
      truncated: state.log_limit_reached,
      droppedBytes: state.log_store_dropped,
    };
    if (state.log_closed_at !== null || state.is_past) {
      if (body.chunks.some((chunk) => chunk.seq >= before.nextSeq)) throw closed(before);
      return { next_seq: before.nextSeq, next_offset: before.nextOffset, closed: true };
    }
    const tail =
      body.chunks.length === 0 ? undefined : await this.logs.findTail(tx, attemptId, longestSplitSecret);
    const accepted = acceptChunks(before, tail?.text ?? '', body.chunks, this.#maxBytes);
    if (accepted.isGap) throw gap(before);
    if (tail !== undefined && accepted.tail !== tail.text) {
      await this.logs.replaceTail(tx, attemptId, tail, accepted.tail);
    }
    const late = state.state === 'lost' && accepted.chunks.length > 0;
    await this.logs.insertChunks(tx, attemptId, accepted.chunks, late);
    const close = body.final && accepted.isAll;
    await this.logs.saveAppend(tx, attemptId, accepted.position, {
      late,
      close,
      senderDroppedBytes: Math.min(body.dropped_bytes, maxDroppedBytes),
    });
    return toAnswer(accepted, close);
  }

  async #refusal(tx: SqlExecutor, attemptId: string): Promise<AppError> {
    return (await this.logs.exists(tx, attemptId))
      ? new AppError('LEASE_LOST', 'The fencing number is not that of this attempt; stop sending its log.')
      : new AppError('ATTEMPT_NOT_FOUND', 'There is no attempt with this id; stop sending its log.');
  }
}

const toAnswer = ({ position }: Acceptance, isClosed: boolean): Answer => ({
  next_seq: position.nextSeq,
  next_offset: position.nextOffset,
  closed: isClosed,
});

const gap = (position: LogPosition): AppError =>
  new AppError(
    'LOG_GAP',
    `The log goes on with chunk ${position.nextSeq} at byte ${position.nextOffset}; send from there.`,
    { extra: { next_seq: position.nextSeq, next_offset: position.nextOffset } },
  );

const closed = (position: LogPosition): AppError =>
  new AppError('LOG_CLOSED', 'The log of this attempt takes nothing more; drop what is left of it.', {
    extra: { next_seq: position.nextSeq, next_offset: position.nextOffset },
  });
