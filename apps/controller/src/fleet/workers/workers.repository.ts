import type { Heartbeat } from '@ironwheel/contracts';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { AppError, Database } from '../../platform/index.ts';
import type { WorkerRow } from './worker.row.ts';

export type NewWorker = Pick<
  WorkerRow,
  'id' | 'name' | 'public_key' | 'pool' | 'machine_id' | 'hostname' | 'version'
>;

export interface ReceivedHeartbeat {
  readonly workerId: string;
  readonly at: Date;
  readonly heartbeat: Heartbeat;
  /** Where it came from. */
  readonly remoteAddr: string | null;
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

  /** The live worker of a server; the newest, should there be more. */
  async findOfServer(serverId: string): Promise<WorkerRow | null> {
    const [row] = await this.database.query<WorkerRow>(
      'SELECT * FROM workers WHERE server_id = $1 AND revoked_at IS NULL ORDER BY enrolled_at DESC LIMIT 1',
      [serverId],
    );
    return row ?? null;
  }

  async findByName(tx: SqlExecutor, name: string): Promise<WorkerRow | null> {
    const [row] = await tx.query<WorkerRow>('SELECT * FROM workers WHERE name = $1 FOR UPDATE', [name]);
    return row ?? null;
  }

  async get(id: string): Promise<WorkerRow> {
    const row = await this.find(id);
    if (row === null) throw new AppError('WORKER_NOT_FOUND', `There is no worker ${id}.`);
    return row;
  }

  async list(filter: {
    readonly name?: string | undefined;
    readonly server_id?: string | undefined;
    readonly limit: number;
    readonly offset: number;
  }): Promise<{ rows: WorkerRow[]; total: number }> {
    const where = 'WHERE ($1::text IS NULL OR name = $1) AND ($2::text IS NULL OR server_id = $2)';
    const parameters = [filter.name ?? null, filter.server_id ?? null];
    const rows = await this.database.query<WorkerRow>(
      `SELECT * FROM workers ${where} ORDER BY name LIMIT $3 OFFSET $4`,
      [...parameters, filter.limit, filter.offset],
    );
    const [count] = await this.database.query<{ total: number }>(
      `SELECT count(*)::int AS total FROM workers ${where}`,
      parameters,
    );
    return { rows, total: count?.total ?? 0 };
  }

  listByIds(ids: readonly string[]): Promise<WorkerRow[]> {
    return this.database.query<WorkerRow>('SELECT * FROM workers WHERE id = ANY ($1)', [ids]);
  }

  /** What an assertion of these workers is checked with; unknown ones are left out. */
  readKeys(ids: readonly string[]): Promise<Pick<WorkerRow, 'id' | 'name' | 'public_key' | 'revoked_at'>[]> {
    return this.database.query('SELECT id, name, public_key, revoked_at FROM workers WHERE id = ANY ($1)', [
      ids,
    ]);
  }

  /** Workers of a server that are not revoked. */
  async listOfServer(tx: SqlExecutor, serverId: string): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      'SELECT id FROM workers WHERE server_id = $1 AND revoked_at IS NULL ORDER BY id',
      [serverId],
    );
    return rows.map((row) => row.id);
  }

  /** The pool of a server's workers is the server's. */
  async moveOfServer(tx: SqlExecutor, serverId: string, pool: string): Promise<void> {
    await tx.query('UPDATE workers SET pool = $2 WHERE server_id = $1 AND pool <> $2', [serverId, pool]);
  }

  async revokeOfServer(tx: SqlExecutor, serverId: string, at: Date): Promise<void> {
    await tx.query('UPDATE workers SET revoked_at = $2 WHERE server_id = $1 AND revoked_at IS NULL', [
      serverId,
      at,
    ]);
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

  async revoke(id: string, at: Date): Promise<void> {
    await this.database.query('UPDATE workers SET revoked_at = coalesce(revoked_at, $2) WHERE id = $1', [
      id,
      at,
    ]);
  }

  /** One statement for all heartbeats since the last flush; an older one never overwrites a newer. */
  async saveHeartbeats(heartbeats: readonly ReceivedHeartbeat[]): Promise<void> {
    await this.database.query(
      `UPDATE workers SET last_heartbeat_at = beat.at, heartbeat = beat.heartbeat, version = beat.heartbeat ->> 'version',
         remote_addr = coalesce(beat.remote_addr, workers.remote_addr)
       FROM jsonb_to_recordset($1::jsonb) AS beat (worker_id text, at timestamptz, heartbeat jsonb, remote_addr text)
       WHERE workers.id = beat.worker_id AND (workers.last_heartbeat_at IS NULL OR workers.last_heartbeat_at <= beat.at)`,
      [
        JSON.stringify(
          heartbeats.map(({ workerId, at, heartbeat, remoteAddr }) => ({
            worker_id: workerId,
            at,
            heartbeat,
            remote_addr: remoteAddr,
          })),
        ),
      ],
    );
  }
}
