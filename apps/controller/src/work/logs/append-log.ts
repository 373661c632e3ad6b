import { Injectable } from '@nestjs/common';
import type { LogChunks, logChunksAnswerSchema } from '@ironwheel/contracts';
import { LoadedConfig } from '@ironwheel/config';
import type { z } from 'zod';
import {
  AppError,
  Database,
  GatheredTransactions,
  sideBySide,
  type SqlExecutor,
} from '../../platform/index.ts';
import { acceptChunks, type Acceptance, type LogPosition } from './accept-chunks.ts';
import type { AppendState } from './log.row.ts';
import { logsSection } from './logs.section.ts';
import { LogWakeups } from './log-wakeups.ts';
import { LogsRepository, type LogTail } from './logs.repository.ts';
import { longestSplitSecret } from './mask-log-bytes.ts';

type Answer = z.output<typeof logChunksAnswerSchema>;

/** A number that can be added to others in a `bigint` column and still be read as a JavaScript number. */
const maxDroppedBytes = 2 ** 50;

interface Append {
  readonly attemptId: string;
  /** What the attempt token was good for. */
  readonly tokenFencing: number | undefined;
  readonly body: LogChunks;
}

/** Takes the chunks of an attempt's log. The row of the attempt is locked, so one append at a time extends a log. */
@Injectable()
export class AppendLog {
  readonly #maxBytes: number;
  readonly #appends: GatheredTransactions<Append, Answer | AppError | null>;

  constructor(
    database: Database,
    private readonly logs: LogsRepository,
    private readonly wakeups: LogWakeups,
    config: LoadedConfig,
  ) {
    this.#maxBytes = config.get(logsSection).LOG_STORE_MAX_BYTES;
    this.#appends = new GatheredTransactions(
      database,
      ({ attemptId }) => attemptId,
      (tx, append) => this.#take(tx, append),
    );
  }

  /**
   * `tokenFencing` is what the attempt token was good for. Throws ATTEMPT_NOT_FOUND, LEASE_LOST (another fencing),
   * LOG_GAP (with `next_seq` and `next_offset`), LOG_CLOSED.
   */
  async append(attemptId: string, tokenFencing: number | undefined, body: LogChunks): Promise<Answer> {
    const answer = await this.#appends.run({ attemptId, tokenFencing, body });
    if (answer === null) throw unknownAttempt();
    if (answer instanceof AppError) throw answer;
    this.wakeups.announce(attemptId);
    return answer;
  }

  /** Null where the attempt cannot be had; an error says that nothing was taken. */
  async #take(tx: SqlExecutor, { attemptId, tokenFencing, body }: Append): Promise<Answer | AppError | null> {
    const [state, tail] = await sideBySide(
      this.logs.lockForAppend(tx, attemptId),
      body.chunks.length === 0
        ? Promise.resolve(undefined)
        : this.logs.findTail(tx, attemptId, longestSplitSecret),
    );
    if (state === undefined) return null;
    if (state.fencing !== body.fencing || (tokenFencing ?? body.fencing) !== body.fencing) return lostLease();
    return this.#append(tx, attemptId, state, tail, body);
  }

  async #append(
    tx: SqlExecutor,
    attemptId: string,
    state: AppendState,
    tail: LogTail | undefined,
    body: LogChunks,
  ): Promise<Answer | AppError> {
    const before: LogPosition = {
      nextSeq: state.log_next_seq,
      nextOffset: state.log_next_offset,
      storedBytes: state.log_bytes,
      lineBreaks: state.log_line_breaks,
      truncated: state.log_limit_reached,
      droppedBytes: state.log_store_dropped,
    };
    if (state.log_closed_at !== null || state.is_past) {
      if (body.chunks.some((chunk) => chunk.seq >= before.nextSeq)) return closed(before);
      return { next_seq: before.nextSeq, next_offset: before.nextOffset, closed: true };
    }
    const accepted = acceptChunks(before, tail?.text ?? '', body.chunks, this.#maxBytes);
    if (accepted.isGap) return gap(before);
    const late = state.state === 'lost' && accepted.chunks.length > 0;
    const close = body.final && accepted.isAll;
    await sideBySide(
      tail !== undefined && accepted.tail !== tail.text
        ? this.logs.replaceTail(tx, attemptId, tail, accepted.tail)
        : Promise.resolve(),
      this.logs.insertChunks(tx, attemptId, accepted.chunks, late),
      this.logs.saveAppend(tx, attemptId, accepted.position, {
        late,
        close,
        senderDroppedBytes: Math.min(body.dropped_bytes, maxDroppedBytes),
      }),
    );
    return toAnswer(accepted, close);
  }
}

const toAnswer = ({ position }: Acceptance, isClosed: boolean): Answer => ({
  next_seq: position.nextSeq,
  next_offset: position.nextOffset,
  closed: isClosed,
});

const unknownAttempt = (): AppError =>
  new AppError('ATTEMPT_NOT_FOUND', 'There is no attempt with this id; stop sending its log.');

const lostLease = (): AppError =>
  new AppError('LEASE_LOST', 'The fencing number is not that of this attempt; stop sending its log.');

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
