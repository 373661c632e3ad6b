import type { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { addListAndShow } from './workers/list-workers.ts';
import { addRegisterAndRevoke } from './workers/register-and-revoke.ts';
import { addSteering } from './workers/steer-worker.ts';

/** The workers: what they are and what is wanted of them. Their processes are the matter of `servers`. */
export function addWorkersCommand(program: Command, context: CommandContext): void {
  const workers = program.command('workers').description('the workers, and what is wanted of them');
  addListAndShow(workers, context);
  addSteering(workers, context);
  addRegisterAndRevoke(workers, context);
}
