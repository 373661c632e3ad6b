import type { MatchableServer } from '@ironwheel/decisions';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/index.ts';

/** What a worker may be known by. */
export interface WorkerFacts {
  readonly id: string;
  readonly name: string;
  readonly server_id: string | null;
  readonly told_server_id: string | null;
  readonly machine_id: string | null;
  readonly remote_addr: string | null;
  readonly hostname: string | null;
  readonly last_heartbeat_at: Date | null;
  readonly revoked_at: Date | null;
}

interface ServerFacts {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly machine_id: string | null;
  readonly remote_addr: string | null;
  readonly hostname: string | null;
}

/** Values as `toMatchText` makes them, but for ids. */
export interface MatchValues {
  readonly ids: readonly string[];
  readonly machineIds: readonly string[];
  readonly addresses: readonly string[];
  readonly hostnames: readonly string[];
}

const serverFacts = `SELECT servers.id, servers.name, servers.address, agents.machine_id, agents.remote_addr, agents.hostname
  FROM servers LEFT JOIN agents ON agents.server_id = servers.id AND agents.revoked_at IS NULL`;

/** Reads both sides of the match at once; it writes nothing. */
@Injectable()
export class MatchingRepository {
  constructor(private readonly database: Database) {}

  /** Servers that share at least one of the values: whoever a worker could match. */
  async serversLike(values: MatchValues): Promise<MatchableServer[]> {
    const rows = await this.database.query<ServerFacts>(
      `${serverFacts} WHERE servers.archived_at IS NULL AND (
         servers.id = ANY ($1::text[]) OR agents.machine_id = ANY ($2::text[])
         OR lower(servers.address) = ANY ($3::text[] || $4::text[]) OR lower(agents.remote_addr) = ANY ($3::text[])
         OR lower(agents.hostname) = ANY ($4::text[]) OR lower(servers.name) = ANY ($4::text[]))
       ORDER BY servers.name`,
      [values.ids, values.machineIds, values.addresses, values.hostnames],
    );
    return rows.map(toMatchable);
  }

  async servers(ids: readonly string[]): Promise<MatchableServer[]> {
    const rows = await this.database.query<ServerFacts>(
      `${serverFacts} WHERE servers.id = ANY ($1::text[])`,
      [ids],
    );
    return rows.map(toMatchable);
  }

  /** Workers that share at least one of the values. */
  async workersLike(values: MatchValues): Promise<WorkerFacts[]> {
    return this.database.query<WorkerFacts>(
      `SELECT id, name, server_id, heartbeat ->> 'server_id' AS told_server_id, machine_id, remote_addr, hostname,
         last_heartbeat_at, revoked_at
       FROM workers WHERE server_id = ANY ($1::text[]) OR (revoked_at IS NULL AND (
         heartbeat ->> 'server_id' = ANY ($1::text[]) OR machine_id = ANY ($2::text[])
         OR lower(remote_addr) = ANY ($3::text[]) OR lower(hostname) = ANY ($4::text[])))
       ORDER BY name`,
      [values.ids, values.machineIds, values.addresses, values.hostnames],
    );
  }
}

const present = (texts: readonly (string | null)[]): string[] =>
  texts.filter((text): text is string => text !== null && text !== '');

const toMatchable = (row: ServerFacts): MatchableServer => ({
  id: row.id,
  name: row.name,
  machineId: row.machine_id,
  addresses: present([row.address, row.remote_addr]),
  hostnames: present([row.address, row.hostname, row.name]),
});
