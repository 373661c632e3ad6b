import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTarget } from '../../libs/packaging/src/index.ts';
import { solve } from '../../libs/resolver/src/index.ts';
import { findFault, hasSolution } from '../../libs/resolver/src/solving/scenarios/oracle.ts';
import { PseudoRandom } from '../../libs/resolver/src/solving/scenarios/pseudo-random.ts';
import { createRandomAsk } from '../../libs/resolver/src/solving/scenarios/random-universe.ts';
import {
  toRequest,
  UniverseProvider,
  type TestRelease,
} from '../../libs/resolver/src/solving/scenarios/universe.ts';
import { ReferenceResolvers, type Resolution } from './reference-resolvers.ts';
import { UniverseIndex } from './universe-index.ts';

const shapes = [
  { projects: 5, releases: 4, yanked: 0, prereleases: 0, pythons: 0 },
  { projects: 8, releases: 6, yanked: 0, prereleases: 0, pythons: 10 },
  { projects: 12, releases: 5, yanked: 0, prereleases: 0, pythons: 0 },
  { projects: 6, releases: 5, yanked: 15, prereleases: 0, pythons: 0 },
  { projects: 6, releases: 5, yanked: 0, prereleases: 20, pythons: 0 },
];
const universeCount = 500;
const atOnce = 2;

const counts = {
  universes: 0,
  solved: 0,
  conflicts: 0,
  pipAsked: 0,
  pipCrashed: 0,
  pipSolved: 0,
  uvSolved: 0,
  sameAsPip: 0,
  sameAsUv: 0,
};
const differences: string[] = [];

let index: UniverseIndex;
let reference: ReferenceResolvers | string;

beforeAll(async () => {
  index = await UniverseIndex.start();
  reference = await ReferenceResolvers.install();
});

afterAll(async () => {
  await index.close();
  if (typeof reference !== 'string') await reference.remove();
  process.stdout.write(`${JSON.stringify(counts)}\n${differences.join('\n')}\n`);
});

const format = (resolution: Resolution): string =>
  resolution === null
    ? 'nothing fits'
    : [...resolution]
        .map(([name, version]) => `${name} ${version}`)
        .sort()
        .join(', ');

const compare = async (seed: number, resolvers: ReferenceResolvers): Promise<string[]> => {
  const shape = shapes[seed % shapes.length]!;
  const asked = createRandomAsk(new PseudoRandom(seed * 104_729), shape);
  const target = createTarget({
    pythonVersion: resolvers.pythonVersion,
    platformTag: `manylinux_2_28_${process.arch === 'x64' ? 'x86_64' : process.arch}`,
  });
  const provider = new UniverseProvider(asked.packages, target);
  const request = { ...toRequest(asked, target), provider, missingPolicy: 'avoid' as const };
  const url = index.add(`u${seed}`, asked.packages);
  const [pipAnswer, uv, outcome] = await Promise.all([
    resolvers.resolveWithPip(url, asked.ask),
    resolvers.resolveWithUv(url, `u${seed}`, asked.ask),
    solve(request),
  ]);
  index.remove(`u${seed}`);
  const pip = pipAnswer === 'crashed' ? undefined : pipAnswer;
  if (pipAnswer === 'crashed') counts.pipCrashed += 1;
  const listed = new Map<string, TestRelease[]>();
  for (const name of Object.keys(asked.packages)) listed.set(name, await provider.listReleases(name));
  const toChoice = (resolution: ReadonlyMap<string, string>): Map<string, TestRelease> =>
    new Map(
      [...resolution].map(([name, version]) => [
        name,
        listed.get(name)!.find((release) => release.version.text === version)!,
      ]),
    );
  const isHeld = outcome.kind === 'solved' && outcome.packages.every(({ release }) => release !== null);
  const ours: Resolution =
    outcome.kind === 'solved' && isHeld
      ? new Map(outcome.packages.map(({ name, release }) => [name, release!.version.text]))
      : null;

  const wrong: string[] = [];
  const tell = (who: string, what: string): string =>
    `universe ${seed}: ${who}: ${what}; ask ${asked.ask.join(' ')}; ours ${format(ours)}; pip ${pip === undefined ? 'not asked' : format(pip)}; uv ${format(uv)}`;
  const isSolvable = await hasSolution(request, async (name) => Promise.resolve(listed.get(name) ?? []));
  const fault = ours === null ? undefined : findFault(request, toChoice(ours));
  if (fault !== undefined) wrong.push(tell('ours', `no solution, ${fault}`));
  const isValid = (found: Resolution | undefined): boolean =>
    found !== null && found !== undefined && findFault(request, toChoice(found)) === undefined;
  if (ours === null && (isSolvable || isValid(pip) || isValid(uv))) {
    wrong.push(tell('ours', 'a conflict where there is a solution'));
  }
  for (const [who, found] of [['pip', pip] as const, ['uv', uv] as const]) {
    if (found === undefined) continue;
    if ((found === null) !== (ours === null)) differences.push(tell(who, 'another verdict'));
    else if (found !== null && findFault(request, toChoice(found)) !== undefined) {
      differences.push(tell(who, `not valid by our rules: ${findFault(request, toChoice(found)) ?? ''}`));
    }
  }
  counts.universes += 1;
  counts[ours === null ? 'conflicts' : 'solved'] += 1;
  if (pip !== undefined) {
    counts.pipAsked += 1;
    if (pip !== null) counts.pipSolved += 1;
    if (format(pip) === format(ours)) counts.sameAsPip += 1;
  }
  if (uv !== null) counts.uvSolved += 1;
  if (format(uv) === format(ours)) counts.sameAsUv += 1;
  return wrong;
};

describe('generated universes, against pip and uv', () => {
  it(`of ${universeCount} each is solved when there is a solution, and a conflict when there is none`, async (context) => {
    if (typeof reference === 'string') return context.skip(reference);
    const resolvers = reference;
    const wrong: string[] = [];
    for (let seed = 1; seed <= universeCount; seed += atOnce) {
      const seeds = Array.from({ length: Math.min(atOnce, universeCount - seed + 1) }, (_, at) => seed + at);
      const results = await Promise.all(seeds.map((one) => compare(one, resolvers)));
      wrong.push(...results.flat());
      if ((seed - 1) % 50 === 0)
        process.stdout.write(`${JSON.stringify(counts)}\n${[...wrong, ...differences].join('\n')}\n`);
    }
    expect(wrong).toEqual([]);
    expect(Math.min(counts.solved, counts.conflicts)).toBeGreaterThan(universeCount / 10);
    return undefined;
  });
});
