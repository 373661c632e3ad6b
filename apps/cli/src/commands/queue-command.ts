import { jobStates, listOf, queueItemSchema, queueStatsSchema } from '@ironwheel/contracts';
import type { Command } from 'commander';
import { z } from 'zod';
import type { CommandContext, GlobalOptions } from '../context.ts';
import { cleanLine } from '../output/clean-text.ts';
import { formatAge, formatDuration } from '../output/duration.ts';
import { formatTable } from '../output/table.ts';
import { isAgreed } from './confirm.ts';
import { integerOption } from './option-values.ts';

interface ListOptions extends GlobalOptions {
  readonly limit: number;
}
interface ClearOptions extends GlobalOptions {
  readonly yes?: boolean;
}

export function addQueueCommand(program: Command, context: CommandContext): void {
  const queue = program.command('queue').description('what waits for a worker');

  queue
    .command('list', { isDefault: true })
    .description('list what is queued, next first')
    .option('--limit <n>', 'most items', integerOption(1, 500), 50)
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ListOptions>();
      const client = await context.connect(options);
      const answer = await client.get('/api/queue', listOf(queueItemSchema), {
        query: { limit: options.limit },
      });
      if (options.json === true) {
        context.output.json(answer);
        return;
      }
      if (answer.items.length === 0) {
        context.output.line('The queue is empty.');
        return;
      }
      const rows = answer.items.map((item) => [
        item.package,
        item.version,
        item.python_tag,
        item.platform_tag,
        formatAge(item.enqueued_at),
        String(item.holds_up ?? ''),
        item.blocked_by?.text ?? '',
        item.job_id,
      ]);
      context.output.line(
        formatTable(
          ['package', 'version', 'python', 'platform', 'waits', 'holds up', 'why not now', 'job'],
          rows,
        ),
      );
    });

  queue
    .command('stats')
    .description('length, oldest age, and jobs by state')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const client = await context.connect(options);
      const stats = await client.get('/api/queue/stats', queueStatsSchema);
      if (options.json === true) {
        context.output.json(stats);
        return;
      }
      context.output.line(`backend      ${cleanLine(stats.backend)}`);
      context.output.line(`length       ${stats.length}`);
      context.output.line(
        `oldest       ${stats.oldest_age_s === null ? '–' : formatDuration(stats.oldest_age_s)}`,
      );
      context.output.line(`claims       ${stats.claims_paused ? 'paused' : 'on'}`);
      for (const state of jobStates) {
        const count = stats.by_state[state];
        if (count !== undefined) context.output.line(`${state.padEnd(12)} ${count}`);
      }
    });

  queue
    .command('clear')
    .description('cancel everything that is queued; builds that run go on')
    .option('--yes', 'do not ask')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ClearOptions>();
      const client = await context.connect(options);
      if (options.yes !== true) {
        const { length } = await client.get('/api/queue/stats', queueStatsSchema);
        if (!(await isAgreed('queue clear', `Cancel the ${length} queued job(s)?`, false))) {
          context.output.note('Nothing was done.');
          return;
        }
      }
      const answer = await client.post('/api/queue/clear', z.looseObject({}), { body: {} });
      if (options.json === true) context.output.json(answer);
      else context.output.line('The queue was cleared.');
    });
}
