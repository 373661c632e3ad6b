import { endsAttempts, isCommandEnded } from '@ironwheel/decisions';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../platform/index.ts';
import { AgentMessages, type CommandMessage, type LinkedAgent } from '../agent-link/index.ts';
import { HeldAttempts } from '../workers/index.ts';
import type { CommandRow } from './command.row.ts';
import { commandTimes } from './command-times.ts';
import { CommandsRepository } from './commands.repository.ts';
import { DeliverCommands } from './deliver-commands.ts';
import { EndCommand } from './end-command.ts';

/** What agents say of commands. The same thing said twice changes nothing. */
@Injectable()
export class TakeReports implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly commands: CommandsRepository,
    private readonly messages: AgentMessages,
    private readonly deliverCommands: DeliverCommands,
    private readonly endCommand: EndCommand,
    private readonly held: HeldAttempts,
  ) {}

  onModuleInit(): void {
    this.messages.bind({
      onCommand: (agent, message) => this.take(agent, message),
      onLinked: ({ agentId }) => this.deliverCommands.look(agentId),
    });
  }

  async take(agent: LinkedAgent, message: CommandMessage): Promise<void> {
    const command = await this.commands.find(message.command_id);
    // An agent speaks for its own commands only.
    if (command === null || command.agent_id !== agent.agentId || isCommandEnded(command.state)) return;
    if (message.type === 'agent:report-command') await this.#finish(command, message);
    else if (message.accepted) await this.#accept(command);
    else await this.#refuse(command, message.refusal ?? 'no reason was given');
  }

  async #accept(command: CommandRow): Promise<void> {
    await this.database.transaction(async (tx) => {
      if (!(await this.commands.markAccepted(tx, command.id))) return;
      if (endsAttempts(command.verb)) {
        await this.commands.holdGrants(tx, command.server_id, commandTimes.reportWithinS);
        await this.commands.markHeld(tx, command.id);
      }
    });
  }

  async #refuse(command: CommandRow, refusal: string): Promise<void> {
    // It was sent twice, since its first answer was lost; that answer comes again with each connection.
    if (refusal === 'replayed') return;
    await this.endCommand.end(command, {
      to: refusal === 'expired' ? 'expired' : 'failed',
      detail: `The agent refused it: ${refusal}.`,
    });
  }

  async #finish(
    command: CommandRow,
    report: Extract<CommandMessage, { type: 'agent:report-command' }>,
  ): Promise<void> {
    // Before the end is written: who reads "succeeded" finds the jobs claimable.
    const ended = report.ok && endsAttempts(command.verb) ? await this.#release(command) : [];
    await this.endCommand.end(command, {
      to: report.ok ? 'succeeded' : 'failed',
      detail: report.detail === '' ? null : report.detail,
      endedAttempts: ended,
      results: report.checks,
    });
  }

  /** Another controller may have heard the same report, and the worker have begun anew: what was claimed since then lives. */
  async #release(command: CommandRow): Promise<string[]> {
    const workers = await this.commands.workersOf(command.server_id);
    const why = command.reason === null ? '' : `: ${command.reason}`;
    return this.held.release(
      workers,
      `The process of the worker was ended by a ${command.verb}${why}.`,
      command.accepted_at,
    );
  }
}
