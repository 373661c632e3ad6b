/** Strongly connected components (Tarjan), each in the order found; what is needed comes before what needs it. */
export const findComponents = <T>(nodes: readonly T[], listNeeds: (node: T) => readonly T[]): T[][] => {
  const components: T[][] = [];
  const numbers = new Map<T, number>();
  const lowest = new Map<T, number>();
  const open: T[] = [];
  const isOpen = new Set<T>();
  const enter = (node: T): { node: T; needs: Iterator<T> } => {
    numbers.set(node, numbers.size);
    lowest.set(node, numbers.get(node) ?? 0);
    open.push(node);
    isOpen.add(node);
    return { node, needs: listNeeds(node)[Symbol.iterator]() };
  };
  const lower = (node: T, number: number | undefined): void => {
    lowest.set(node, Math.min(lowest.get(node) ?? 0, number ?? 0));
  };
  for (const start of nodes) {
    if (numbers.has(start)) continue;
    // A stack of its own: a chain of thousands would end the call stack.
    const path = [enter(start)];
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const next = step.needs.next();
      if (next.done !== true) {
        if (!numbers.has(next.value)) path.push(enter(next.value));
        else if (isOpen.has(next.value)) lower(step.node, numbers.get(next.value));
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) lower(parent.node, lowest.get(step.node));
      if (lowest.get(step.node) === numbers.get(step.node)) {
        const component = open.splice(open.lastIndexOf(step.node));
        for (const member of component) isOpen.delete(member);
        components.push(component);
      }
    }
  }
  return components;
};
