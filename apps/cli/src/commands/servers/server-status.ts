import type { Command } from 'commander';
import type { CommandContext } from '../../context.ts';
import { addPlainCommand } from './run-plain-command.ts';

export const addServerStatus = (servers: Command, context: CommandContext): void =>
  addPlainCommand(servers, context, 'status', 'ask the host how the worker process is');
