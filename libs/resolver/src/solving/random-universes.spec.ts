import { describe, expect, it } from 'vitest';
import { createRandomAsk } from './scenarios/random-universe.ts';
import { findFault, findPassedOver, hasSolution, type Choice } from './scenarios/oracle.ts';
import { PseudoRandom } from './scenarios/pseudo-random.ts';
import { targets, toRequest, UniverseProvider, type TestRelease } from './scenarios/universe.ts';
import { type SolveOutcome } from './solver-types.ts';
import { solve } from './solve.ts';

const shapes = [
  { projects: 4, releases: 3, yanked: 0, prereleases: 0, pythons: 0 },
  { projects: 6, releases: 4, yanked: 10, prereleases: 10, pythons: 10 },
  { projects: 7, releases: 5, yanked: 20, prereleases: 20, pythons: 0 },
  { projects: 6, releases: 5, yanked: 0, prereleases: 0, pythons: 0, unknown: 30 },
  { projects: 8, releases: 6, yanked: 0, prereleases: 0, pythons: 10, unknown: 15 },
];
const perShape = 100;

const toChoice = (outcome: SolveOutcome<TestRelease>): Choice | undefined => {
  if (outcome.kind === 'conflict') return undefined;
  const entries = outcome.packages.map(({ name, release }): [string, TestRelease] => {
    if (release === null) throw new Error(`${name} was planned as missing although that is to be avoided.`);
    return [name, release];
  });
  return new Map(entries);
};

describe('random universes', () => {
  it.each(shapes)(
    'shape %j: solved when there is a solution, a conflict when there is none',
    async (shape) => {
      const counts = { solved: 0, conflict: 0, missed: 0, unknown: 0 };
      for (let seed = 1; seed <= perShape; seed += 1) {
        const asked = createRandomAsk(new PseudoRandom(seed * 7919 + shape.projects), shape);
        for (const target of Object.values(targets)) {
          const provider = new UniverseProvider(asked.packages, target);
          const request = { ...toRequest(asked, target), provider, missingPolicy: 'avoid' as const };
          const listed = new Map<string, Promise<TestRelease[]>>();
          const list = (name: string): Promise<TestRelease[]> => {
            const known = listed.get(name) ?? provider.listReleases(name);
            listed.set(name, known);
            return known;
          };
          const isSolvable = await hasSolution(request, list);
          const isPlain = isSolvable && (await hasSolution(request, list, ({ isYanked }) => !isYanked));
          const outcome = await solve(request);
          const isHeld =
            outcome.kind === 'solved' && outcome.packages.every(({ release }) => release !== null);
          // Which release pins a yanked one is known only once it was looked at, so that such a solution may be missed.
          const isExpected = isSolvable === isPlain ? isSolvable : isHeld;
          if (isSolvable && !isHeld) counts.missed += 1;
          expect({ seed, isHeld, asked }).toEqual({ seed, isHeld: isExpected, asked });
          counts[isHeld ? 'solved' : 'conflict'] += 1;
          const choice = isHeld ? toChoice(outcome) : undefined;
          if (choice === undefined) continue;
          expect({ seed, fault: findFault(request, choice) }).toEqual({ seed, fault: undefined });
          const hidden = [...choice].filter(([, { needs }]) => needs.isUnknown);
          if (hidden.length === 0) continue;
          counts.unknown += 1;
          if (!(await hasSolution(request, list, ({ needs }) => !needs.isUnknown))) continue;
          for (const [name] of hidden) {
            const passedOver = await findPassedOver(request, choice, name, list);
            expect({ seed, asked, passedOver }).toEqual({ seed, asked, passedOver: undefined });
          }
        }
      }
      expect(counts.missed).toBeLessThanOrEqual(perShape / 100);
      if ('unknown' in shape) expect(counts.unknown).toBeGreaterThan(perShape / 10);
      expect(Math.min(counts.solved, counts.conflict)).toBeGreaterThan(perShape / 10);
    },
  );
});
