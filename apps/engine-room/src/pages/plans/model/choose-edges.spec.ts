import { describe, expect, it } from 'vitest';
import { chooseEdges, mostEdges } from './choose-edges.ts';
import type { ShownEdge } from './shown-edges.ts';

const line = (from: string, to: string): ShownEdge => ({ from, to, kind: 'install', isOver: false });
const many = Array.from({ length: mostEdges + 50 }, (_, n) => line(`m${n}`, 'base'));

describe('the lines that a graph draws', () => {
  it('are all of them where they can be followed', () => {
    const few = many.slice(0, mostEdges);
    expect(chooseEdges(few, [])).toEqual(few);
  });

  it('are, of too many, those of the critical path and of the way first', () => {
    const last = [line('app', 'ext'), line('ext', 'core'), line('other', 'tool')];
    const drawn = chooseEdges(
      [...many, ...last],
      [
        ['app', 'ext', 'core'],
        ['other', 'tool'],
      ],
    );
    expect(drawn).toHaveLength(mostEdges);
    expect(drawn).toEqual(expect.arrayContaining(last));
  });
});
