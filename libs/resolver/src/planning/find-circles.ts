/** The shortest way from a node back to itself, the node first and not repeated; undefined when there is none. */
export const findShortestCircle = <T>(start: T, listNeeds: (node: T) => readonly T[]): T[] | undefined => {
  const before = new Map<T, T | undefined>([[start, undefined]]);
  const queue = [start];
  for (const node of queue) {
    for (const need of listNeeds(node)) {
      if (need === start) {
        const circle: T[] = [];
        for (let at: T | undefined = node; at !== undefined; at = before.get(at)) circle.unshift(at);
        return circle;
      }
      if (before.has(need)) continue;
      before.set(need, node);
      queue.push(need);
    }
  }
  return undefined;
};
