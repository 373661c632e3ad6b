import { hintTestAnswerSchema, type HintTestAnswer } from '@ironwheel/contracts';
import type { Command } from 'commander';
import { exitCodes, usageError } from '../../cli-error.ts';
import type { CommandContext, GlobalOptions } from '../../context.ts';
import { cleanLine } from '../../output/clean-text.ts';
import type { Output } from '../../output/output.ts';
import { describeRecipes } from './describe-recipes.ts';
import { readJsonObject, readText } from './read-json-file.ts';

interface TestOptions extends GlobalOptions {
  readonly attempt?: string;
  readonly hint?: string;
  readonly package?: string;
  readonly version?: string;
}

function printAnswer(answer: HintTestAnswer, output: Output): void {
  const { log_class: logClass, matches, suggestion } = answer;
  if (logClass !== null) {
    output.line(`The log says ${logClass.class} (cause ${logClass.cause}): ${cleanLine(logClass.line.text)}`);
  }
  for (const match of matches) {
    const why = match.not_offered_because === null ? '' : ` (not offered: ${match.not_offered_because})`;
    output.line(`${match.hint_id ?? 'the draft'}${why}`);
    output.line(`  line ${match.line.line_no}: ${cleanLine(match.line.text)}`);
    for (const action of describeRecipes(match.recipes)) output.line(`  ${cleanLine(action)}`);
  }
  if (matches.length === 0) output.line('No hint matches where the failure begins.');
  if (suggestion !== null) {
    output.line(`Suggested: ${cleanLine(suggestion.draft.pattern)}`);
    output.line(`  ${cleanLine(suggestion.draft.note)}`);
  }
}

export function addTestHints(hints: Command, context: CommandContext): void {
  hints
    .command('test')
    .description(
      'hold a log against the hints: which match, and what they would do (exit code 1: none is offered)',
    )
    .argument('[log]', 'a file with a log; "-": standard input')
    .option('--attempt <id>', 'the log of this attempt instead')
    .option('--hint <file>', 'a draft (JSON) that is tried besides')
    .option('--package <name>', 'the project that the log is of, for hints with a scope')
    .option('--version <version>', 'its version')
    .action(async (path: string | undefined, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<TestOptions>();
      if ((path === undefined) === (options.attempt === undefined))
        throw usageError('`hints test` needs a log: a file, "-", or --attempt.');
      const client = await context.connect(options);
      const answer = await client.post('/api/hints/test', hintTestAnswerSchema, {
        body: {
          log: path === undefined ? undefined : await readText(path),
          attempt_id: options.attempt,
          package: options.package,
          version: options.version,
          hint: options.hint === undefined ? undefined : await readJsonObject(options.hint),
        },
      });
      if (options.json === true) context.output.json(answer);
      else printAnswer(answer, context.output);
      if (!answer.matches.some((match) => match.is_offered)) context.exitCode = exitCodes.failed;
    });
}
