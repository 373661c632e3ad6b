import {
  matchServer,
  toMatchText,
  type MatchableWorker,
  type ServerMatch,
  type ServerMatchKey,
} from '@ironwheel/decisions';
import { Injectable } from '@nestjs/common';
import { MatchingRepository, type MatchValues, type WorkerFacts } from './matching.repository.ts';

export interface WorkerOfServer {
  readonly workerId: string;
  readonly name: string;
  readonly matchedBy: ServerMatchKey;
  readonly lastHeartbeatAt: Date | null;
  readonly isRevoked: boolean;
}

type Facts = Omit<WorkerFacts, 'name' | 'last_heartbeat_at' | 'revoked_at'>;

const strength: readonly ServerMatchKey[] = ['key', 'server_id', 'machine_id', 'ip', 'hostname'];

/** Which worker runs on which server: for one or for a page of them, in a constant number of statements. */
@Injectable()
export class WorkerMatching {
  constructor(private readonly repository: MatchingRepository) {}

  /** By the id of the worker. One statement. */
  async ofWorkers(workers: readonly Facts[]): Promise<ReadonlyMap<string, ServerMatch>> {
    const servers = await this.repository.serversLike(
      toValues(
        workers.map((worker) => worker.told_server_id),
        workers.map((worker) => worker.machine_id),
        workers.map((worker) => worker.remote_addr),
        workers.map((worker) => worker.hostname),
      ),
    );
    return new Map(workers.map((worker) => [worker.id, matchServer(toMatchable(worker), servers)]));
  }

  /**
   * The workers of each server, by its id, the one that tells most first: keys that are not revoked, then the strongest
   * match, then the newest heartbeat. Three statements.
   */
  async ofServers(serverIds: readonly string[]): Promise<ReadonlyMap<string, readonly WorkerOfServer[]>> {
    const servers = await this.repository.servers(serverIds);
    const workers = await this.repository.workersLike(
      toValues(
        serverIds,
        servers.map((server) => server.machineId),
        servers.flatMap((server) => server.addresses),
        servers.flatMap((server) => server.hostnames),
      ),
    );
    const matches = await this.ofWorkers(workers);
    const found = new Map<string, WorkerOfServer[]>(serverIds.map((id) => [id, []]));
    for (const worker of workers) {
      const match = matches.get(worker.id);
      if (match === undefined || match.serverId === null) continue;
      found.get(match.serverId)?.push({
        workerId: worker.id,
        name: worker.name,
        matchedBy: match.matchedBy,
        lastHeartbeatAt: worker.last_heartbeat_at,
        isRevoked: worker.revoked_at !== null,
      });
    }
    for (const list of found.values()) list.sort(byWeight);
    return found;
  }
}

const byWeight = (one: WorkerOfServer, other: WorkerOfServer): number =>
  Number(one.isRevoked) - Number(other.isRevoked) ||
  strength.indexOf(one.matchedBy) - strength.indexOf(other.matchedBy) ||
  (other.lastHeartbeatAt?.getTime() ?? 0) - (one.lastHeartbeatAt?.getTime() ?? 0);

const toMatchable = (worker: Facts): MatchableWorker => ({
  serverId: worker.server_id,
  toldServerId: worker.told_server_id,
  machineId: worker.machine_id,
  address: worker.remote_addr,
  hostname: worker.hostname,
});

const distinct = (texts: readonly (string | null)[]): string[] => [
  ...new Set(texts.filter((text): text is string => text !== null && text !== '')),
];

const toValues = (
  ids: readonly (string | null)[],
  machineIds: readonly (string | null)[],
  addresses: readonly (string | null)[],
  hostnames: readonly (string | null)[],
): MatchValues => ({
  ids: distinct(ids),
  machineIds: distinct(machineIds),
  addresses: distinct(addresses.map((text) => toMatchText(text ?? ''))),
  hostnames: distinct(hostnames.map((text) => toMatchText(text ?? ''))),
});
