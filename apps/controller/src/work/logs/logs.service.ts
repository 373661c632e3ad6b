import { Injectable } from '@nestjs/common';
import { LoadedConfig } from '@ironwheel/config';
import type { attemptLogQuerySchema, logEntrySchema, logQuerySchema, LogView } from '@ironwheel/contracts';
import { normalizeName } from '@ironwheel/packaging';
import { Readable } from 'node:stream';
import type { z } from 'zod';
import { AppError, Clock, Database, newId, ShutdownSignal, toStorableText } from '../../platform/index.ts';
import { toVersionSpellings } from '../history/index.ts';
import type { AttemptLogRow } from './log.row.ts';
import { toAttemptSource, toEntrySource, type LogSource } from './log-source.ts';
import { LogWakeups } from './log-wakeups.ts';
import { toLogView } from './log.view.ts';
import { logsSection } from './logs.section.ts';
import { LogsRepository } from './logs.repository.ts';
import { maskLogBytes } from './mask-log-bytes.ts';
import { followLog, streamText } from './stream-log.ts';

/** Content of a JSON answer when no limit is given, in bytes. */
const defaultLimit = 1024 * 1024;

/** Finds logs, reads ranges of them and follows them. */
@Injectable()
export class LogsService {
  readonly #heartbeatMs: number;
  readonly #maxStreams: number;
  #streams = 0;

  constructor(
    private readonly database: Database,
    private readonly logs: LogsRepository,
    private readonly wakeups: LogWakeups,
    private readonly shutdown: ShutdownSignal,
    private readonly clock: Clock,
    config: LoadedConfig,
  ) {
    const settings = config.get(logsSection);
    this.#heartbeatMs = settings.LOG_STREAM_HEARTBEAT_S * 1000;
    this.#maxStreams = settings.LOG_STREAM_MAX;
  }

  /** The log of an attempt, else the newest log of a version. Throws LOG_NOT_FOUND, LOG_REMOVED. */
  async getByVersion(name: string, version: string, attemptId?: string): Promise<LogSource> {
    if (attemptId !== undefined) {
      const source = await this.getByAttempt(attemptId);
      if (source.name === normalizeName(name) && toVersionSpellings(version).includes(source.version)) {
        return source;
      }
      throw new AppError('LOG_NOT_FOUND', `The attempt is not one at ${normalizeName(name)} ${version}.`);
    }
    const versions = toVersionSpellings(version);
    const [attempt, entry] = await Promise.all([
      this.logs.findLatestAttemptLog(name, versions),
      this.logs.findLatestEntry(name, versions),
    ]);
    if (attempt !== undefined && (entry === undefined || attempt.at >= entry.at)) {
      return this.#toSource(attempt);
    }
    if (entry !== undefined) return toEntrySource(entry, this.logs);
    throw new AppError('LOG_NOT_FOUND', `There is no log for ${normalizeName(name)} ${version} yet.`);
  }

  /** Throws ATTEMPT_NOT_FOUND, LOG_REMOVED. */
  async getByAttempt(attemptId: string): Promise<LogSource> {
    const row = await this.logs.findAttemptLog(attemptId);
    if (row === undefined) throw new AppError('ATTEMPT_NOT_FOUND', 'There is no attempt with this id.');
    return this.#toSource(row);
  }

  async view(
    source: LogSource,
    query: Omit<z.output<typeof logQuerySchema>, 'attempt_id'>,
  ): Promise<LogView> {
    return toLogView(source, await source.read(query.offset, query.limit ?? defaultLimit));
  }

  /** The log as plain text from `offset` on: all of it, unless a limit is given. */
  text(source: LogSource, query: Pick<z.output<typeof attemptLogQuerySchema>, 'offset' | 'limit'>): Readable {
    return Readable.from(streamText(source, query.offset, query.limit ?? Number.MAX_SAFE_INTEGER));
  }

  /** Server-sent events, until `over` aborts. Throws RATE_LIMITED when too many are open. */
  follow(source: LogSource, offset: number, over: AbortSignal): Readable {
    if (this.#streams >= this.#maxStreams) {
      throw new AppError('RATE_LIMITED', 'Too many logs are followed at the moment; come again.', {
        retryAfterS: 5,
      });
    }
    this.#streams += 1;
    const { attemptId } = source;
    const stream = Readable.from(
      followLog({
        source,
        // An offset beyond the log belongs to an earlier attempt's, from before the reader came again.
        offset: offset > source.size ? 0 : offset,
        watch: attemptId === null ? null : this.wakeups.watch(attemptId),
        reload: () => (attemptId === null ? Promise.resolve(source) : this.getByAttempt(attemptId)),
        heartbeatMs: this.#heartbeatMs,
        signal: AbortSignal.any([over, this.shutdown.signal]),
      }),
    );
    stream.once('close', () => void (this.#streams -= 1));
    return stream;
  }

  /** Keeps a log that belongs to no attempt (seed 001). */
  async post(entry: z.output<typeof logEntrySchema>): Promise<{ log_id: string; timestamp: string }> {
    const id = newId('log');
    const at = entry.timestamp === undefined ? this.clock.now() : new Date(entry.timestamp);
    const content = maskLogBytes(Buffer.from(toStorableText(entry.content), 'utf8')).toString('utf8');
    await this.database.transaction((tx) =>
      this.logs.insertEntry(tx, {
        id,
        runId: entry.run_id ?? null,
        name: entry.name,
        version: entry.version,
        content,
        at,
      }),
    );
    return { log_id: id, timestamp: at.toISOString() };
  }

  #toSource(row: AttemptLogRow): LogSource {
    if (row.removed_at === null) return toAttemptSource(row, this.logs);
    throw new AppError(
      'LOG_REMOVED',
      `The log of ${row.attempt_id} went by the rules of retention at ${row.removed_at.toISOString()}.`,
    );
  }
}
