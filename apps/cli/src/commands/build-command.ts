import type { PlanDocument } from '@ironwheel/contracts';
import type { Command } from 'commander';
import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { collectInputs } from '../build/collect-inputs.ts';
import { checkTarget, computePlan } from '../build/compute-plan.ts';
import { followRun } from '../build/follow-run.ts';
import { addInputOptions, type InputOptions } from '../build/input-options.ts';
import { printResults } from '../build/print-results.ts';
import { createProgress } from '../build/progress.ts';
import { toResults, type ResultRow } from '../build/run-results.ts';
import { makeWheelhouse } from '../build/wheelhouse/make-wheelhouse.ts';
import type { ControllerClient } from '../client/controller-client.ts';
import { exitCodes, usageError } from '../cli-error.ts';
import type { CommandContext } from '../context.ts';
import { cleanLine } from '../output/clean-text.ts';
import { confirm } from './confirm.ts';

interface BuildOptions extends InputOptions {
  readonly wheelhouse?: string;
  readonly partial?: boolean;
  readonly detach?: boolean;
  readonly report?: string;
}

/** Shells give this code to a program that SIGINT ended. */
const interrupted = 130;

export function addBuildCommand(program: Command, context: CommandContext): void {
  addInputOptions(program.command('build'))
    .description('plan, queue and follow builds; a table of the wheels at the end')
    .option(
      '--wheelhouse <dir>',
      'download all that an offline install needs, checked by SHA-256, with lists',
    )
    .option('--partial', 'make the wheelhouse although something is missing in it')
    .option('--report <file>', 'write the results as JSON to this file as well')
    .option('--detach', 'do not follow; print the run id')
    .addHelpText(
      'after',
      '\nExit code 1 when a build failed or a requirement is missing; the table says which.',
    )
    .action(async (requirements: string[], _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<BuildOptions>();
      checkTarget(options);
      const inputs = await collectInputs({
        requirements,
        requirementFiles: options.requirement ?? [],
        wheelDirectories: options.wheels ?? [],
        constraintFiles: options.constraint ?? [],
      });
      if (options.partial === true && options.wheelhouse === undefined) {
        throw usageError('--partial says how the wheelhouse is made.', 'Name its --wheelhouse DIR as well.');
      }
      const client = await context.connect(options);
      context.exitCode = await build(client, inputs, options, context);
    });
}

async function build(
  client: ControllerClient,
  inputs: Awaited<ReturnType<typeof collectInputs>>,
  options: BuildOptions,
  { output }: CommandContext,
): Promise<number> {
  const json = options.json === true;
  const plan = await computePlan(client, inputs, options, true, output);
  if (options.detach === true) {
    if (json) output.json({ event: 'planned', plan });
    else output.line(cleanLine(plan.run_id));
    return exitCodes.done;
  }
  const progress = createProgress(output, json);
  progress.planned(plan);
  const { snapshot, wasInterrupted } = await followRun(client, plan.run_id, progress);
  if (wasInterrupted) return leave(client, plan.run_id, json, output);

  const rows = toResults(plan, snapshot);
  if (!json) printResults(rows, output);
  const failed = rows.filter((row) => !row.ok).length;
  const results = { run_id: plan.run_id, failed, results: rows.map(toWire) };
  if (options.report !== undefined) await writeFile(options.report, `${JSON.stringify(results)}\n`);
  const isComplete = await saveWheels(client, plan, rows, options, output);
  if (json) output.json({ event: 'done', ...results });
  return failed === 0 && isComplete ? exitCodes.done : exitCodes.failed;
}

/** False: a wheelhouse was asked for and refused. */
async function saveWheels(
  client: ControllerClient,
  plan: PlanDocument,
  rows: readonly ResultRow[],
  options: BuildOptions,
  output: CommandContext['output'],
): Promise<boolean> {
  if (options.wheelhouse === undefined) return true;
  const settings = {
    directory: options.wheelhouse,
    isPartial: options.partial === true,
    isJson: options.json === true,
  };
  return makeWheelhouse(client, plan, rows, settings, output);
}

/** Of the source only where it is from: its address may be long, and the plan, which comes first, has it. */
const toWire = ({ source, ...row }: ResultRow): object => ({ ...row, origin: source?.origin ?? null });

/** After Ctrl-C: the run is cancelled when the user says so, and goes on without us otherwise. */
async function leave(
  client: ControllerClient,
  runId: string,
  json: boolean,
  output: CommandContext['output'],
): Promise<number> {
  const cancel = json ? null : await confirm('Cancel the run?');
  if (cancel === true) {
    await client.post(`/api/plans/${encodeURIComponent(runId)}/cancel`, z.looseObject({}), { body: {} });
    output.note(`Cancelled ${cleanLine(runId)}.`);
  } else {
    output.note(`The run goes on. Look at it: ironwheel jobs list --run ${cleanLine(runId)}`);
  }
  return interrupted;
}
