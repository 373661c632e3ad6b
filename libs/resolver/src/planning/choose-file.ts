import { type PlanSource } from '@ironwheel/contracts';
import { bestWheel, sdistFormats, type TargetEnvironment } from '@ironwheel/packaging';
import { allowsWheel, type BinaryRule } from './binary-rule.ts';
import { explainExpectedResult } from './expected-result.ts';
import { listFittingWheels, type FittingWheel } from './rank-wheels.ts';
import { type Release, type ReleaseFile } from './release.ts';

/** How a release is had, and why so. */
export interface FileChoice {
  readonly verdict: 'reuse' | 'build';
  readonly code: string;
  readonly file: ReleaseFile;
}

export interface FileRules {
  readonly target: TargetEnvironment;
  readonly binary: BinaryRule;
  readonly rebuild: boolean;
}

type Origin = PlanSource['origin'];
const originRanks: Readonly<Record<Origin, number>> = { own: 0, input: 1, url: 2, git: 3, index: 4 };

/** Files that are not yanked, unless all are. */
const preferUnyanked = <T>(files: readonly T[], isYanked: (file: T) => boolean): readonly T[] => {
  const sound = files.filter((file) => !isYanked(file));
  return sound.length > 0 ? sound : files;
};

const chooseWheel = (
  wheels: readonly FittingWheel[],
  origins: readonly Origin[],
  target: TargetEnvironment,
): FittingWheel | undefined => {
  const offered = wheels.filter(({ file }) => origins.includes(file.origin));
  return bestWheel(
    preferUnyanked(offered, ({ file }) => file.yanked !== false),
    target,
  );
};

const rankSdist = ({ origin, filename }: ReleaseFile): number =>
  originRanks[origin] * sdistFormats.length + sdistFormats.findIndex((ending) => filename.endsWith(ending));

/** `.tar.gz` before `.zip`, what was handed in before the index. */
const chooseSdist = (sdists: readonly ReleaseFile[]): ReleaseFile | undefined =>
  [...preferUnyanked(sdists, ({ yanked }) => yanked !== false)].sort(
    (left, right) => rankSdist(left) - rankSdist(right),
  )[0];

const findBuildCode = (release: Release, sdist: ReleaseFile, rules: FileRules): string => {
  if (rules.rebuild) return 'rebuild';
  if (sdist.origin === 'input') return 'input_sdist';
  if (sdist.origin === 'url') return 'url_sdist';
  if (sdist.origin === 'git') return 'git_source';
  if (rules.binary.wheels !== 'any') return 'no_binary';
  return release.wheels.length === 0 ? 'no_wheel' : 'no_compatible_wheel';
};

/**
 * The verdict on a release whose unfit files are gone: a wheel of our own, one that was handed in, an sdist that was
 * handed in (its user wants these bytes), a wheel of the index, an sdist of the index. Undefined when nothing serves.
 */
export const chooseFile = (release: Release, rules: FileRules): FileChoice | undefined => {
  const { target, binary } = rules;
  const fitting = listFittingWheels(release.wheels, target);
  // Our own wheels were built from source, so `no_binary` does not concern them.
  const own = chooseWheel(fitting, ['own'], target);
  const foreign = fitting.filter(({ wheel }) => allowsWheel(binary.wheels, wheel));
  const input = chooseWheel(foreign, ['input'], target);
  const index = chooseWheel(foreign, ['index', 'url'], target);
  const sdist = binary.mayBuild ? chooseSdist(release.sdists) : undefined;
  const isSdistWanted = sdist?.origin === 'input';
  const reusable = own ?? input ?? (isSdistWanted ? undefined : index);
  // A rebuild makes anew what needs compiling, and what we once built; a ready pure wheel has nothing to compile.
  const isRebuilt =
    rules.rebuild && (own !== undefined || (reusable !== undefined && !allowsWheel('pure', reusable.wheel)));
  if (reusable !== undefined && !(isRebuilt && sdist !== undefined)) {
    return { verdict: 'reuse', code: `${reusable.file.origin}_wheel`, file: reusable.file };
  }
  if (sdist === undefined) return undefined;
  return { verdict: 'build', code: findBuildCode(release, sdist, rules), file: sdist };
};

const texts: Readonly<Record<string, string>> = {
  own_wheel: 'Our own index has a wheel that fits.',
  input_wheel: 'The wheel that was handed in fits.',
  url_wheel: 'The wheel that the direct URL names fits.',
  index_wheel: 'The package index has a wheel that fits.',
  rebuild: 'A rebuild was asked for.',
  input_sdist: 'Its sdist was handed in.',
  url_sdist: 'A direct URL names its sdist.',
  git_source: 'Its source is a repository; a build of it that gives another version than this one fails.',
  no_binary: 'Ready wheels are not reused for it (no_binary).',
  no_wheel: 'There is no wheel of it.',
};

/** Why a release is had as it is, for people. */
export const explainChoice = (
  release: Release,
  { code, verdict, file }: FileChoice,
  rules: FileRules,
): string => {
  const { pythonTag, platformTag } = rules.target;
  const fitless = `None of its ${release.wheels.length} wheels fits ${pythonTag} on ${platformTag}.`;
  const expected = verdict === 'build' ? explainExpectedResult(release, rules.target) : undefined;
  const yanked =
    file.yanked === false ? [] : [`It was yanked${file.yanked === '' ? '' : ` (${file.yanked})`}.`];
  return [texts[code] ?? fitless, ...(expected === undefined ? [] : [expected]), ...yanked].join(' ');
};
