import { describe, expect, it } from 'vitest';
import { chooseShown, mostShown, type ShownWish } from './choose-shown.ts';
import { countHeld } from './count-held.ts';
import { fixGraph, type FixtureNode, type GraphFixture } from './plan-graph-fixture.ts';
import { countFolded, listShownEdges } from './shown-edges.ts';

const choose = ({ graph, states }: GraphFixture, change: Partial<ShownWish> = {}): readonly string[] => [
  ...chooseShown(graph, states, {
    scope: 'left',
    focus: null,
    opened: new Set(),
    first: [],
    held: countHeld(graph, states),
    ...change,
  }),
];

const mixed = fixGraph(
  { name: 'ready', verdict: 'reuse' },
  { name: 'bad', state: 'failed' },
  { name: 'glue', verdict: 'reuse', needs: ['bad'] },
  { name: 'built', state: 'succeeded', needs: ['ready'] },
  { name: 'going', state: 'running', needs: ['built', 'ready'] },
  { name: 'app', state: 'blocked', needs: ['going', 'glue', 'ready'], path: ['app (requirements:1)'] },
);

describe('what a graph shows', () => {
  it('folds what is done, and shows first what has failed', () => {
    expect(choose(mixed)).toEqual(['bad 1.0', 'app 1.0', 'going 1.0']);
    expect(choose(mixed, { scope: 'all' })).toHaveLength(6);
  });

  it('opens what was folded under one package', () => {
    expect(choose(mixed, { opened: new Set(['going 1.0']) })).toEqual(
      expect.arrayContaining(['built 1.0', 'ready 1.0']),
    );
    expect(countFolded(mixed.graph, new Set(choose(mixed)), 'going 1.0')).toBe(2);
  });

  it('of a plan that is done shows what was asked for', () => {
    const done = fixGraph(
      { name: 'lib', verdict: 'reuse', path: ['app (requirements:1)', 'lib 1.0'] },
      { name: 'app', state: 'succeeded', needs: ['lib'], path: ['app (requirements:1)'] },
    );
    expect(choose(done)).toEqual(['app 1.0']);
  });

  it('around a package shows its neighbours, and does not look behind what is done', () => {
    const chain = fixGraph(
      { name: 'deep', verdict: 'reuse' },
      { name: 'ready', verdict: 'reuse', needs: ['deep'] },
      { name: 'mid', needs: ['ready'] },
      { name: 'app', needs: ['mid'] },
      { name: 'far', needs: [] },
    );
    expect(choose(chain, { focus: 'mid 1.0' }).toSorted()).toEqual(['app 1.0', 'mid 1.0', 'ready 1.0']);
  });

  it('never shows more than can be told apart, and what comes first is among it', () => {
    const many = Array.from({ length: 900 }, (_, n): FixtureNode => ({ name: `m${n}`, needs: ['base'] }));
    const wide = fixGraph({ name: 'base' }, ...many);
    for (const change of [{}, { scope: 'all' }, { focus: 'base 1.0' }] as const) {
      const shown = choose(wide, { ...change, first: ['m899 1.0'] });
      expect(shown).toHaveLength(mostShown);
      expect(shown).toEqual(expect.arrayContaining(['base 1.0', 'm899 1.0']));
    }
  });

  it('draws needs, and the ways over what is folded', () => {
    expect(listShownEdges(mixed.graph, new Set(choose(mixed)))).toEqual([
      { from: 'app 1.0', to: 'going 1.0', kind: 'install', isOver: false },
      { from: 'app 1.0', to: 'bad 1.0', kind: 'install', isOver: true },
    ]);
  });

  it('draws no way over folded packages that another way shows already', () => {
    const { graph } = fixGraph(
      { name: 'base' },
      { name: 'ready', verdict: 'reuse', needs: ['base'] },
      { name: 'mid', needs: ['ready'] },
      { name: 'top', needs: ['mid', 'ready'] },
    );
    const lines = listShownEdges(graph, new Set(['base 1.0', 'mid 1.0', 'top 1.0']));
    expect(lines.map(({ from, to, isOver }) => [from, to, isOver])).toEqual([
      ['top 1.0', 'mid 1.0', false],
      ['mid 1.0', 'base 1.0', true],
    ]);
  });
});
