import type { Command } from 'commander';
import type { CommandContext } from '../../context.ts';
import { addPlainCommand } from './run-plain-command.ts';

export const addServerStart = (servers: Command, context: CommandContext): void =>
  addPlainCommand(servers, context, 'start', 'start the worker process of a server');
