import type { Command } from 'commander';
import type { CommandContext } from '../../context.ts';
import { addEndingCommand } from './run-ending-command.ts';

export const addServerRestart = (servers: Command, context: CommandContext): void =>
  addEndingCommand(servers, context, 'restart', 'stop the worker process of a server and start it again');
