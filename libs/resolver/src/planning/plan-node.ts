import { type PlanNode } from '@ironwheel/contracts';
import { type TargetEnvironment } from '@ironwheel/packaging';
import { explainChoice } from './choose-file.ts';
import { type GraphNode } from './plan-graph.ts';

/** `isKnown`: what it needs was read, or stated. */
const reasonOf = (node: GraphNode, isKnown: boolean): PlanNode['reason'] => {
  const { missing, planned, notes } = node;
  const choice = planned?.choice ?? null;
  if (missing !== null) {
    const unplanned = isKnown ? [] : ['What it needs itself is not planned.'];
    return { code: missing.code, text: [missing.text, ...unplanned, ...notes].join(' ') };
  }
  if (planned === null || choice === null) throw new Error(`${node.key} is neither there nor missing.`);
  const text = explainChoice(planned.release, choice, planned.rules);
  return { code: choice.code, text: [text, ...notes].join(' ') };
};

/** A node as the plan's document has it. */
export const toNode = (
  node: GraphNode,
  target: TargetEnvironment,
  path: readonly string[] | undefined,
  metadata: PlanNode['metadata'],
): PlanNode => {
  const { verdict, planned } = node;
  const file = verdict === 'missing' ? undefined : planned?.choice?.file;
  const source = file?.source ?? planned?.release.shownSource ?? undefined;
  return {
    name: node.name,
    version: node.version,
    python_version: target.pythonVersion,
    python_tag: target.pythonTag,
    platform_tag: target.platformTag,
    verdict,
    reason: reasonOf(node, metadata !== undefined),
    ...(source === undefined ? {} : { source }),
    ...(typeof file?.requiresPython === 'string' ? { requires_python: file.requiresPython } : {}),
    requested_by: [...node.requestedBy],
    needs: node.edges.map(({ to, kind }) => ({ name: to.name, version: to.version, kind })),
    extras: [...node.extras].sort(),
    roles: (['install', 'build'] as const).filter((role) => node.roles.has(role)),
    ...(path === undefined ? {} : { path: [...path] }),
    ...(metadata === undefined ? {} : { metadata }),
  };
};
