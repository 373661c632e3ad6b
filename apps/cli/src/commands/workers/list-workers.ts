import { listOf, workerViewSchema, type WorkerView } from '@ironwheel/contracts';
import type { Command } from 'commander';
import type { CommandContext, GlobalOptions } from '../../context.ts';
import { formatAge } from '../../output/duration.ts';
import { formatTable } from '../../output/table.ts';
import { describeIntent, printWorker } from './describe-worker.ts';
import { findWorker } from './find-worker.ts';

const toRow = (worker: WorkerView): string[] => [
  worker.name,
  worker.revoked_at === null ? worker.heartbeat_state : 'revoked',
  describeIntent(worker),
  worker.matched_by ?? 'unmatched',
  worker.capabilities?.runner ?? '–',
  worker.slots === null ? '–' : `${worker.slots.used}/${worker.slots.total}`,
  worker.capabilities?.python_tags.join(' ') ?? '–',
  worker.capabilities?.platform_tags[0] ?? '–',
  formatAge(worker.last_heartbeat_at),
  worker.problems.map((problem) => problem.text).join('; '),
];

const header = [
  'worker',
  'heartbeat',
  'wanted',
  'server by',
  'runner',
  'slots',
  'pythons',
  'platform',
  'seen',
  'problems',
];

export function addListAndShow(workers: Command, context: CommandContext): void {
  workers
    .command('list', { isDefault: true })
    .description('list the workers: how they are, what they offer, what stands in their way')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const client = await context.connect(options);
      const answer = await client.get('/api/workers', listOf(workerViewSchema), { query: { limit: 500 } });
      if (options.json === true) {
        context.output.json(answer);
        return;
      }
      if (answer.items.length === 0) {
        context.output.line(
          'No worker is enrolled. Add a server with `ironwheel servers add NAME`, or a worker by hand (docs/quickstart.md).',
        );
        return;
      }
      context.output.line(formatTable(header, answer.items.map(toRow)));
    });

  workers
    .command('show')
    .description('show one worker: its state, what is wanted of it and why, its server')
    .argument('<worker>', 'name or id')
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const worker = await findWorker(await context.connect(options), name);
      if (options.json === true) context.output.json(worker);
      else printWorker(worker, context.output);
    });
}
