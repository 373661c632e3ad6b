import { StructuredLogger } from '@ironwheel/logging';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AgentMessages } from '../agent-link/index.ts';
import { CommandNotices } from './command-notices.ts';
import { toEnvelope } from './command.view.ts';
import { CommandsRepository } from './commands.repository.ts';

/**
 * Sends what may be delivered to the agents whose sockets this controller holds. Looks are gathered: while one statement is
 * under way, those that come in between make the next one.
 */
@Injectable()
export class DeliverCommands implements OnModuleInit {
  readonly #logger: StructuredLogger;
  readonly #asked = new Set<string>();
  #running: Promise<void> | null = null;

  constructor(
    private readonly commands: CommandsRepository,
    private readonly messages: AgentMessages,
    private readonly notices: CommandNotices,
    logger: StructuredLogger,
  ) {
    this.#logger = logger.child({ component: 'commands' });
  }

  onModuleInit(): void {
    this.notices.bindDelivery((agentId) => {
      if (agentId === null) for (const held of this.messages.linked()) this.look(held);
      else if (this.messages.isHeldHere(agentId)) this.look(agentId);
    });
  }

  /** Whether there is something for this agent; it is delivered soon. */
  look(agentId: string): void {
    this.#asked.add(agentId);
    this.#running ??= this.#run().finally(() => (this.#running = null));
  }

  async #run(): Promise<void> {
    while (this.#asked.size > 0) {
      const agentIds = [...this.#asked];
      this.#asked.clear();
      try {
        await this.#deliver(agentIds);
      } catch (error) {
        // They stay as they are until the agent's next connection, or expire.
        this.#logger.error('commands could not be delivered', { error });
      }
    }
  }

  async #deliver(agentIds: readonly string[]): Promise<void> {
    // Noted before it is sent: an accept that comes back at once finds it delivered, and nothing supersedes it any more.
    for (const command of await this.commands.takeDeliverable(agentIds)) {
      const isSent = this.messages.send(command.agent_id ?? '', {
        type: 'controller:issue-command',
        command: toEnvelope(command),
      });
      this.#logger.info('a command was sent', {
        command_id: command.id,
        server_id: command.server_id,
        verb: command.verb,
        sent: isSent,
      });
    }
  }
}
