import { workerActionAnswerSchema } from '@ironwheel/contracts';
import type { Command } from 'commander';
import { usageError } from '../../cli-error.ts';
import type { CommandContext, GlobalOptions } from '../../context.ts';
import { cleanLine } from '../../output/clean-text.ts';
import { confirm } from '../confirm.ts';
import { printHeld } from './describe-worker.ts';
import { findWorker, workerPath } from './find-worker.ts';

interface RegisterOptions extends GlobalOptions {
  readonly reason?: string;
  readonly name?: string;
  readonly server?: string;
}
interface RevokeOptions extends GlobalOptions {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

export function addRegisterAndRevoke(workers: Command, context: CommandContext): void {
  workers
    .command('register')
    .description('make a server of a worker that belongs to none, or attach it to one')
    .argument('<worker>', 'name or id')
    .option('--name <name>', 'name of the new server (default: that of the worker)')
    .option('--server <server>', 'instead: the server that it is, by name or id')
    .option('--reason <text>', 'why, for the others')
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<RegisterOptions>();
      const client = await context.connect(options);
      const { worker_id: id } = await findWorker(client, name);
      const answer = await client.post(workerPath(id, '/register'), workerActionAnswerSchema, {
        body: { name: options.name, server_id: options.server, reason: options.reason },
      });
      if (options.json === true) context.output.json(answer);
      else
        context.output.line(
          cleanLine(
            `${answer.name} runs on the server ${answer.server_id ?? ''}, in the pool ${answer.pool}.`,
          ),
        );
    });

  workers
    .command('revoke')
    .description('cut a worker off for good; what it builds is lost to it')
    .argument('<worker>', 'name or id')
    .option('--yes', 'do not ask')
    .option('--dry-run', 'only show what the worker holds')
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<RevokeOptions>();
      const { output } = context;
      const client = await context.connect(options);
      const { worker_id: id } = await findWorker(client, name);
      const revoke = (dryRun: boolean) =>
        client.deleteAndRead(workerPath(id), workerActionAnswerSchema, {
          query: { dry_run: dryRun ? true : undefined },
        });
      if (options.dryRun === true) {
        const answer = await revoke(true);
        if (options.json === true) output.json(answer);
        else printHeld(answer, output);
        return;
      }
      if (options.yes !== true) {
        const { held } = await revoke(true);
        const agreed = await confirm(cleanLine(`Revoke ${name}, which holds ${held.length} build(s)?`));
        if (agreed === null)
          throw usageError('`workers revoke` asks before it acts.', 'Without a terminal, give --yes.');
        if (!agreed) {
          output.note('Nothing was done.');
          return;
        }
      }
      const answer = await revoke(false);
      if (options.json === true) output.json(answer);
      else
        output.line(cleanLine(`${answer.name} was revoked; its builds go to others when their leases end.`));
    });
}
