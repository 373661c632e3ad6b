import { StructuredLogger } from '@ironwheel/logging';
import { Injectable } from '@nestjs/common';
import { Database, EventBus } from '../../platform/index.ts';
import { CommandNotices } from './command-notices.ts';
import { CommandsRepository, type CommandEnd } from './commands.repository.ts';

declare module '../../platform/events/event-bus.ts' {
  interface EventPayloads {
    /** An agent has done it, refused it or was too late. */
    'command.ended': { readonly serverId: string };
  }
}

/** Writes how a command ended, lets grants to its server go on, and wakes who waits. */
@Injectable()
export class EndCommand {
  readonly #logger: StructuredLogger;

  constructor(
    private readonly database: Database,
    private readonly commands: CommandsRepository,
    private readonly notices: CommandNotices,
    private readonly events: EventBus,
    logger: StructuredLogger,
  ) {
    this.#logger = logger.child({ component: 'commands' });
  }

  /** False when it had ended already: then that end stands. */
  async end(command: { readonly id: string; readonly server_id: string }, end: CommandEnd): Promise<boolean> {
    const isNews = await this.database.transaction(async (tx) => {
      if (!(await this.commands.end(tx, command.id, end))) return false;
      await this.notices.tellGrantable(tx, await this.commands.releaseGrants(tx, command.server_id));
      await this.notices.tellEnded(tx, command.id);
      return true;
    });
    if (isNews) {
      this.events.publishAfterCommit('command.ended', { serverId: command.server_id });
      this.#logger.info('a command has ended', {
        command_id: command.id,
        server_id: command.server_id,
        state: end.to,
        detail: end.detail,
      });
    }
    return isNews;
  }
}
