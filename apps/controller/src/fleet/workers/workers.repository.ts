import type { Heartbeat } from '@ironwheel/contracts';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/index.ts';
import type { WorkerRow } from './worker.row.ts';

export type NewWorker = Pick<
  WorkerRow,
  'id' | 'name' | 'public_key' | 'pool' | 'machine_id' | 'hostname' | 'version'
>;

export interface ReceivedHeartbeat {
  readonly workerId: string;
  readonly at: Date;
  readonly heartbeat: Heartbeat;
}

/** All SQL on `workers`. */
@Injectable()
export class WorkersRepository {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<WorkerRow | null> {
    const [row] = await this.database.query<WorkerRow>('SELECT * FROM workers WHERE id = $1', [id]);
    return row ?? null;
  }

  /** Enrolments run one after the other, so that two of one name or one key cannot both be the first. */
  async lockEnrollment(tx: SqlExecutor): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('worker.enroll', 0))`);
  }

  async findByKey(tx: SqlExecutor, publicKey: string): Promise<WorkerRow | null> {
    const [row] = await tx.query<WorkerRow>(
      'SELECT * FROM workers WHERE public_key = $1 ORDER BY revoked_at NULLS LAST LIMIT 1',
      [publicKey],
    );
    return row ?? null;
  }

  async findByName(tx: SqlExecutor, name: string): Promise<WorkerRow | null> {
    const [row] = await tx.query<WorkerRow>('SELECT * FROM workers WHERE name = $1 FOR UPDATE', [name]);
    return row ?? null;
  }

  async list(limit: number, offset: number): Promise<{ rows: WorkerRow[]; total: number }> {
    const rows = await this.database.query<WorkerRow>(
      'SELECT * FROM workers ORDER BY name LIMIT $1 OFFSET $2',
      [limit, offset],
    );
    const [count] = await this.database.query<{ total: number }>(
      'SELECT count(*)::int AS total FROM workers',
    );
    return { rows, total: count?.total ?? 0 };
  }

  async countLive(): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM workers WHERE revoked_at IS NULL',
    );
    return row?.count ?? 0;
  }

  async insert(tx: SqlExecutor, worker: NewWorker): Promise<void> {
    await tx.query(
      `INSERT INTO workers (id, name, public_key, pool, machine_id, hostname, version) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [
        worker.id,
        worker.name,
        worker.public_key,
        worker.pool,
        worker.machine_id,
        worker.hostname,
        worker.version,
      ],
    );
  }

  /** A revoked worker's name becomes free; its record stays with the attempts. */
  async releaseName(tx: SqlExecutor, id: string): Promise<void> {
    await tx.query(`UPDATE workers SET name = left(name, 40) || '.' || left(md5(id), 12) WHERE id = $1`, [
      id,
    ]);
  }

  async revoke(id: string, at: Date): Promise<boolean> {
    const rows = await this.database.query(
      'UPDATE workers SET revoked_at = coalesce(revoked_at, $2) WHERE id = $1 RETURNING id',
      [id, at],
    );
    return rows.length > 0;
  }

  /** One statement for all heartbeats since the last flush; an older one never overwrites a newer. */
  async saveHeartbeats(heartbeats: readonly ReceivedHeartbeat[]): Promise<void> {
    await this.database.query(
      `UPDATE workers SET last_heartbeat_at = beat.at, heartbeat = beat.heartbeat, version = beat.heartbeat ->> 'version'
       FROM jsonb_to_recordset($1::jsonb) AS beat (worker_id text, at timestamptz, heartbeat jsonb)
       WHERE workers.id = beat.worker_id AND (workers.last_heartbeat_at IS NULL OR workers.last_heartbeat_at <= beat.at)`,
      [
        JSON.stringify(
          heartbeats.map(({ workerId, at, heartbeat }) => ({ worker_id: workerId, at, heartbeat })),
        ),
      ],
    );
  }
}
