import { StructuredLogger } from '@ironwheel/logging';
import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Database, ShutdownSignal } from '../../platform/index.ts';
import { HeldAttempts } from '../workers/index.ts';
import { CommandNotices } from './command-notices.ts';
import { commandTimes } from './command-times.ts';
import { CommandsRepository } from './commands.repository.ts';
import { EndCommand } from './end-command.ts';

/** Ends what nobody answers, and sends what waited for builds. Any controller does it for all: the rows decide. */
@Injectable()
export class SweepCommands {
  readonly #logger: StructuredLogger;
  #isRunning = false;

  constructor(
    private readonly database: Database,
    private readonly commands: CommandsRepository,
    private readonly notices: CommandNotices,
    private readonly endCommand: EndCommand,
    private readonly held: HeldAttempts,
    private readonly shutdown: ShutdownSignal,
    logger: StructuredLogger,
  ) {
    this.#logger = logger.child({ component: 'commands' });
  }

  @Interval(1000)
  async sweep(): Promise<void> {
    if (this.#isRunning || this.shutdown.isStopping) return;
    this.#isRunning = true;
    try {
      await this.#endOverdue();
      await this.#sendHeld();
    } catch (error) {
      this.#logger.warn('commands could not be swept; it is tried again', { error });
    } finally {
      this.#isRunning = false;
    }
  }

  async #endOverdue(): Promise<void> {
    for (const command of await this.commands.overdue(commandTimes.reportWithinS)) {
      await (command.state === 'accepted'
        ? this.endCommand.end(command, {
            to: 'failed',
            detail: 'The agent accepted it and never said how it ended.',
          })
        : this.endCommand.end(command, { to: 'expired', detail: 'The agent did not accept it in time.' }));
    }
  }

  async #sendHeld(): Promise<void> {
    for (const { id, server_id: serverId, is_over: isOver } of await this.commands.held()) {
      const isFree = isOver || (await this.held.list(await this.commands.workersOf(serverId))).length === 0;
      if (!isFree) continue;
      await this.database.transaction(async (tx) => {
        const command = await this.commands.unhold(tx, id, commandTimes.acceptWithinS);
        const agentId = command?.agent_id ?? null;
        if (agentId === null) return;
        await this.commands.holdGrants(tx, serverId, 2 * commandTimes.acceptWithinS);
        await this.notices.tellDeliverable(tx, agentId);
      });
    }
  }
}
