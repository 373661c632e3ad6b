import type { ShownEdge } from '../model/shown-edges.ts';
import type { Place } from './layout-graph.ts';

type Places = ReadonlyMap<string, Place>;

/** Where an arrow key leads from a box: along the lines to the right and left, up and down in its layer. Null: nowhere. */
export function findNextBox(
  key: string,
  id: string,
  places: Places,
  edges: readonly ShownEdge[],
): string | null {
  const here = places.get(id);
  if (here === undefined) return null;
  const distance = (other: string): number => Math.abs((places.get(other)?.y ?? 0) - here.y);
  const nearest = (ids: readonly string[]): string | null =>
    ids.toSorted((one, other) => distance(one) - distance(other))[0] ?? null;
  const inLayer = (isWanted: (y: number) => boolean): string | null =>
    nearest(
      [...places].filter(([, { x, y }]) => Math.abs(x - here.x) < 1 && isWanted(y)).map(([other]) => other),
    );
  switch (key) {
    case 'ArrowRight':
      return nearest(edges.filter(({ from }) => from === id).map(({ to }) => to));
    case 'ArrowLeft':
      return nearest(edges.filter(({ to }) => to === id).map(({ from }) => from));
    case 'ArrowUp':
      return inLayer((y) => y < here.y);
    case 'ArrowDown':
      return inLayer((y) => y > here.y);
    default:
      return null;
  }
}
