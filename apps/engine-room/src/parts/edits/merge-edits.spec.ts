import { describe, expect, it } from 'vitest';
import { listChanged, listConflicts, putOnTop } from './merge-edits.ts';

const before = { name: 'anvil', pool: 'default', address: '' };

describe('edits of one thing by two', () => {
  it('are no conflict where they touch other fields', () => {
    const theirs = { ...before, pool: 'forge' };
    const mine = { ...before, address: '192.0.2.7' };
    expect(listConflicts(before, theirs, mine)).toEqual([]);
    expect(putOnTop(before, theirs, mine)).toEqual({ name: 'anvil', pool: 'forge', address: '192.0.2.7' });
  });

  it('are a conflict where both changed a field to something else, and none where to the same', () => {
    const theirs = { name: 'hammer', pool: 'forge', address: '' };
    const mine = { name: 'tongs', pool: 'forge', address: '' };
    expect(listConflicts(before, theirs, mine)).toEqual([
      { name: 'name', before: 'anvil', theirs: 'hammer', mine: 'tongs' },
    ]);
    expect(putOnTop(before, theirs, mine)).toEqual(mine);
  });

  it('keep what they changed where I changed nothing', () => {
    const theirs = { name: 'hammer', pool: 'forge', address: 'h' };
    expect(listChanged(before, before)).toEqual([]);
    expect(putOnTop(before, theirs, before)).toEqual(theirs);
  });
});
