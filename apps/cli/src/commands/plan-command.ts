import { readFile } from 'node:fs/promises';
import { planDocumentSchema, runIdSchema, toDot, type PlanDocument } from '@ironwheel/contracts';
import { diffPlans } from '@ironwheel/resolver';
import type { Command } from 'commander';
import { collectInputs } from '../build/collect-inputs.ts';
import { checkTarget, computePlan } from '../build/compute-plan.ts';
import { addInputOptions } from '../build/input-options.ts';
import { planLocally, type LocalOptions } from '../build/plan-locally.ts';
import { printDifference, printPlan, printWhy } from '../build/print-plan.ts';
import { exitCodes, usageError } from '../cli-error.ts';
import type { CommandContext } from '../context.ts';
import { indexUrlOption, listOption } from './option-values.ts';

interface PlanOptions extends LocalOptions {
  readonly run?: string;
  readonly why?: string;
  readonly diff?: string;
  readonly dot?: boolean;
  readonly snapshot?: boolean;
  readonly local?: boolean;
}

export function addPlanCommand(program: Command, context: CommandContext): void {
  addInputOptions(program.command('plan'))
    .description('say what would be built, reused and missing, and queue nothing')
    .option('--run <run-id>', 'show the plan of an earlier run')
    .option('--why <name>', 'why this package stands in the plan, who wants it, and what it waits for')
    .option('--diff <run>', 'what is different from the plan of an earlier run, or of a file of plan --json')
    .option('--dot', 'print the plan as a graph for Graphviz')
    .option('--snapshot', 'print the plan snapshot {run_id, plan} that plan.json consumers read')
    .option('--local', 'plan on this machine, without a controller; needs --python and --platform')
    .option(
      '--index-url <url>',
      'with --local: package index (default: INDEX_URL, else that of pip)',
      indexUrlOption,
    )
    .option(
      '--extra-index-url <urls>',
      'with --local: further package indexes',
      (text, before: string[] | undefined) => listOption(text, before).map(indexUrlOption),
    )
    .option('--run-id <id>', 'with --local: name of the run in the plan')
    .addHelpText('after', '\nExit code 1 when a requirement is missing; the table says which.')
    .action(async (requirements: string[], _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<PlanOptions>();
      checkOptions(options, requirements);
      const plan = await getPlan(requirements, options, context);
      if (options.diff === undefined) print(plan, options, context);
      else await showDifference(plan, options.diff, options, context);
      if (plan.missing_requirements.length > 0) context.exitCode = exitCodes.failed;
    });
}

/** What contradicts itself is told before anything is uploaded or asked. */
function checkOptions(options: PlanOptions, requirements: readonly string[]): void {
  checkTarget(options);
  const shapes = (['why', 'diff', 'dot', 'snapshot'] as const).filter(
    (shape) => options[shape] !== undefined,
  );
  if (shapes.length > 1) {
    throw usageError(`--${shapes.join(' and --')} cannot be shown together; ask for one of them.`);
  }
  if (options.run !== undefined && (options.local === true || requirements.length > 0)) {
    throw usageError('--run shows a plan that was made before; it takes neither requirements nor --local.');
  }
  if (options.local !== true) {
    const idle = (['indexUrl', 'extraIndexUrl', 'runId'] as const).find((key) => options[key] !== undefined);
    if (idle !== undefined) {
      throw usageError(
        '--index-url, --extra-index-url and --run-id are for --local; a controller has its own.',
      );
    }
  }
  if (options.runId !== undefined && !runIdSchema.safeParse(options.runId).success) {
    throw usageError(
      `"${options.runId}" is no run id: at most 100 letters, digits, dots, dashes, underscores.`,
    );
  }
}

function print(plan: PlanDocument, options: PlanOptions, { output }: CommandContext): void {
  if (options.snapshot === true) output.json({ run_id: plan.run_id, plan: plan.plan });
  else if (options.dot === true) output.write(toDot(plan));
  else if (options.json === true) output.json(plan);
  else if (options.why !== undefined) printWhy(plan, options.why, output);
  else printPlan(plan, output);
}

async function getPlan(
  requirements: string[],
  options: PlanOptions,
  context: CommandContext,
): Promise<PlanDocument> {
  if (options.run !== undefined) return getRun(options.run, options, context);
  const inputs = await collectInputs({
    requirements,
    requirementFiles: options.requirement ?? [],
    wheelDirectories: options.wheels ?? [],
    constraintFiles: options.constraint ?? [],
  });
  if (options.local === true) {
    return planLocally(inputs, options, context.env, (text) => context.output.note(text));
  }
  return computePlan(await context.connect(options), inputs, options, false, context.output);
}

async function getRun(runId: string, options: PlanOptions, context: CommandContext): Promise<PlanDocument> {
  const client = await context.connect(options);
  return client.get(`/api/plans/${encodeURIComponent(runId)}`, planDocumentSchema);
}

async function showDifference(
  plan: PlanDocument,
  before: string,
  options: PlanOptions,
  context: CommandContext,
): Promise<void> {
  const earlier = (await findPlanFile(before)) ?? (await getRun(before, options, context));
  const difference = diffPlans(earlier, plan);
  if (options.json === true) {
    context.output.json({ before: earlier.run_id, after: plan.run_id, ...difference });
  } else printDifference(earlier.run_id, difference, context.output);
}

/** Null when there is no such file: then it is the id of a run. */
async function findPlanFile(path: string): Promise<PlanDocument | null> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw usageError(`${path} cannot be read (${String((error as NodeJS.ErrnoException).code)}).`);
  });
  if (text === null) return null;
  try {
    return planDocumentSchema.parse(JSON.parse(text));
  } catch {
    throw usageError(`${path} is no plan; expected what \`ironwheel plan --json\` prints.`);
  }
}
