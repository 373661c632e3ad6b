import { jobDetailSchema, jobStates, jobsQuerySchema, jobViewSchema, listOf } from '@ironwheel/contracts';
import { Option, type Command } from 'commander';
import { z } from 'zod';
import { printAttempt } from '../build/print-attempt.ts';
import type { CommandContext, GlobalOptions } from '../context.ts';
import { explainBlock } from '../output/explain-block.ts';
import { cleanLine } from '../output/clean-text.ts';
import { formatAge } from '../output/duration.ts';
import { formatTable } from '../output/table.ts';
import { integerOption } from './option-values.ts';

interface ListOptions extends GlobalOptions {
  readonly state?: string;
  readonly package?: string;
  readonly run?: string;
  readonly limit: number;
}

const jobPath = (id: string, verb = ''): string => `/api/jobs/${encodeURIComponent(id)}${verb}`;

export function addJobsCommand(program: Command, context: CommandContext): void {
  const jobs = program.command('jobs').description('list, show, cancel, retry and reorder jobs');

  jobs
    .command('list', { isDefault: true })
    .description('list jobs, newest first')
    .addOption(new Option('--state <state>', 'only those in this state').choices(jobStates))
    .option('--package <name>', 'only those of this package')
    .option('--run <run-id>', 'only those that this run wants')
    .option('--limit <n>', 'most jobs', integerOption(1, 500), 50)
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ListOptions>();
      const client = await context.connect(options);
      const query = jobsQuerySchema.parse({
        limit: options.limit,
        state: options.state,
        package: options.package,
        run_id: options.run,
      });
      const answer = await client.get('/api/jobs', listOf(jobViewSchema), { query });
      if (options.json === true) {
        context.output.json(answer);
        return;
      }
      const rows = answer.items.map((job) => [
        job.name,
        job.version,
        job.python_tag,
        job.platform_tag,
        String(job.generation),
        job.state,
        formatAge(job.created_at),
        String(job.holds_up ?? ''),
        job.wheel ?? job.blocked_by?.text ?? job.state_reason ?? '',
        job.job_id,
      ]);
      context.output.line(
        formatTable(
          [
            'package',
            'version',
            'python',
            'platform',
            'gen',
            'state',
            'age',
            'holds up',
            'wheel or reason',
            'job',
          ],
          rows,
        ),
      );
    });

  jobs
    .command('show')
    .description(
      'show a job: its attempts, and for failed ones the phase, the reason and the lines that matter',
    )
    .argument('<job-id>', 'id from `jobs list`')
    .action(async (id: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const client = await context.connect(options);
      const job = await client.get(jobPath(id), jobDetailSchema);
      if (options.json === true) {
        context.output.json(job);
        return;
      }
      const { output } = context;
      output.line(
        cleanLine(
          `${job.name} ${job.version} for ${job.python_tag} ${job.platform_tag}, generation ${job.generation}`,
        ),
      );
      output.line(
        cleanLine(`state     ${job.state}${job.state_reason === null ? '' : `: ${job.state_reason}`}`),
      );
      output.line(cleanLine(`pool      ${job.pool}, priority ${job.priority}`));
      for (const line of explainBlock(job)) output.line(cleanLine(line));
      if (job.wheel !== null) output.line(`wheel     ${cleanLine(job.wheel)}`);
      if (job.run_ids.length > 0) output.line(`runs      ${cleanLine(job.run_ids.join(' '))}`);
      if (job.needs.length > 0) output.line(`needs     ${cleanLine(job.needs.join(' '))}`);
      for (const attempt of job.attempts) printAttempt(attempt, output);
    });

  for (const [verb, description, done] of [
    ['cancel', 'cancel jobs; a build that runs is stopped', 'Cancelled'],
    ['retry', 'queue failed or cancelled jobs once more', 'Queued again'],
  ] as const) {
    jobs
      .command(verb)
      .description(description)
      .argument('<job-id...>', 'ids from `jobs list`')
      .action(async (ids: string[], _options: unknown, command: Command) => {
        const options = command.optsWithGlobals<GlobalOptions>();
        const client = await context.connect(options);
        for (const id of ids) {
          const answer = await client.post(jobPath(id, `/${verb}`), z.looseObject({}), { body: {} });
          if (options.json === true) context.output.json(answer);
          else context.output.line(`${done} ${cleanLine(id)}.`);
        }
      });
  }

  jobs
    .command('priority')
    .description('set the priority of a job; the higher one is claimed first')
    .argument('<job-id>', 'id from `jobs list`')
    .argument('<priority>', 'from -1000 to 1000', integerOption(-1000, 1000))
    .action(async (id: string, priority: number, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const client = await context.connect(options);
      const answer = await client.post(jobPath(id, '/priority'), z.looseObject({}), { body: { priority } });
      if (options.json === true) context.output.json(answer);
      else context.output.line(`${cleanLine(id)} has priority ${priority}.`);
    });
}
