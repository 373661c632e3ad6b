import { workerActionAnswerSchema, type WorkerActionAnswer } from '@ironwheel/contracts';
import type { Command } from 'commander';
import type { CommandContext, GlobalOptions } from '../../context.ts';
import { cleanLine } from '../../output/clean-text.ts';
import { durationOption } from '../option-values.ts';
import { printHeld } from './describe-worker.ts';
import { followDrain } from './follow-drain.ts';
import { findWorker, workerPath } from './find-worker.ts';

interface SteerOptions extends GlobalOptions {
  readonly reason?: string;
  readonly for?: number;
  readonly deadline?: number;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
}

interface Verb {
  readonly name: 'pause' | 'resume' | 'drain' | 'quarantine' | 'unquarantine';
  readonly description: string;
  /** It takes claims away, so it can be tried first. */
  readonly stops: boolean;
  readonly lasts: boolean;
  say(worker: WorkerActionAnswer): string;
}

const until = (time: string | null | undefined, otherwise: string): string =>
  time === null || time === undefined ? otherwise : `until ${time}`;

const verbs: readonly Verb[] = [
  {
    name: 'pause',
    description: 'let a worker claim nothing; what it builds goes on',
    stops: true,
    lasts: true,
    say: ({ name, desired }) => `${name} is paused ${until(desired.until, 'until it is resumed')}.`,
  },
  {
    name: 'resume',
    description: 'let a worker claim again, after a pause or a drain',
    stops: false,
    lasts: false,
    say: ({ name, quarantine }) =>
      quarantine === null ? `${name} claims again.` : `${name} is resumed; its quarantine still holds.`,
  },
  {
    name: 'drain',
    description: 'let a worker finish what it has and claim nothing more',
    stops: true,
    lasts: false,
    say: ({ name, desired }) => `${name} drains, ${until(desired.until, 'without a deadline')}.`,
  },
  {
    name: 'quarantine',
    description: 'let a worker that is not trusted claim nothing, beside pause and drain',
    stops: true,
    lasts: true,
    say: ({ name, quarantine }) =>
      `${name} is in quarantine ${until(quarantine?.until, 'until that is lifted')}.`,
  },
  {
    name: 'unquarantine',
    description: 'lift the quarantine of a worker; a pause or a drain stays',
    stops: false,
    lasts: false,
    say: ({ name, desired_state: state }) =>
      state === 'active'
        ? `${name} is out of quarantine and claims again.`
        : `${name} is out of quarantine; it is still ${state}.`,
  },
];

/** What is wanted of a worker. None of it touches the worker's process. */
export function addSteering(workers: Command, context: CommandContext): void {
  for (const verb of verbs) {
    const command = workers
      .command(verb.name)
      .description(verb.description)
      .argument('<worker>', 'name or id')
      .option('--reason <text>', 'why, for the others');
    if (verb.lasts)
      command.option('--for <time>', 'end it by itself after this time, such as 2h', durationOption);
    if (verb.stops) command.option('--dry-run', 'only show what the worker holds');
    if (verb.name === 'drain') {
      command
        .option('--deadline <time>', 'until when it should be drained (default: 1h)', durationOption)
        .option('--wait', 'follow it until it is drained; exit code 1 when the deadline passes before');
    }
    command.action(async (name: string, _options: unknown, self: Command) => {
      await steer(context, verb, name, self.optsWithGlobals<SteerOptions>());
    });
  }
}

async function steer(
  context: CommandContext,
  verb: Verb,
  name: string,
  options: SteerOptions,
): Promise<void> {
  const { output } = context;
  const client = await context.connect(options);
  const { worker_id: id } = await findWorker(client, name);
  const answer = await client.post(workerPath(id, `/${verb.name}`), workerActionAnswerSchema, {
    query: { dry_run: options.dryRun === true ? true : undefined },
    body: { reason: options.reason, for_s: options.for, deadline_s: options.deadline },
  });
  const isFollowed = options.wait === true && options.dryRun !== true;
  if (options.json === true) {
    if (!isFollowed) output.json(answer);
  } else if (answer.dry_run) {
    output.line(cleanLine(`Nothing was done with ${answer.name}.`));
    printHeld(answer, output);
  } else {
    output.line(cleanLine(verb.say(answer)));
    if (verb.stops) printHeld(answer, output);
  }
  if (isFollowed) context.exitCode = await followDrain(client, id, output, options.json === true);
}
