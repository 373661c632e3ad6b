import { describe, expect, it } from 'vitest';
import { layOut } from './layout-graph.ts';
import { findNextBox } from './next-box.ts';

const edge = (from: string, to: string) => ({ from, to, kind: 'install', isOver: false }) as const;

describe('a graph in layers', () => {
  const edges = [edge('app', 'left'), edge('app', 'right'), edge('left', 'base'), edge('right', 'base')];
  const places = layOut(['base', 'left', 'right', 'app'], edges);
  const xOf = (id: string): number => places.get(id)?.x ?? Number.NaN;

  it('has what needs something left of it', () => {
    expect(xOf('app')).toBeLessThan(xOf('left'));
    expect(xOf('left')).toBe(xOf('right'));
    expect(xOf('right')).toBeLessThan(xOf('base'));
  });

  it('is gone through by arrow keys', () => {
    const next = (key: string, id: string) => findNextBox(key, id, places, edges);
    expect(['left', 'right']).toContain(next('ArrowRight', 'app'));
    expect(next('ArrowLeft', 'left')).toBe('app');
    expect([next('ArrowDown', 'left'), next('ArrowUp', 'left')]).toContain('right');
    expect(next('ArrowRight', 'base')).toBe(null);
    expect(next('ArrowUp', 'nobody')).toBe(null);
    expect(next('Enter', 'app')).toBe(null);
  });

  it('has no place twice, also where packages need each other', () => {
    const ids = Array.from({ length: 300 }, (_, n) => `p${n}`);
    const many = ids.flatMap((id, n) => [
      edge(id, ids[(n * 7 + 1) % 300]!),
      edge(id, ids[(n * 3 + 2) % 300]!),
    ]);
    const found = [...layOut(ids, many).values()].map(({ x, y }) => `${Math.round(x)} ${Math.round(y)}`);
    expect(new Set(found).size).toBe(300);
  });
});
