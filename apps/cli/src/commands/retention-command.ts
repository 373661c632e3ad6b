import { retentionRunSchema, retentionViewSchema, type RetentionRunView } from '@ironwheel/contracts';
import type { Command } from 'commander';
import { exitCodes } from '../cli-error.ts';
import type { CommandContext, GlobalOptions } from '../context.ts';
import { formatAge } from '../output/duration.ts';
import { formatTable } from '../output/table.ts';

interface RunOptions extends GlobalOptions {
  readonly dryRun?: boolean;
}

const mebibytes = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
const amountTable = (removed: RetentionRunView['removed']): string =>
  formatTable(
    ['rule', 'count', 'size'],
    removed.map(({ rule, count, bytes }) => [rule, String(count), mebibytes(bytes)]),
    { right: [1, 2] },
  );

/** `ironwheel retention`: what goes by rules of age, size and count. */
export function addRetentionCommand(program: Command, context: CommandContext): void {
  const retention = program.command('retention').description('let things go by rules of age, size and count');

  retention
    .command('run', { isDefault: true })
    .description('run every rule now; nothing that the index serves goes')
    .option('--dry-run', 'only say what would go')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<RunOptions>();
      const client = await context.connect(options);
      const run = await client.post('/api/retention/run', retentionRunSchema, {
        body: {},
        query: { dry_run: options.dryRun === true },
      });
      if (options.json === true) context.output.json(run);
      else {
        context.output.line(run.dry_run ? 'Would go now:' : 'Has gone:');
        context.output.line(amountTable(run.removed));
        if (run.error !== null)
          context.output.note(`Not all rules could run: ${run.error}. The log of the controller says why.`);
      }
      if (run.state === 'failed') context.exitCode = exitCodes.failed;
    });

  retention
    .command('show')
    .description('the rules, what each would take now, and the last run')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const client = await context.connect(options);
      const view = await client.get('/api/retention', retentionViewSchema);
      if (options.json === true) {
        context.output.json(view);
        return;
      }
      for (const { rule, meaning, bounds, would_remove: amount } of view.rules) {
        context.output.line(`${rule}: ${meaning}`);
        for (const [key, value] of Object.entries(bounds)) context.output.line(`  ${key}=${value}`);
        context.output.line(`  would go now: ${amount.count} (${mebibytes(amount.bytes)})`);
      }
      const { last_run: last } = view;
      if (last === null) context.output.line('It has not run yet.');
      else {
        context.output.line(
          `Last run: ${last.state}, ${formatAge(last.started_at)} ago, by ${last.started_by}`,
        );
        context.output.line(amountTable(last.removed));
      }
    });
}
