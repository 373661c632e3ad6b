import type { CommandImpact, CommandVerb, CommandView } from '@ironwheel/contracts';
import { isCommandEnded } from '@ironwheel/decisions';
import { Injectable } from '@nestjs/common';
import { AppError, ShutdownSignal, type Actor } from '../../platform/index.ts';
import { HeldAttempts } from '../workers/index.ts';
import type { CommandRow } from './command.row.ts';
import { CommandNotices } from './command-notices.ts';
import { toCommandView, toHeldView } from './command.view.ts';
import { CommandsRepository } from './commands.repository.ts';
import { IssueCommand, type CommandOrder } from './issue-command.ts';

/** Longest sleep between two looks at a command, so that a lost notice costs no more, in milliseconds. */
const lookAgainMs = 2000;

@Injectable()
export class CommandsService {
  constructor(
    private readonly commands: CommandsRepository,
    private readonly issueCommand: IssueCommand,
    private readonly notices: CommandNotices,
    private readonly held: HeldAttempts,
    private readonly shutdown: ShutdownSignal,
  ) {}

  /** The command as it is after at most `waitS`. Throws SERVER_NOT_FOUND, SERVER_ARCHIVED or AGENT_NOT_CONNECTED. */
  async issue(
    server: string,
    order: CommandOrder,
    actor: Pick<Actor, 'name'>,
    waitS: number,
  ): Promise<CommandView> {
    const { id } = await this.issueCommand.issue(server, order, actor);
    return toCommandView(await this.#wait(id, waitS));
  }

  /** What a stop or a restart would end now. */
  async preview(server: string, verb: CommandVerb): Promise<CommandImpact> {
    const target = await this.issueCommand.getTarget(server);
    const held = await this.held.list(await this.commands.workersOf(target.server_id));
    return {
      dry_run: true,
      server_id: target.server_id,
      verb,
      connected: target.is_connected,
      would_end: held.map(toHeldView),
    };
  }

  async list(
    server: string,
    limit: number,
    offset: number,
  ): Promise<{ items: CommandView[]; total: number }> {
    const target = await this.commands.findTarget(server);
    if (target === null) throw new AppError('SERVER_NOT_FOUND', `There is no server ${server}.`);
    const { rows, total } = await this.commands.list(target.server_id, limit, offset);
    return { items: rows.map(toCommandView), total };
  }

  async view(server: string, commandId: string, waitS: number): Promise<CommandView> {
    const target = await this.commands.findTarget(server);
    if (target === null) throw new AppError('SERVER_NOT_FOUND', `There is no server ${server}.`);
    const command = await this.#wait(commandId, waitS);
    if (command.server_id !== target.server_id) throw notFound(commandId);
    return toCommandView(command);
  }

  async #wait(commandId: string, waitS: number): Promise<CommandRow> {
    const deadline = performance.now() + waitS * 1000;
    for (;;) {
      const leftMs = deadline - performance.now();
      const signal = AbortSignal.any([
        this.shutdown.signal,
        AbortSignal.timeout(Math.ceil(Math.max(0, Math.min(leftMs, lookAgainMs)))),
      ]);
      // Listens before it looks, so that an end in between is not missed.
      const ended = this.notices.nextEnd(commandId, signal);
      const command = await this.commands.find(commandId);
      if (command === null) throw notFound(commandId);
      if (isCommandEnded(command.state) || leftMs <= 0 || this.shutdown.isStopping) return command;
      await ended;
    }
  }
}

const notFound = (commandId: string): AppError =>
  new AppError('COMMAND_NOT_FOUND', `The server has no command ${commandId}.`);
