import { describe, expect, it } from 'vitest';
import { targets, toRequest, type Ask } from './scenarios/universe.ts';
import { solve } from './solve.ts';

const explain = async (asked: Ask): Promise<readonly string[]> => {
  const outcome = await solve(toRequest(asked, targets.s390x));
  return outcome.kind === 'conflict' ? [outcome.conflict.summary, ...outcome.conflict.steps] : [];
};

const two = { '1.0': '', '2.0': '' };

describe('the explanation of a conflict', () => {
  it('merges releases that require the same', async () => {
    const a = { '1.0': 'b>=3', '1.1': 'b>=3', '1.5': 'b>=3', '1.9': 'b>=3', '2.0': 'b>=4' };
    const b = { ...two, '3.0': '', '4.0': '' };
    expect(await explain({ packages: { a, b }, ask: ['a', 'b<2'] })).toEqual([
      'You ask for b<2 (requirements.txt:2), but every release of a requires b>=4 or b>=3.',
      'You ask for a (requirements.txt:1).',
      'a 2.0 requires b>=4.',
      'Every release of a from 1.0 to 1.9 requires b>=3.',
      'You ask for b<2 (requirements.txt:2).',
    ]);
  });

  it('goes from each line to what comes of it', async () => {
    const packages = {
      a: { '1.0': 'b', '2.0': 'b' },
      b: { '1.0': 'c==1', '2.0': 'c==2' },
      c: { ...two, '3.0': '' },
      d: { '1.0': 'c==3', '2.0': 'e' },
      e: { '1.0': 'c==3' },
    };
    expect(await explain({ packages, ask: ['a', 'd'] })).toEqual([
      'a (requirements.txt:1) and d (requirements.txt:2) cannot be had together: every release of b requires c==2 or c==1, but d 1.0 requires c==3.',
      'You ask for a (requirements.txt:1).',
      'Every release of a requires b.',
      'b 2.0 requires c==2.',
      'b 1.0 requires c==1.',
      'You ask for d (requirements.txt:2).',
      'd 1.0 requires c==3.',
      'd 2.0 requires e.',
      'e 1.0 requires c==3.',
    ]);
  });

  it('says what there is when nothing fits', async () => {
    const packages = { a: { '1.0': 'b>=3' }, b: two };
    expect(await explain({ packages, ask: ['a', 'b<3'] })).toEqual([
      'You ask for b<3 (requirements.txt:2), but a 1.0 requires b>=3, of which there is no release (the newest releases are 2.0 and 1.0).',
      'You ask for a (requirements.txt:1).',
      'a 1.0 requires b>=3, of which there is no release (the newest releases are 2.0 and 1.0).',
      'You ask for b<3 (requirements.txt:2).',
    ]);
  });

  it('names the Python of the target', async () => {
    const c = { '1.0 metadata-python>=3.13': '', '1.1 metadata-python>=3.13': '' };
    expect(await explain({ packages: { c }, ask: ['c'] })).toEqual([
      'You ask for c (requirements.txt:1), but no release of c can be used: c 1.0 needs Python >=3.13; the target has 3.12.12.',
      'You ask for c (requirements.txt:1).',
      'No release of c can be used: c 1.0 needs Python >=3.13; the target has 3.12.12.',
    ]);
  });

  it('says once what stands there once for each Python', async () => {
    const split = (version: string): string =>
      `b>=${version} ; python_version < "3.12" | b>=${version} ; python_version >= "3.12"`;
    const packages = {
      a: { '1.0': split('2'), '1.1': 'b>=2', '1.2': split('2'), '1.3': 'b>=3 ; python_version > "3"' },
      b: { ...two, '3.0': '' },
    };
    expect(await explain({ packages, ask: ['b<2', 'a'] })).toEqual([
      'You ask for b<2 (requirements.txt:1), but every release of a requires b>=3 or b>=2.',
      'You ask for b<2 (requirements.txt:1).',
      'You ask for a (requirements.txt:2).',
      'a 1.3 requires b>=3.',
      'a 1.0, 1.1 and 1.2 require b>=2.',
    ]);
  });

  it('stays short when hundreds of releases each ask for something else', async () => {
    const minors = Array.from({ length: 40 }, (_, at) => at);
    const packages = {
      a: Object.fromEntries(minors.map((minor) => [`2.${minor}`, `b==2.${minor}`])),
      b: { '1.0': '', ...Object.fromEntries(minors.map((minor) => [`2.${minor}`, ''])) },
    };
    expect(await explain({ packages, ask: ['a', 'b<2'] })).toEqual([
      'You ask for b<2 (requirements.txt:2), but every release of a requires b==2.39, b==2.0 or 38 like these.',
      'You ask for a (requirements.txt:1).',
      'Every release of a requires b==2.39, b==2.0 or 38 like these.',
      'You ask for b<2 (requirements.txt:2).',
    ]);
  });

  it('names the constraint', async () => {
    const packages = { a: { '1.0': 'b>=2 ; platform_machine == "s390x"' }, b: two };
    expect(await explain({ packages, ask: ['a'], constraints: ['b<2'] })).toEqual([
      'a 1.0 requires b>=2, but the constraint b<2 (constraints.txt:1) rules that out.',
      'You ask for a (requirements.txt:1).',
      'a 1.0 requires b>=2.',
      'The constraint b<2 (constraints.txt:1) rules that out.',
    ]);
  });

  it('stays short when hundreds take part', async () => {
    const names = Array.from({ length: 60 }, (_, at) => `p${at}`);
    const chain = Object.fromEntries(names.map((name, at) => [name, { '1.0': names[at + 1] ?? 'end>=2' }]));
    const told = await explain({ packages: { ...chain, end: two }, ask: ['p0', 'end<2'] });
    expect(told).toHaveLength(22);
    expect(told.at(-1)).toMatch(/more facts take part\.$/);
  });
});
