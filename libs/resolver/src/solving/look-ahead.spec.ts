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

/** The listing of `slow` comes only when the needs of `last` were asked for: who waits for one thing at a time waits for ever. */
class WaitingProvider extends UniverseProvider {
  readonly #isAsked = Promise.withResolvers<undefined>();

  override async listReleases(name: string): Promise<TestRelease[]> {
    if (name === 'slow') await this.#isAsked.promise;
    return super.listReleases(name);
  }

  override async readNeeds(name: string, release: TestRelease): Promise<ReleaseNeeds> {
    if (name === 'last') this.#isAsked.resolve(undefined);
    return super.readNeeds(name, release);
  }
}

const solveWith = async (asked: Ask, provider: UniverseProvider): Promise<string> =>
  formatOutcome(await solve({ ...toRequest(asked, targets.x86), provider }));

describe('what is read before the search comes to it', () => {
  it('leads from each listing and its needs to the next, while others are still awaited', async () => {
    const packages = {
      first: { '1.0': 'slow | middle' },
      middle: { '1.0': 'last' },
      last: { '1.0': '' },
      slow: { '1.0': '' },
    };
    const provider = new WaitingProvider(packages, targets.x86);
    expect(await solveWith({ packages, ask: ['first'] }, provider)).toBe(
      'first==1.0 last==1.0 middle==1.0 slow==1.0',
    );
  });

  it('is of the releases that the user leaves', async () => {
    const packages = { a: { '1.0': 'b', '2.0': 'b' }, b: { '1.0': '', '2.0': '' } };
    const provider = new UniverseProvider(packages, targets.x86);
    const asked = { packages, ask: ['a'], constraints: ['a<2', 'b<2'] };
    expect(await solveWith(asked, provider)).toBe('a==1.0 b==1.0');
    expect(provider.read).toEqual(['a 1.0', 'b 1.0']);
  });

  it('is not of what nobody may depend on, or of a marker that does not hold', async () => {
    const packages = {
      a: { '1.0': 'b | c; sys_platform == "win32"' },
      b: { '1.0': '' },
      c: { '1.0': '' },
    };
    const provider = new UniverseProvider(packages, targets.x86);
    expect(await solveWith({ packages, ask: ['a'], excludes: ['b'] }, provider)).toBe('a==1.0');
    expect(provider.read).toEqual(['a 1.0']);
  });
});
