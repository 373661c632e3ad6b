import { describe, expect, it } from 'vitest';
import { countHeld } from './count-held.ts';
import { findCriticalPath } from './critical-path.ts';
import { findWay } from './find-way.ts';
import { buildPlanGraph } from './plan-graph.ts';
import { fixGraph } from './plan-graph-fixture.ts';

describe('the graph of a plan', () => {
  it('flags packages that need each other, and nobody else', () => {
    const { graph } = fixGraph(
      { name: 'leaf' },
      { name: 'a', needs: ['b', 'leaf'] },
      { name: 'b', needs: ['a'] },
      { name: 'between', needs: ['a'] },
      { name: 'c', needs: ['d', 'between'] },
      { name: 'd', needs: ['c'] },
    );
    expect([...graph.inCircle].sort()).toEqual(['a 1.0', 'b 1.0', 'c 1.0', 'd 1.0']);
  });

  it('shows a snapshot of another program, which knows no edges', () => {
    const { nodes } = buildPlanGraph({
      nodes: [],
      plan: [{ name: 'six', version: '1.0', python_tag: 'cp312', platform_tag: 'any', action: 'skip' }],
    });
    expect(nodes.map(({ id, node }) => [id, node.verdict])).toEqual([['six 1.0', 'skip']]);
  });
});

describe('why a package is here', () => {
  it('is told from the package that was asked for, by the path of the plan', () => {
    const { graph } = fixGraph(
      { name: 'tool', path: ['app>=1 (requirements:1)', 'ext 1.0', 'tool 1.0 (build)'] },
      { name: 'ext', needs: ['!tool'], path: ['app>=1 (requirements:1)', 'ext 1.0'] },
      { name: 'other', needs: ['ext'], path: ['other (requirements:2)'] },
      { name: 'app', needs: ['ext'], path: ['app>=1 (requirements:1)'] },
    );
    expect(findWay(graph, 'tool 1.0')).toEqual(['app 1.0', 'ext 1.0', 'tool 1.0']);
    expect(findWay(graph, 'app 1.0')).toEqual(['app 1.0']);
    expect(findWay(graph, 'nobody 1.0')).toEqual([]);
  });
});

describe('what a package holds up', () => {
  it('is counted at any distance, over what is done, each once, without what is done', () => {
    const { graph, states } = fixGraph(
      { name: 'base', state: 'failed' },
      { name: 'ready', verdict: 'reuse', needs: ['base'] },
      { name: 'left', needs: ['base'], state: 'blocked' },
      { name: 'right', needs: ['base', 'ready'], state: 'blocked' },
      { name: 'top', needs: ['left', 'right'], state: 'blocked' },
      { name: 'over', needs: ['ready'] },
      { name: 'built', needs: ['base'], state: 'succeeded' },
    );
    const held = countHeld(graph, states);
    expect(held.get('base 1.0')).toBe(4);
    expect(held.get('left 1.0')).toBe(1);
    expect(held.get('top 1.0')).toBe(0);
    expect(held.has('ready 1.0')).toBe(false);
    expect(held.has('built 1.0')).toBe(false);
  });

  it('counts those of a circle for one another, and more than one word of bits holds', () => {
    const many = Array.from({ length: 70 }, (_, n) => ({ name: `m${n}`, needs: ['a'] }));
    const { graph, states } = fixGraph({ name: 'a', needs: ['b'] }, { name: 'b', needs: ['a'] }, ...many);
    const held = countHeld(graph, states);
    expect([held.get('a 1.0'), held.get('b 1.0'), held.get('m3 1.0')]).toEqual([71, 71, 0]);
  });

  it('a chain of twenty thousand ends', () => {
    const chain = Array.from({ length: 20_000 }, (_, n) => ({
      name: `p${n}`,
      needs: n === 0 ? [] : [`!p${n - 1}`],
      state: n < 19_000 ? 'succeeded' : 'queued',
    }));
    const { graph, states } = fixGraph(...chain);
    expect(countHeld(graph, states).get('p19000 1.0')).toBe(999);
    expect(findCriticalPath(graph, states)).toHaveLength(1000);
  });
});

describe('the critical path', () => {
  it('is the longest chain of builds that wait for one another, over what the build requirements need', () => {
    const { graph, states } = fixGraph(
      { name: 'compiler' },
      { name: 'core', needs: ['!compiler'] },
      { name: 'tool', verdict: 'reuse', needs: ['core'] },
      { name: 'app', needs: ['!tool', 'side'] },
      { name: 'side' },
    );
    expect(findCriticalPath(graph, states)).toEqual(['app 1.0', 'tool 1.0', 'core 1.0', 'compiler 1.0']);
  });

  it('is not one where builds only need each other to be installed, or where the rest is done', () => {
    const installed = fixGraph({ name: 'a' }, { name: 'b', needs: ['a'] });
    expect(findCriticalPath(installed.graph, installed.states)).toEqual([]);
    const done = fixGraph({ name: 'a', state: 'succeeded' }, { name: 'b', needs: ['!a'], state: 'queued' });
    expect(findCriticalPath(done.graph, done.states)).toEqual([]);
  });

  it('ends where packages need each other', () => {
    const { graph, states } = fixGraph(
      { name: 'tool', needs: ['a'] },
      { name: 'a', needs: ['b', '!tool'] },
      { name: 'b', needs: ['a'] },
      { name: 'top', needs: ['!a'] },
    );
    expect(findCriticalPath(graph, states)[0]).toBe('top 1.0');
  });
});
