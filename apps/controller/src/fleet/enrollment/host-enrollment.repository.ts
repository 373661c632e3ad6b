import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import type { WorkerRow } from '../workers/index.ts';

export interface NewHost {
  readonly agentId: string;
  readonly agentKey: string;
  readonly workerId: string;
  readonly workerKey: string;
  readonly name: string;
  readonly serverId: string;
  readonly pool: string;
  readonly machineId: string | null;
  readonly hostname: string;
  readonly version: string;
  readonly remoteAddr: string;
}

export interface KnownAgent {
  readonly id: string;
  readonly server_id: string;
  readonly revoked_at: Date | null;
}

/** What an enrolment with a bundle changes of `agents` and `workers`. */
@Injectable()
export class HostEnrollmentRepository {
  async findAgentByKey(tx: SqlExecutor, publicKey: string): Promise<KnownAgent | null> {
    const [row] = await tx.query<KnownAgent>(
      'SELECT id, server_id, revoked_at FROM agents WHERE public_key = $1',
      [publicKey],
    );
    return row ?? null;
  }

  async listLiveAgents(tx: SqlExecutor, serverId: string): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      'SELECT id FROM agents WHERE server_id = $1 AND revoked_at IS NULL',
      [serverId],
    );
    return rows.map(({ id }) => id);
  }

  /** Returns those that were live. */
  async revokeWorkers(tx: SqlExecutor, serverId: string, at: Date): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      'UPDATE workers SET revoked_at = $2 WHERE server_id = $1 AND revoked_at IS NULL RETURNING id',
      [serverId, at],
    );
    return rows.map(({ id }) => id);
  }

  async insert(tx: SqlExecutor, host: NewHost, at: Date): Promise<void> {
    const { serverId, machineId, hostname, version, remoteAddr } = host;
    await tx.query(
      `INSERT INTO agents (id, server_id, public_key, machine_id, hostname, version, remote_addr, enrolled_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [host.agentId, serverId, host.agentKey, machineId, hostname, version, remoteAddr, at],
    );
    await tx.query(
      `INSERT INTO workers (id, name, public_key, pool, machine_id, hostname, version, server_id, remote_addr, enrolled_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        host.workerId,
        host.name,
        host.workerKey,
        host.pool,
        machineId,
        hostname,
        version,
        serverId,
        remoteAddr,
        at,
      ],
    );
  }

  async findWorkerOf(tx: SqlExecutor, serverId: string, workerKey: string): Promise<WorkerRow | null> {
    const [row] = await tx.query<WorkerRow>(
      'SELECT * FROM workers WHERE server_id = $1 AND public_key = $2 AND revoked_at IS NULL',
      [serverId, workerKey],
    );
    return row ?? null;
  }
}
