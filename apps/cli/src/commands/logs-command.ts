import { jobViewSchema, listOf, logViewSchema, packageSummarySchema } from '@ironwheel/contracts';
import type { Command } from 'commander';
import type { ControllerClient } from '../client/controller-client.ts';
import { followLog } from '../client/follow-log.ts';
import { CliError, exitCodes } from '../cli-error.ts';
import type { CommandContext, GlobalOptions } from '../context.ts';
import { CleanLines } from '../output/clean-lines.ts';
import { cleanLine } from '../output/clean-text.ts';

interface LogsOptions extends GlobalOptions {
  readonly follow?: boolean;
  readonly attempt?: string;
}

/** The version of the newest job of this name, else of its newest event in the history. */
async function findVersion(client: ControllerClient, name: string): Promise<string> {
  const jobs = await client.get('/api/jobs', listOf(jobViewSchema), { query: { package: name, limit: 500 } });
  const [newest] = jobs.items.toSorted((left, right) => right.created_at.localeCompare(left.created_at));
  if (newest !== undefined) return newest.version;
  const summary = await client.get(`/api/package/${encodeURIComponent(name)}`, packageSummarySchema);
  if (summary.latest !== null) return summary.latest.version;
  throw new CliError(`Nothing was built of ${cleanLine(name)} yet.`, {
    exitCode: exitCodes.refused,
    code: 'PACKAGE_NOT_FOUND',
  });
}

export function addLogsCommand(program: Command, context: CommandContext): void {
  program
    .command('logs')
    .description('print the log of the newest attempt; -f goes on until it ends')
    .argument('<name>', 'package')
    .argument('[version]', 'its version (default: the newest job)')
    .option('-f, --follow', 'go on as the log grows')
    .option('--attempt <attempt-id>', 'the log of this attempt')
    .action(async (name: string, given: string | undefined, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<LogsOptions>();
      const client = await context.connect(options);
      const version = given ?? (await findVersion(client, name));
      const path = `${encodeURIComponent(name)}/${encodeURIComponent(version)}`;
      if (options.follow === true) {
        const lines = new CleanLines((text) => context.output.write(text));
        const take = (text: string): void =>
          options.json === true ? context.output.json({ text }) : lines.push(text);
        await followLog(client, `/api/logs/stream/${path}`, options.attempt, take);
        lines.end();
        return;
      }
      const lines = new CleanLines((text) => context.output.write(text));
      let offset = 0;
      for (;;) {
        const query = { attempt_id: options.attempt, offset };
        const part = await client.get(`/api/logs/${path}`, logViewSchema, { query });
        if (options.json === true) context.output.json(part);
        else lines.push(part.content);
        if (part.next_offset >= part.size || part.next_offset <= offset) break;
        offset = part.next_offset;
      }
      lines.end();
    });
}
