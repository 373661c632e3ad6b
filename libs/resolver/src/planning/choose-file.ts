import { type PlanSource } from '@ironwheel/contracts';
import { bestWheel, sdistFormats, type TargetEnvironment } from '@ironwheel/packaging';
import { allowsWheel, type BinaryRule } from './binary-rule.ts';
import { type Release, type SdistCandidate, type WheelCandidate } from './release.ts';

/** How a release is had, and why so. */
export interface FileChoice {
  readonly verdict: 'reuse' | 'build';
  readonly reason: { readonly code: string; readonly text: string };
  readonly source: PlanSource;
  readonly requiresPython: string | null;
  readonly yanked: false | string;
}

export interface FileRules {
  readonly target: TargetEnvironment;
  readonly binaryRule: BinaryRule;
  readonly rebuild: boolean;
}

type Origin = PlanSource['origin'];
const originRanks: Readonly<Record<Origin, number>> = { own: 0, input: 1, index: 2 };

const toChoice = (
  verdict: FileChoice['verdict'],
  { source, requiresPython, yanked }: WheelCandidate | SdistCandidate,
  code: string,
  text: string,
): FileChoice => ({ verdict, reason: { code, text }, source, requiresPython, yanked });

/** Files that are not yanked, unless all are. */
const preferUnyanked = <T extends { readonly yanked: false | string }>(files: readonly T[]): readonly T[] => {
  const sound = files.filter(({ yanked }) => yanked === false);
  return sound.length > 0 ? sound : files;
};

const chooseWheel = (
  wheels: readonly WheelCandidate[],
  origin: Origin,
  target: TargetEnvironment,
): WheelCandidate | undefined =>
  bestWheel(preferUnyanked(wheels.filter(({ source }) => source.origin === origin)), target);

/** `.tar.gz` before `.zip`, what was handed in before the index. */
const chooseSdist = (sdists: readonly SdistCandidate[]): SdistCandidate | undefined =>
  [...preferUnyanked(sdists)].sort(
    (left, right) =>
      originRanks[left.source.origin] - originRanks[right.source.origin] ||
      sdistFormats.indexOf(left.sdist.format) - sdistFormats.indexOf(right.sdist.format),
  )[0];

const reuseTexts: Readonly<Record<Origin, string>> = {
  own: 'Our own index has a wheel that fits.',
  input: 'The wheel that was handed in fits.',
  index: 'The package index has a wheel that fits.',
};

const explainBuild = (release: Release, sdist: SdistCandidate, rules: FileRules): [string, string] => {
  if (rules.rebuild) return ['rebuild', 'A rebuild was asked for.'];
  if (sdist.source.origin === 'input') return ['input_sdist', 'Its sdist was handed in.'];
  if (rules.binaryRule !== 'any') return ['no_binary', 'Ready wheels are not reused for it (no_binary).'];
  const { pythonTag, platformTag } = rules.target;
  return release.wheels.length === 0
    ? ['no_wheel', 'There is no wheel of it.']
    : [
        'no_compatible_wheel',
        `None of its ${release.wheels.length} wheels fits ${pythonTag} on ${platformTag}.`,
      ];
};

/**
 * The verdict on a release whose unfit files are gone: a wheel of our own, one that was handed in, an sdist that was
 * handed in (its user wants these bytes), a wheel of the index, an sdist of the index. Undefined when nothing serves.
 */
export const chooseFile = (release: Release, rules: FileRules): FileChoice | undefined => {
  // Our own wheels were built from source, so `no_binary` does not concern them.
  const own = chooseWheel(release.wheels, 'own', rules.target);
  const foreign = release.wheels.filter(({ wheel }) => allowsWheel(rules.binaryRule, wheel));
  const input = chooseWheel(foreign, 'input', rules.target);
  const index = chooseWheel(foreign, 'index', rules.target);
  const sdist = chooseSdist(release.sdists);
  const isSdistWanted = sdist?.source.origin === 'input';
  const reusable = own ?? input ?? (isSdistWanted ? undefined : index);
  // A rebuild makes anew what needs compiling, and what we once built; a ready pure wheel has nothing to compile.
  const isRebuilt =
    rules.rebuild && (own !== undefined || (reusable !== undefined && !allowsWheel('pure', reusable.wheel)));
  if (reusable !== undefined && !(isRebuilt && sdist !== undefined)) {
    const { origin } = reusable.source;
    return toChoice('reuse', reusable, `${origin}_wheel`, reuseTexts[origin]);
  }
  if (sdist === undefined) return undefined;
  return toChoice('build', sdist, ...explainBuild(release, sdist, rules));
};
