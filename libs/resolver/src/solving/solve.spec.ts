import { describe, expect, it } from 'vitest';
import {
  formatOutcome,
  targets,
  toRequest,
  UniverseProvider,
  type Ask,
  type TestRelease,
} from './scenarios/universe.ts';
import { type ReleaseNeeds } from './solver-types.ts';
import { solve } from './solve.ts';

const run = async (asked: Ask): Promise<string> => formatOutcome(await solve(toRequest(asked, targets.x86)));

describe('solve', () => {
  it('takes the newest releases that fit together', async () => {
    const packages = {
      a: { '1.0': 'b', '2.0': 'b<2' },
      b: { '1.0': '', '2.0': '' },
    };
    expect(await run({ packages, ask: ['a'] })).toBe('a==2.0 b==1.0');
    expect(await run({ packages, ask: ['a', 'b>=2'] })).toBe('a==1.0 b==2.0');
  });

  it('goes back over several decisions', async () => {
    const packages = {
      a: { '1.0': '', '2.0': 'c<2', '3.0': 'c<2' },
      b: { '1.0': 'c<2', '2.0': 'c>=2' },
      c: { '1.0': '', '2.0': '' },
    };
    expect(await run({ packages, ask: ['a', 'b'] })).toBe('a==3.0 b==1.0 c==1.0');
    expect(await run({ packages, ask: ['a', 'b>=2'] })).toBe('a==1.0 b==2.0 c==2.0');
    expect(await run({ packages, ask: ['a>=2', 'b>=2'] })).toMatch(/^conflict/);
  });

  it('asks for extras', async () => {
    const packages = {
      foo: {
        '1.0':
          'foo[a,b]; extra == "all" | x; extra == "a" | y<2; extra == "b" | z; extra == "a" and extra == "b"',
      },
      x: { '1.0': '' },
      y: { '1.0': '', '2.0': '' },
      z: { '1.0': '' },
    };
    expect(await run({ packages, ask: ['foo'] })).toBe('foo==1.0');
    expect(await run({ packages, ask: ['foo[a]'] })).toBe('foo[a]==1.0 x==1.0');
    expect(await run({ packages, ask: ['foo[all]'] })).toBe('foo[a,all,b]==1.0 x==1.0 y==1.0 z==1.0');
  });

  it('reports what is missing', async () => {
    const packages = { a: { '1.0': 'b>=3 | nowhere' }, b: { '1.0': '', '2.0 no_sdist': '' } };
    expect(await run({ packages, ask: ['a'] })).toBe('a==1.0 b==?!not_uploaded nowhere==?!not_found');
    expect(await run({ packages, ask: ['a', 'b'] })).toBe('a==1.0 b==?!not_uploaded nowhere==?!not_found');
    expect(await run({ packages, ask: ['b>=2', 'b'] })).toBe('b==2.0!no_sdist');
    expect(await run({ packages, ask: ['a', 'b<3'] })).toMatch(/^conflict/);
  });

  it('reads what it will try next many at a time, and not all of it', async () => {
    const versions = Array.from({ length: 60 }, (_, at) => [`1.${at}`, at > 10 ? 'b<2' : 'b'] as const);
    const asked = {
      packages: { a: Object.fromEntries(versions), b: { '1.0': '', '2.0': '' } },
      ask: ['a', 'b>=2'],
    };
    let open = 0;
    let most = 0;
    class SlowProvider extends UniverseProvider {
      override async readNeeds(name: string, release: TestRelease): Promise<ReleaseNeeds> {
        open += 1;
        most = Math.max(most, open);
        const needs = await super.readNeeds(name, release);
        open -= 1;
        return needs;
      }
    }
    const provider = new SlowProvider(asked.packages, targets.x86, [], () => 50);
    const outcome = await solve({ ...toRequest(asked, targets.x86), provider });
    expect(formatOutcome(outcome)).toBe('a==1.10 b==2.0');
    expect(most).toBeGreaterThan(10);
    expect(new Set(provider.read).size).toBe(provider.read.length);
    expect(provider.read.length).toBeLessThanOrEqual(50 + 16 + 1);
  });

  it('takes yanked releases where they are pinned', async () => {
    const packages = {
      a: { '1.0': 'p==1.1' },
      b: { '1.0': 'p>=1' },
      p: { '1.0': '', '1.1 yanked': '' },
    };
    expect(await run({ packages, ask: ['b', 'a'] })).toBe('a==1.0 b==1.0 p==1.1');
    expect(await run({ packages, ask: ['b'] })).toBe('b==1.0 p==1.0');
  });
});
