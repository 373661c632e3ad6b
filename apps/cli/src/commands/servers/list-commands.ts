import { commandViewSchema, listOf } from '@ironwheel/contracts';
import type { Command } from 'commander';
import type { CommandContext, GlobalOptions } from '../../context.ts';
import { formatAge } from '../../output/duration.ts';
import { formatTable } from '../../output/table.ts';
import { integerOption } from '../option-values.ts';
import { serverPath } from './follow-command.ts';

export function addServerCommands(servers: Command, context: CommandContext): void {
  servers
    .command('commands')
    .description('what a server was told to do, newest first, and how it ended')
    .argument('<server>', 'name or id')
    .option('--limit <n>', 'most commands', integerOption(1, 500), 20)
    .action(async (server: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { limit: number }>();
      const client = await context.connect(options);
      const answer = await client.get(serverPath(server, 'commands'), listOf(commandViewSchema), {
        query: { limit: options.limit },
      });
      if (options.json === true) {
        context.output.json(answer);
        return;
      }
      const rows = answer.items.map((item) => [
        String(item.generation),
        item.verb,
        item.state,
        formatAge(item.issued_at),
        item.actor,
        String(item.ended_attempts.length),
        item.detail ?? item.reason ?? '',
      ]);
      context.output.line(formatTable(['no', 'command', 'state', 'age', 'by', 'ended', 'detail'], rows));
    });
}
