import type { PlanDocument } from '@ironwheel/contracts';
import { explainNode, type ExplainedNeed, type PlanDifference, type PlannedState } from '@ironwheel/resolver';
import { usageError } from '../cli-error.ts';
import { cleanLine } from '../output/clean-text.ts';
import type { Output } from '../output/output.ts';
import { formatTable } from '../output/table.ts';
import { describePlan } from './progress.ts';

/** What a person can do about something that cannot be had. */
const advice: Readonly<Record<string, string>> = {
  no_sdist: 'allow another version, hand in an sdist, or name a source with --package-overrides',
  not_found: 'check its spelling and the index, or name a source with --package-overrides',
  no_matching_version: 'allow other versions, or replace the requirement with --override',
  not_uploaded: 'wait for it, ask for another version, or let go of --exclude-newer',
  yanked: 'name exactly this version to take it in spite of that, or allow another one',
  requires_python: 'plan for another --python, or allow older versions',
  excluded: 'it is stated so by hand (--package-overrides, PLAN_OVERRIDES_JSON)',
  known_failure: 'look at its log, or plan without --skip-known-failures to try again',
  needs_bootstrap: 'let --bootstrap build its build requirements as well',
};

/** Counts, the table, and what is missing with what to do about it. */
export function printPlan(plan: PlanDocument, output: Output): void {
  output.line(cleanLine(describePlan(plan)));
  const rows = plan.nodes.map((node) => [
    node.name,
    node.version,
    node.verdict,
    node.roles?.includes('install') === false ? 'build' : 'install',
    node.reason.text,
  ]);
  if (rows.length > 0) {
    output.line(formatTable(['package', 'version', 'verdict', 'for', 'why'], rows));
  }
  for (const item of plan.missing_requirements) {
    output.line(cleanLine(`missing: ${item.requirement}: ${item.text} (${item.code})`));
    const next = advice[item.code];
    if (next !== undefined) output.line(`  next: ${next}`);
  }
  for (const item of plan.skipped_requirements ?? []) {
    output.line(cleanLine(`left out: ${item.requirement}: ${item.text}`));
  }
  for (const circle of plan.cycles ?? []) {
    output.line(cleanLine(`broken circle of build requirements: ${circle.join(' needs ')}`));
  }
  for (const note of plan.notes ?? []) output.line(cleanLine(`note: ${note}`));
}

const describeNeed = ({ name, version, kind, verdict }: ExplainedNeed): string =>
  `${name} ${version} (${kind}, ${verdict})`;

/** Why a package stands in the plan: from the user's words to it, who wants it, what it waits for. */
export function printWhy(plan: PlanDocument, name: string, output: Output): void {
  const { nodes, missing } = explainNode(plan, name);
  if (nodes.length === 0 && missing.length === 0)
    throw usageError(`${name} is not in this plan.`, 'The plan without --why lists what is.');
  for (const { node, path, requestedBy, neededBy, needs, waitsFor } of nodes) {
    const say = (text: string): void => output.line(`  ${cleanLine(text)}`);
    output.line(
      cleanLine(`${node.name} ${node.version}: ${node.verdict}, ${node.reason.text} (${node.reason.code})`),
    );
    if (path.length > 0) say(`from what was asked for: ${path.join(' → ')}`);
    for (const by of requestedBy) say(`asked for by ${by}`);
    for (const need of neededBy) say(`needed by ${describeNeed(need)}`);
    if (node.source !== undefined) say(`its file: ${node.source.filename} (${node.source.origin})`);
    const { metadata } = node;
    if (metadata !== undefined) {
      say(
        `its dependencies are from ${metadata.place}${metadata.text === undefined ? '' : `: ${metadata.text}`}`,
      );
    }
    for (const need of needs) say(`needs ${describeNeed(need)}`);
    for (const need of waitsFor) say(`waits for ${describeNeed(need)}`);
  }
  for (const item of missing) {
    output.line(cleanLine(`missing: ${item.requirement}: ${item.text} (${item.code})`));
  }
}

const describeState = ({ version, verdict, source }: PlannedState): string =>
  `${version} ${verdict}${source === null ? '' : ` ${source.filename}`}`;

/** What is different from an earlier plan. */
export function printDifference(before: string, difference: PlanDifference, output: Output): void {
  const { added, removed, changed } = difference;
  output.line(
    cleanLine(
      `beside ${before}: ${added.length} added, ${removed.length} removed, ${changed.length} changed`,
    ),
  );
  for (const node of added) output.line(cleanLine(`+ ${node.name} ${describeState(node)}`));
  for (const node of removed) output.line(cleanLine(`- ${node.name} ${describeState(node)}`));
  for (const change of changed) {
    output.line(
      cleanLine(
        `~ ${change.name} ${describeState(change.before)} → ${describeState(change.after)} (${change.what.join(', ')})`,
      ),
    );
  }
}
