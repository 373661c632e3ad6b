import { commandImpactSchema, commandViewSchema, type CommandImpact } from '@ironwheel/contracts';
import type { Command } from 'commander';
import { CliError, exitCodes } from '../../cli-error.ts';
import type { CommandContext, GlobalOptions } from '../../context.ts';
import { cleanLine } from '../../output/clean-text.ts';
import { confirm } from '../confirm.ts';
import { durationOption } from '../option-values.ts';
import { followCommand, serverPath } from './follow-command.ts';

interface EndingOptions extends GlobalOptions {
  readonly drain?: boolean;
  readonly drainTimeout: number;
  readonly reason?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

const describeImpact = (impact: CommandImpact): string[] =>
  impact.would_end.length === 0
    ? [`A ${impact.verb} ends no build now.`]
    : [
        `A ${impact.verb} ends ${impact.would_end.length === 1 ? 'this build' : `these ${impact.would_end.length} builds`}; the jobs are queued again at once:`,
        ...impact.would_end.map(
          ({ text, phase, attempt_id: id }) => `  ${text}${phase === null ? '' : ` (${phase})`}  ${id}`,
        ),
      ];

/** Stop and restart: what they would end is shown and asked about first. */
export function addEndingCommand(
  servers: Command,
  context: CommandContext,
  verb: 'stop' | 'restart',
  description: string,
): void {
  servers
    .command(verb)
    .description(description)
    .argument('<server>', 'name or id')
    .option('--drain', 'let what is being built end first')
    .option('--drain-timeout <duration>', 'how long that may take, such as 120s or 2h', durationOption, 120)
    .option('--reason <text>', 'why, for the audit trail')
    .option('--dry-run', 'only show what it would end')
    .option('--yes', 'do not ask')
    .action(async (server: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<EndingOptions>();
      const client = await context.connect(options);
      const path = serverPath(server, verb);
      const impact = await client.post(path, commandImpactSchema, { body: {}, query: { dry_run: true } });
      if (options.dryRun === true && options.json === true) {
        context.output.json(impact);
        return;
      }
      for (const line of describeImpact(impact)) {
        if (options.dryRun === true) context.output.line(cleanLine(line));
        else context.output.note(cleanLine(line));
      }
      if (options.dryRun === true) return;
      if (options.yes !== true && impact.would_end.length > 0 && options.drain !== true) {
        const isSure = await confirm(`${verb} the worker of ${server}?`);
        if (isSure === null) {
          throw new CliError('There is no terminal to ask on.', {
            exitCode: exitCodes.usage,
            code: 'CLI_CONFIRMATION_NEEDED',
            hint: 'Add --yes to end the builds, or --drain to let them end.',
          });
        }
        if (!isSure) return;
      }
      const issued = await client.post(path, commandViewSchema, {
        body: {
          ...(options.drain === true ? { drain: true, drain_timeout_s: options.drainTimeout } : {}),
          ...(options.reason === undefined ? {} : { reason: options.reason }),
        },
        query: { wait_s: 1 },
      });
      await followCommand(client, server, issued, context, options.json === true);
    });
}
