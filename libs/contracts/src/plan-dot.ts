import { listPlanEdges } from './plan-edges.ts';
import type { PlanDocument, PlanNode, PlanVerdict } from './plan.ts';

/** Told apart by shape and by the word in the label, so that nobody needs to see colours. */
const shapes: Readonly<Record<PlanVerdict, string>> = {
  reuse: 'box',
  build: 'hexagon',
  skip: 'ellipse',
  missing: 'octagon',
};

const controlCharacters = /[\u0000-\u001f\u007f]/g;

/** A quoted string of the DOT language: a backslash or a quote in it ends nothing. */
const quote = (text: string): string =>
  `"${text.replaceAll(controlCharacters, ' ').replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

const idOf = ({ name, version }: { readonly name: string; readonly version: string }): string =>
  quote(`${name} ${version}`);

const toNodeLine = (node: PlanNode): string => {
  const { name, version, verdict, reason } = node;
  // The line break between two escaped texts is the only escape of our own.
  const label = `${quote(`${name} ${version}`).slice(0, -1)}\\n${quote(`${verdict}: ${reason.code}`).slice(1)}`;
  return `  ${idOf(node)} [shape=${shapes[verdict]}, label=${label}];`;
};

/** The plan as a graph in the DOT language of Graphviz: `plan --dot`. */
export const toDot = (document: Pick<PlanDocument, 'run_id' | 'nodes'>): string => {
  const edges = listPlanEdges(document).map(({ from, to, kind }) => {
    const look = kind === 'install' ? '' : ` [style=dashed, label=${quote(kind)}]`;
    return `  ${idOf(from)} -> ${idOf(to)}${look};`;
  });
  return [
    `digraph ${quote(document.run_id)} {`,
    '  rankdir=LR;',
    ...document.nodes.map(toNodeLine),
    ...edges,
    '}',
    '',
  ].join('\n');
};
