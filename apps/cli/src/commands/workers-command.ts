import { listOf, workerViewSchema, type WorkerView } from '@ironwheel/contracts';
import type { Command } from 'commander';
import type { CommandContext, GlobalOptions } from '../context.ts';
import { formatAge } from '../output/duration.ts';
import { formatTable } from '../output/table.ts';

const toRow = (worker: WorkerView): string[] => [
  worker.name,
  worker.revoked_at === null ? worker.heartbeat_state : 'revoked',
  worker.draining ? 'draining' : worker.desired_state,
  worker.capabilities?.runner ?? '–',
  worker.slots === null ? '–' : `${worker.slots.used}/${worker.slots.total}`,
  worker.capabilities?.python_tags.join(' ') ?? '–',
  worker.capabilities?.platform_tags[0] ?? '–',
  formatAge(worker.last_heartbeat_at),
  worker.problems.map((problem) => problem.text).join('; '),
];

export function addWorkersCommand(program: Command, context: CommandContext): void {
  program
    .command('workers')
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
        context.output.line('No worker is enrolled. Add one: docs/quickstart.md, "A worker by hand".');
        return;
      }
      context.output.line(
        formatTable(
          ['worker', 'heartbeat', 'wanted', 'runner', 'slots', 'pythons', 'platform', 'seen', 'problems'],
          answer.items.map(toRow),
        ),
      );
    });
}
