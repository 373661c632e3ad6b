import type { ArchivedServer } from '@ironwheel/contracts';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { Clock, Database, EventBus } from '../../platform/index.ts';
import { AgentsService } from '../agent-link/index.ts';
import { HeldAttempts, WorkersRepository } from '../workers/index.ts';
import { ServersRepository } from './servers.repository.ts';
import { ServersService } from './servers.service.ts';

declare module '../../platform/events/event-bus.ts' {
  interface EventPayloads {
    /** With its agent and its worker, which are revoked. */
    'server.archived': { readonly serverId: string };
  }
}

interface Ends {
  readonly agents: string[];
  readonly workers: string[];
  readonly bundles: string[];
}

/** Takes a server out of use: its keys hold no longer, and what it builds goes to others. The record and its name stay. */
@Injectable()
export class ArchiveServer {
  constructor(
    private readonly database: Database,
    private readonly servers: ServersRepository,
    private readonly service: ServersService,
    private readonly agents: AgentsService,
    private readonly workers: WorkersRepository,
    private readonly held: HeldAttempts,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /** With `isDryRun` it tells what would end and does nothing. Throws SERVER_NOT_FOUND, SERVER_ARCHIVED. */
  async archive(id: string, isDryRun: boolean): Promise<ArchivedServer> {
    const at = this.clock.now();
    const { name, ends } = await this.database.transaction(async (tx) => {
      const server = await this.service.lock(tx, id);
      const found = await this.#listEnds(tx, id, at);
      if (!isDryRun) await this.#end(tx, id, found, at);
      return { name: server.name, ends: found };
    });
    const attempts = await this.held.list(ends.workers);
    if (!isDryRun) {
      this.events.publishAfterCommit('server.archived', { serverId: id });
      // Its worker can report no more, so that waiting for the leases would gain nothing.
      await this.held.release(ends.workers, `The server ${name} was archived.`);
    }
    const told = attempts.map(({ attemptId, text }) => ({ attempt_id: attemptId, text }));
    return { ...(await this.service.view(id)), dry_run: isDryRun, ends: { ...ends, attempts: told } };
  }

  async #listEnds(tx: SqlExecutor, id: string, at: Date): Promise<Ends> {
    return {
      agents: await this.servers.listAgents(tx, id),
      workers: await this.workers.listOfServer(tx, id),
      bundles: await this.servers.listOpenBundles(tx, id, at),
    };
  }

  async #end(tx: SqlExecutor, id: string, ends: Ends, at: Date): Promise<void> {
    await this.servers.archive(tx, id, at);
    for (const agentId of ends.agents) await this.agents.revoke(tx, agentId);
    await this.workers.revokeOfServer(tx, id, at);
    await this.servers.revokeBundles(tx, ends.bundles, at);
  }
}
