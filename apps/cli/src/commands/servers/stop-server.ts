import type { Command } from 'commander';
import type { CommandContext } from '../../context.ts';
import { addEndingCommand } from './run-ending-command.ts';

export const addServerStop = (servers: Command, context: CommandContext): void =>
  addEndingCommand(
    servers,
    context,
    'stop',
    'stop the worker process of a server; what it builds goes to others',
  );
