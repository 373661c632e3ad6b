import { describe, expect, it } from 'vitest';
import { toNewHintSearch, toPattern } from './new-hint-address.ts';

describe('a pattern of a line', () => {
  it.each([
    ['src/a.c:96:10: fatal error: libxml/x.h: No such file', 'fatal error: libxml/x\\.h: No such file'],
    ['  \u001b[1;31merror:\u001b[0m what (now)?', 'error: what \\(now\\)\\?'],
    ["error: command '/usr/bin/gcc' failed", "error: command '/usr/bin/gcc' failed"],
    ['setup.py:3: error', 'error'],
    ['12:30 it ended', '12:30 it ended'],
  ])('%s', (line, pattern) => {
    expect(toPattern(line)).toBe(pattern);
    expect(new RegExp(pattern, 'u').test(line.replaceAll(/\u001b\[[0-9;]*m/g, ''))).toBe(true);
  });

  it('is never cut inside of an escape', () => {
    const pattern = toPattern(`${'a'.repeat(299)}.h`);
    expect(pattern).toBe('a'.repeat(299));
    expect(toPattern('.'.repeat(400))).toBe('\\.'.repeat(150));
  });
});

describe('the address of a new hint', () => {
  it('holds only what is known', () => {
    expect(toNewHintSearch({ attempt: 'att_1', package: null, line: 'x.c:1: a.b' })).toEqual({
      attempt: 'att_1',
      pattern: 'a\\.b',
    });
    expect(toNewHintSearch({ attempt: 'att_1', package: 'foo', line: null })).toEqual({
      attempt: 'att_1',
      package: 'foo',
    });
  });
});
