import { findWheelFileName, isPureWheel, type TargetEnvironment } from '@ironwheel/packaging';
import { type IndexFile } from '../index-client/project-listing.ts';
import { toIndexReleaseFile, type Release, type ReleaseFile } from './release.ts';

/** More wheels than this are not asked when the first ones do not tell. */
const mostAsked = 5;

/** How near a wheel is to what a build for the target would give: 0 is nearest. */
const rankLikeness = ({ filename }: ReleaseFile, target: TargetEnvironment): number => {
  const wheel = findWheelFileName(filename);
  if (wheel === undefined) return 4;
  const isOfPython = wheel.tags.some(
    ({ interpreter, abi }) => interpreter === target.interpreterTag || abi === 'abi3',
  );
  const isLinux = wheel.tags.some(({ platform }) => platform.includes('linux'));
  if (isPureWheel(wheel)) return 0;
  return isLinux ? (isOfPython ? 1 : 2) : isOfPython ? 3 : 4;
};

/** Whether it costs one small request, or none. */
const isCheap = ({ indexFile }: ReleaseFile): boolean => indexFile === null || indexFile.metadata !== null;

/**
 * Files of a release that tell what it needs, best first: wheels whose metadata cost little (what was handed in, then
 * PEP 658), the chosen sdist, other sdists, and at last the inside of other wheels.
 */
export const listEvidence = (
  release: Release,
  listed: readonly IndexFile[],
  chosen: ReleaseFile | undefined,
  target: TargetEnvironment,
): ReleaseFile[] => {
  const known = new Set([...release.wheels, ...release.sdists].map(({ filename }) => filename));
  const others = listed
    .filter(({ filename }) => !known.has(filename))
    .map((file) => toIndexReleaseFile(file));
  const isWheel = ({ filename }: ReleaseFile): boolean => filename.endsWith('.whl');
  const rank = (file: ReleaseFile): number =>
    rankLikeness(file, target) + (file.origin === 'input' || file.origin === 'own' ? 0 : 10);
  const wheels = [...release.wheels, ...others.filter(isWheel)]
    .filter((file) => file !== chosen)
    .map((file) => ({ file, rank: rank(file) }))
    .sort((left, right) => left.rank - right.rank)
    .map(({ file }) => file);
  const sdists = [...release.sdists, ...others.filter((file) => !isWheel(file))];
  const own = chosen === undefined ? [] : [chosen];
  return [
    ...wheels.filter(isCheap).slice(0, mostAsked),
    ...own,
    ...sdists.filter((file) => file !== chosen).slice(0, 1),
    ...wheels.filter((file) => !isCheap(file)).slice(0, mostAsked),
  ];
};
