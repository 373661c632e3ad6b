import type { CommandVerb, HostCheck } from '@ironwheel/contracts';
import { endsAttempts, isLifecycleVerb } from '@ironwheel/decisions';
import { Injectable } from '@nestjs/common';
import { AppError, Database, newId, type Actor } from '../../platform/index.ts';
import type { CommandRow, CommandTarget } from './command.row.ts';
import { CommandNotices } from './command-notices.ts';
import { commandTimes } from './command-times.ts';
import { CommandsRepository } from './commands.repository.ts';

export interface CommandOrder {
  readonly verb: CommandVerb;
  readonly checks?: readonly HostCheck[];
  readonly reason?: string | undefined;
  /** Of a stop or a restart: how long builds may take to end by themselves. */
  readonly drainS?: number | undefined;
}

/** Makes a command: its generation, what it supersedes, the hold on grants, and the notice, in one transaction. */
@Injectable()
export class IssueCommand {
  constructor(
    private readonly database: Database,
    private readonly commands: CommandsRepository,
    private readonly notices: CommandNotices,
  ) {}

  /** Throws SERVER_NOT_FOUND or SERVER_ARCHIVED. */
  async getTarget(server: string): Promise<CommandTarget> {
    const target = await this.commands.findTarget(server);
    if (target === null) throw new AppError('SERVER_NOT_FOUND', `There is no server ${server}.`);
    if (target.archived_at !== null) {
      throw new AppError('SERVER_ARCHIVED', `The server ${target.server_name} is archived.`);
    }
    return target;
  }

  /** Throws as `getTarget`, and AGENT_NOT_CONNECTED. */
  async issue(server: string, order: CommandOrder, actor: Pick<Actor, 'name'>): Promise<CommandRow> {
    const target = await this.getTarget(server);
    const agentId = getConnectedAgent(target);
    const drainS = endsAttempts(order.verb) ? (order.drainS ?? null) : null;
    return this.database.transaction(async (tx) => {
      const command = await this.commands.insert(tx, {
        id: newId('command'),
        serverId: target.server_id,
        agentId,
        verb: order.verb,
        checks: order.checks ?? null,
        actor: actor.name,
        reason: order.reason ?? null,
        holdS: drainS,
        expiresS: (drainS ?? 0) + commandTimes.acceptWithinS,
      });
      if (isLifecycleVerb(order.verb)) {
        for (const id of await this.commands.supersede(tx, command)) await this.notices.tellEnded(tx, id);
        if (endsAttempts(order.verb)) {
          await this.commands.holdGrants(
            tx,
            target.server_id,
            (drainS ?? 0) + 2 * commandTimes.acceptWithinS,
          );
        } else {
          const freed = await this.commands.releaseGrants(tx, target.server_id);
          await this.notices.tellGrantable(tx, freed);
        }
      }
      if (drainS === null) await this.notices.tellDeliverable(tx, agentId);
      return command;
    });
  }
}

function getConnectedAgent(target: CommandTarget): string {
  if (target.agent_id !== null && target.is_connected) return target.agent_id;
  const since =
    target.agent_id === null
      ? 'none was ever enrolled; make a bundle and run its install line on the host'
      : target.last_seen_at === null
        ? 'it was never connected'
        : `it was last heard of at ${target.last_seen_at.toISOString()}`;
  throw new AppError('AGENT_NOT_CONNECTED', `The agent of ${target.server_name} is not connected: ${since}.`);
}
