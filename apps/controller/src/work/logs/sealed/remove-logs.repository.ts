import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/index.ts';

/** Which logs go; 0 sets no bound. */
export interface LogBounds {
  /** Seconds since the end of the attempt. */
  readonly maxAgeS: number;
  /** Compressed bytes, and logs, that stay at most: the oldest go. */
  readonly maxBytes: number;
  readonly maxCount: number;
  /** A log younger than this stays, whatever the bounds, in seconds. */
  readonly minAgeS: number;
}

export interface Removed {
  readonly count: number;
  readonly bytes: number;
}

/** Sealed logs beyond the bounds, but for those of a job that is not over: who decides about it may want to read them. */
const beyond = `SELECT kept.attempt_id, kept.stored_bytes FROM (
    SELECT attempt_id, ended_at, stored_bytes, sum(stored_bytes) OVER newest AS bytes, row_number() OVER newest AS number
    FROM sealed_logs WHERE removed_at IS NULL WINDOW newest AS (ORDER BY ended_at DESC, attempt_id DESC)) AS kept
  JOIN attempts ON attempts.id = kept.attempt_id JOIN jobs ON jobs.id = attempts.job_id
  WHERE kept.ended_at < now() - make_interval(secs => $4)
    AND (($1 > 0 AND kept.ended_at < now() - make_interval(secs => $1)) OR ($2::bigint > 0 AND kept.bytes > $2::bigint)
      OR ($3 > 0 AND kept.number > $3))
    AND jobs.state NOT IN ('blocked', 'queued', 'claimed', 'running', 'waiting')`;

const toParameters = ({ maxAgeS, maxBytes, maxCount, minAgeS }: LogBounds): number[] => [
  maxAgeS,
  maxBytes,
  maxCount,
  minAgeS,
];

/** What retention takes of logs. */
@Injectable()
export class RemoveLogsRepository {
  constructor(private readonly database: Database) {}

  async count(bounds: LogBounds): Promise<Removed> {
    const [row] = await this.database.query<Removed>(
      `SELECT count(*) AS count, coalesce(sum(stored_bytes), 0)::bigint AS bytes FROM (${beyond}) AS old`,
      toParameters(bounds),
    );
    return row ?? { count: 0, bytes: 0 };
  }

  /** Removes up to `limit` logs; of each a note stays. Segments whose last block went go with it. */
  async remove(bounds: LogBounds, limit: number): Promise<Removed> {
    return this.database.transaction(async (tx) => {
      const rows = await tx.query<{ attempt_id: string; stored_bytes: number }>(
        `UPDATE sealed_logs SET removed_at = now() WHERE removed_at IS NULL AND attempt_id IN (
           SELECT attempt_id FROM sealed_logs WHERE removed_at IS NULL
             AND attempt_id IN (SELECT attempt_id FROM (${beyond} ORDER BY kept.ended_at LIMIT $5) AS old)
           FOR UPDATE SKIP LOCKED)
         RETURNING attempt_id, stored_bytes`,
        [...toParameters(bounds), limit],
      );
      await tx.query('DELETE FROM log_blocks WHERE attempt_id = ANY ($1::text[])', [
        rows.map((row) => row.attempt_id),
      ]);
      await tx.query(
        'DELETE FROM log_segments WHERE NOT EXISTS (SELECT 1 FROM log_blocks WHERE segment_id = log_segments.id)',
      );
      return { count: rows.length, bytes: rows.reduce((sum, row) => sum + row.stored_bytes, 0) };
    });
  }

  /** Logs that belong to no attempt, older than `maxAgeS` seconds. */
  async countEntries(maxAgeS: number): Promise<Removed> {
    const [row] = await this.database.query<Removed>(
      `SELECT count(*) AS count, coalesce(sum(octet_length(content)), 0)::bigint AS bytes FROM log_entries
       WHERE at < now() - make_interval(secs => $1)`,
      [maxAgeS],
    );
    return row ?? { count: 0, bytes: 0 };
  }

  async removeEntries(maxAgeS: number, limit: number): Promise<Removed> {
    const rows = await this.database.query<{ bytes: number }>(
      `DELETE FROM log_entries WHERE id IN (
         SELECT id FROM log_entries WHERE at < now() - make_interval(secs => $1) ORDER BY at LIMIT $2
         FOR UPDATE SKIP LOCKED)
       RETURNING octet_length(content) AS bytes`,
      [maxAgeS, limit],
    );
    return { count: rows.length, bytes: rows.reduce((sum, row) => sum + row.bytes, 0) };
  }
}
