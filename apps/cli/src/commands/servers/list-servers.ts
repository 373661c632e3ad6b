import { listOf, serverFilters, serverViewSchema, type ServerView } from '@ironwheel/contracts';
import { Option, type Command } from 'commander';
import type { CommandContext, GlobalOptions } from '../../context.ts';
import { formatAge } from '../../output/duration.ts';
import { formatTable } from '../../output/table.ts';
import { integerOption } from '../option-values.ts';

interface ListOptions extends GlobalOptions {
  readonly filter: (typeof serverFilters)[number];
  readonly pool?: string;
  readonly search?: string;
  readonly archived?: boolean;
  readonly limit: number;
}

const toRow = (server: ServerView): string[] => [
  server.name,
  server.pool,
  server.link_state,
  server.process_state,
  server.heartbeat_state,
  server.runtime_match,
  server.agent?.hostname ?? server.address,
  formatAge(server.agent?.last_seen_at ?? null),
  server.problems.map((problem) => problem.text).join(' '),
];

export function addListServers(servers: Command, context: CommandContext): void {
  servers
    .command('list', { isDefault: true })
    .description(
      'list the servers: agent’s link, worker’s process, heartbeat and match, and what needs a person',
    )
    .addOption(new Option('--filter <filter>', 'only these').choices(serverFilters).default('all'))
    .option('--pool <name>', 'only those of this pool')
    .option('--search <text>', 'only those with this in name, address, description or host name')
    .option('--archived', 'those that were archived, instead of the others')
    .option('--limit <n>', 'most servers', integerOption(1, 500), 500)
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ListOptions>();
      const client = await context.connect(options);
      const answer = await client.get('/api/servers', listOf(serverViewSchema), {
        query: {
          limit: options.limit,
          filter: options.filter,
          pool: options.pool,
          q: options.search,
          archived: options.archived,
        },
      });
      if (options.json === true) {
        context.output.json(answer);
        return;
      }
      const { items, total = items.length } = answer;
      if (items.length === 0) {
        context.output.line('There is no such server. `ironwheel servers add NAME` adds one.');
        return;
      }
      const head = ['server', 'pool', 'link', 'process', 'heartbeat', 'match', 'host', 'seen', 'problems'];
      context.output.line(formatTable(head, items.map(toRow)));
      if (total > items.length)
        context.output.note(`${total - items.length} more; see --limit and --filter.`);
    });
}
