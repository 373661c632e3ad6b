import { compareNodes, compareTexts, type GraphNode } from './plan-graph.ts';

interface Step {
  readonly node: GraphNode;
  readonly path: readonly string[];
}

const firstOf = (labels: ReadonlySet<string>): string | undefined => [...labels].sort(compareTexts)[0];

/**
 * The shortest way from the user's words to each node: the line as written, then each package on the way. Of two ways
 * of one length the one over install needs, and then over the first name, is told.
 */
export const findPaths = (nodes: readonly GraphNode[]): Map<GraphNode, readonly string[]> => {
  const paths = new Map<GraphNode, readonly string[]>();
  const sorted = [...nodes].sort(compareNodes);
  const walk = (starts: readonly Step[]): void => {
    const queue = starts.filter(({ node }) => !paths.has(node));
    for (const { node, path } of queue) paths.set(node, path);
    for (const { node, path } of queue) {
      const edges = node.edges.toSorted(
        (left, right) => Number(left.kind !== 'install') - Number(right.kind !== 'install'),
      );
      for (const { to, kind } of edges) {
        if (paths.has(to)) continue;
        const step = { node: to, path: [...path, kind === 'install' ? to.key : `${to.key} (build)`] };
        paths.set(to, step.path);
        queue.push(step);
      }
    }
  };
  const startsOf = (labelsOf: (node: GraphNode) => ReadonlySet<string>): Step[] =>
    sorted.flatMap((node) => {
      const label = firstOf(labelsOf(node));
      return label === undefined ? [] : [{ node, path: [label] }];
    });
  walk(startsOf(({ rootLabels }) => rootLabels));
  // What a lock lists and nothing that was asked for leads to.
  walk(startsOf(({ listedLabels }) => listedLabels));
  return paths;
};
