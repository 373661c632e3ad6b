import { listOf, poolViewSchema, type PoolView } from '@ironwheel/contracts';
import type { Command } from 'commander';
import type { CommandContext, GlobalOptions } from '../../context.ts';
import { formatTable } from '../../output/table.ts';

interface ListOptions extends GlobalOptions {
  readonly archived?: boolean;
}

const toRow = (pool: PoolView): string[] => [
  pool.name,
  pool.is_default ? 'default' : '',
  String(pool.servers),
  String(pool.workers),
  pool.max_jobs === null ? String(pool.held_jobs) : `${pool.held_jobs}/${pool.max_jobs}`,
  String(pool.queued_jobs),
  pool.description,
];

export function addListPools(pools: Command, context: CommandContext): void {
  pools
    .command('list', { isDefault: true })
    .description('list the pools: what is in them, what they hold of how much, what waits for them')
    .option('--archived', 'those that were archived, instead of the others')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ListOptions>();
      const client = await context.connect(options);
      const answer = await client.get('/api/pools', listOf(poolViewSchema), {
        query: { limit: 500, archived: options.archived },
      });
      if (options.json === true) {
        context.output.json(answer);
        return;
      }
      if (answer.items.length === 0) {
        context.output.line('No pool was archived.');
        return;
      }
      context.output.line(
        formatTable(
          ['pool', '', 'servers', 'workers', 'held', 'queued', 'description'],
          answer.items.map(toRow),
        ),
      );
    });
}
