import { planDocumentSchema, type PlanDocument } from '@ironwheel/contracts';
import { normalizeName } from '@ironwheel/packaging';
import type { Command } from 'commander';
import { collectInputs } from '../build/collect-inputs.ts';
import { checkTarget, computePlan } from '../build/compute-plan.ts';
import { addInputOptions, type InputOptions } from '../build/input-options.ts';
import { describePlan } from '../build/progress.ts';
import { exitCodes, usageError } from '../cli-error.ts';
import type { CommandContext } from '../context.ts';
import { cleanLine } from '../output/clean-text.ts';
import { formatTable } from '../output/table.ts';

interface PlanOptions extends InputOptions {
  readonly run?: string;
  readonly why?: string;
  readonly snapshot?: boolean;
}

export function addPlanCommand(program: Command, context: CommandContext): void {
  addInputOptions(program.command('plan'))
    .description('say what would be built, reused and missing, and queue nothing')
    .option('--run <run-id>', 'show the plan of an earlier run')
    .option('--why <name>', 'why this package stands in the plan, and what asked for it')
    .option('--snapshot', 'print the plan snapshot {run_id, plan} that plan.json consumers read')
    .action(async (requirements: string[], _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<PlanOptions>();
      checkTarget(options);
      const plan = await getPlan(requirements, options, context);
      const { output } = context;
      if (options.snapshot === true) output.json({ run_id: plan.run_id, plan: plan.plan });
      else if (options.json === true) output.json(plan);
      else if (options.why !== undefined) printWhy(plan, options.why, context);
      else printPlan(plan, context);
      if (plan.missing_requirements.length > 0) context.exitCode = exitCodes.failed;
    });
}

async function getPlan(
  requirements: string[],
  options: PlanOptions,
  context: CommandContext,
): Promise<PlanDocument> {
  if (options.run !== undefined) {
    const client = await context.connect(options);
    return client.get(`/api/plans/${encodeURIComponent(options.run)}`, planDocumentSchema);
  }
  const inputs = await collectInputs({
    requirements,
    requirementFiles: options.requirement ?? [],
    wheelDirectories: options.wheels ?? [],
    constraintFiles: options.constraint ?? [],
  });
  return computePlan(await context.connect(options), inputs, options, false);
}

function printPlan(plan: PlanDocument, { output }: CommandContext): void {
  output.line(cleanLine(describePlan(plan)));
  const rows = plan.nodes.map((node) => [node.name, node.version, node.verdict, node.reason.text]);
  output.line(formatTable(['package', 'version', 'verdict', 'why'], rows));
  for (const item of plan.missing_requirements) {
    output.line(cleanLine(`missing: ${item.requirement}: ${item.text} (${item.code})`));
  }
}

function printWhy(plan: PlanDocument, name: string, { output }: CommandContext): void {
  const wanted = normalizeName(name);
  const nodes = plan.nodes.filter((node) => normalizeName(node.name) === wanted);
  if (nodes.length === 0)
    throw usageError(`${name} is not in this plan.`, 'The plan without --why lists what is.');
  for (const node of nodes) {
    output.line(
      cleanLine(`${node.name} ${node.version}: ${node.verdict}, ${node.reason.text} (${node.reason.code})`),
    );
    for (const by of node.requested_by) output.line(`  asked for by ${cleanLine(by)}`);
    for (const need of node.needs) output.line(`  needs ${cleanLine(need.name)} (${need.kind})`);
  }
}
