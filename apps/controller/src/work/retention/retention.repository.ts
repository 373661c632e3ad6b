import type { RetentionAmount } from '@ironwheel/contracts';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/index.ts';

export interface RetentionRunRow {
  readonly id: string;
  readonly started_at: Date;
  readonly ended_at: Date | null;
  readonly started_by: string;
  readonly result: RetentionAmount[];
  readonly error: string | null;
  /** It did not end, and nobody goes on with it. */
  readonly is_interrupted: boolean;
}

/** A run touches its row with each step; without a touch for this long its controller is gone. */
const silentS = 60;

/** The table `retention_runs`. */
@Injectable()
export class RetentionRepository {
  constructor(private readonly database: Database) {}

  async begin(id: string, startedBy: string): Promise<void> {
    await this.database.query('INSERT INTO retention_runs (id, started_by) VALUES ($1, $2)', [id, startedBy]);
    await this.database.query(`DELETE FROM retention_runs WHERE started_at < now() - interval '90 days'`);
  }

  async touch(id: string, result: readonly RetentionAmount[]): Promise<void> {
    await this.database.query('UPDATE retention_runs SET touched_at = now(), result = $2 WHERE id = $1', [
      id,
      JSON.stringify(result),
    ]);
  }

  async end(id: string, result: readonly RetentionAmount[], error: string | null): Promise<void> {
    await this.database.query(
      'UPDATE retention_runs SET touched_at = now(), ended_at = now(), result = $2, error = $3 WHERE id = $1',
      [id, JSON.stringify(result), error],
    );
  }

  async findLast(): Promise<RetentionRunRow | undefined> {
    const [row] = await this.database.query<RetentionRunRow>(
      `SELECT id, started_at, ended_at, started_by, result, error,
         ended_at IS NULL AND touched_at < now() - interval '${silentS} s' AS is_interrupted
       FROM retention_runs ORDER BY started_at DESC, id DESC LIMIT 1`,
    );
    return row;
  }

  /** No run, of whichever controller, began within `intervalS` seconds; one that was cut off does not count. */
  async isDue(intervalS: number): Promise<boolean> {
    const [row] = await this.database.query<{ due: boolean }>(
      `SELECT NOT EXISTS (SELECT 1 FROM retention_runs WHERE started_at > now() - make_interval(secs => $1)
         AND (ended_at IS NOT NULL OR touched_at > now() - interval '${silentS} s')) AS due`,
      [intervalS],
    );
    return row?.due ?? false;
  }
}
