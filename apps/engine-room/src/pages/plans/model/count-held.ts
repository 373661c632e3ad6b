import { isOpen, type NodeStates } from './node-state.ts';
import type { PlanGraph } from './plan-graph.ts';

const bitsOfWord = 32;

function countBits(word: number): number {
  let rest = word - ((word >>> 1) & 0x55555555);
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return (((rest + (rest >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

/**
 * For each package that is not done, how many others need it, at any distance, and are not done either. Packages of a circle
 * count each other. One bit for each pair of packages that are not done, so that thousands take a moment.
 */
export function countHeld({ components }: PlanGraph, states: NodeStates): ReadonlyMap<string, number> {
  const open = components.flat().filter(({ id }) => isOpen(states, id));
  const bitOf = new Map(open.map(({ id }, index) => [id, index]));
  const words = Math.ceil(bitOf.size / bitsOfWord);
  const rowOf = new Map<string, Uint32Array>();
  const held = new Map<string, number>();
  // Those that need others come last among the components: from there on down, over what is done as well.
  for (const members of components.toReversed()) {
    const row = new Uint32Array(words);
    for (const { id, neededBy } of members) {
      addBit(row, bitOf.get(id));
      for (const { id: other } of neededBy) addRow(row, rowOf.get(other));
    }
    const count = row.reduce((sum, word) => sum + countBits(word), 0);
    for (const { id } of members) {
      rowOf.set(id, row);
      if (bitOf.has(id)) held.set(id, count - 1);
    }
  }
  return held;
}

function addBit(row: Uint32Array, bit: number | undefined): void {
  if (bit === undefined) return;
  const at = Math.floor(bit / bitsOfWord);
  row[at] = (row[at] ?? 0) | (1 << (bit % bitsOfWord));
}

function addRow(row: Uint32Array, other: Uint32Array | undefined): void {
  if (other === undefined) return;
  for (let at = 0; at < row.length; at += 1) row[at] = (row[at] ?? 0) | (other[at] ?? 0);
}
