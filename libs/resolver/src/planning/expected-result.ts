import { isPureTag, type Tag, type TargetEnvironment } from '@ironwheel/packaging';
import { type Release } from './release.ts';
import { listTagSets } from './rank-wheels.ts';

const isPure3 = (tag: Tag): boolean => isPureTag(tag) && /^py3(?:$|[0-9])/.test(tag.interpreter);

const findAbi3Minor = (tags: readonly Tag[]): number | undefined => {
  const minors = tags
    .filter(({ abi }) => abi === 'abi3')
    .map(({ interpreter }) => Number(/^cp3([0-9]{1,2})$/.exec(interpreter)?.[1] ?? Number.NaN));
  return minors.length > 0 && !minors.some(Number.isNaN) ? Math.min(...minors) : undefined;
};

/**
 * What the wheels of other platforms tell of the one that a build will give, for people. A pure wheel, or the stable
 * ABI (PEP 384), serves several interpreters, so that one build is enough. It is normally so and never certain.
 */
export const explainExpectedResult = (release: Release, target: TargetEnvironment): string | undefined => {
  const tagSets = listTagSets(release.wheels).filter((tags) => tags.length > 0);
  if (tagSets.some((tags) => tags.every(isPure3))) {
    return 'A wheel of it is pure (py3-none-any), so that one build serves every Python 3.';
  }
  if (tagSets.length === 0 || target.isFreeThreaded) return undefined;
  const minors = tagSets.map(findAbi3Minor);
  const minor = minors.reduce((best, one) =>
    best === undefined || one === undefined ? undefined : Math.max(best, one),
  );
  const isEnough = minor !== undefined && minor <= Number(target.pythonVersion.split('.')[1]);
  return isEnough
    ? `Its wheels for other platforms are cp3${minor}-abi3, so that one build serves every CPython from 3.${minor} on.`
    : undefined;
};
