import { archivedServerSchema, type ArchivedServer } from '@ironwheel/contracts';
import type { Command } from 'commander';
import type { ControllerClient } from '../../client/controller-client.ts';
import type { CommandContext, GlobalOptions } from '../../context.ts';
import { cleanLine } from '../../output/clean-text.ts';
import type { Output } from '../../output/output.ts';
import { isAgreed } from '../confirm.ts';
import { resolveServer, serverPath } from './resolve-server.ts';

interface ArchiveOptions extends GlobalOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

export function addArchiveServer(servers: Command, context: CommandContext): void {
  servers
    .command('archive')
    .description('take a server out of use: its keys hold no longer, what it builds goes to others')
    .argument('<server>', 'name or id from `servers list`')
    .option('--dry-run', 'only tell what would end')
    .option('--yes', 'do not ask')
    .action(async (idOrName: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ArchiveOptions>();
      const { output } = context;
      const client = await context.connect(options);
      const { server_id: id, name } = await resolveServer(client, idOrName);
      if (options.dryRun === true) {
        const impact = await archive(client, id, true);
        if (options.json === true) output.json(impact);
        else printEnds(impact, output, 'Would end');
        return;
      }
      if (options.yes !== true) printEnds(await archive(client, id, true), output, 'Would end', true);
      if (!(await isAgreed('servers archive', `Archive ${cleanLine(name)}?`, options.yes))) {
        output.note('Nothing was done.');
        return;
      }
      const done = await archive(client, id, false);
      if (options.json === true) {
        output.json(done);
        return;
      }
      output.line(`Archived ${cleanLine(name)}.`);
      printEnds(done, output, 'Ended');
    });
}

const archive = (client: ControllerClient, id: string, isDryRun: boolean): Promise<ArchivedServer> =>
  client.deleteAndRead(serverPath(id), archivedServerSchema, { query: { dry_run: isDryRun } });

function printEnds({ ends }: ArchivedServer, output: Output, word: string, asNote = false): void {
  const say = (text: string): void => (asNote ? output.note(text) : output.line(text));
  const things = [
    ...ends.agents.map((id) => `agent ${id}`),
    ...ends.workers.map((id) => `worker ${id}`),
    ...ends.attempts.map(({ attempt_id: id, text }) => `build of ${text} (${id}), which is queued again`),
    ...ends.bundles.map((id) => `install line of bundle ${id}`),
  ];
  for (const thing of things) say(cleanLine(`${word}: ${thing}`));
  if (things.length === 0) say('Nothing runs on it.');
}
