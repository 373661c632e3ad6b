import { formatTag, isPureTag } from './tag.ts';
import { type TargetEnvironment } from './target-environment.ts';
import { compareBuildTags, type WheelFileName } from './wheel-file-name.ts';

/** Position of the wheel's best tag in the target's order (0 is best); undefined when it does not run there. */
export const findWheelRank = (wheel: WheelFileName, target: TargetEnvironment): number | undefined => {
  let best: number | undefined;
  for (const tag of wheel.tags) {
    const rank = target.tagRanks.get(formatTag(tag));
    if (rank !== undefined && (best === undefined || rank < best)) best = rank;
  }
  return best;
};

export const isWheelCompatible = (wheel: WheelFileName, target: TargetEnvironment): boolean =>
  findWheelRank(wheel, target) !== undefined;

/** Whether every tag of the wheel is free of ABI and platform: nothing in it needs compiling. */
export const isPureWheel = (wheel: WheelFileName): boolean => wheel.tags.every(isPureTag);

/**
 * The wheel that an installer takes of one release: best tag first, then the highest build tag, then the first given.
 * Undefined when none is compatible.
 */
export const bestWheel = <T extends { readonly wheel: WheelFileName }>(
  candidates: readonly T[],
  target: TargetEnvironment,
): T | undefined => {
  let best: { candidate: T; rank: number } | undefined;
  for (const candidate of candidates) {
    const rank = findWheelRank(candidate.wheel, target);
    if (rank === undefined) continue;
    const isBetter =
      best === undefined ||
      rank < best.rank ||
      (rank === best.rank && compareBuildTags(candidate.wheel.buildTag, best.candidate.wheel.buildTag) > 0);
    if (isBetter) best = { candidate, rank };
  }
  return best?.candidate;
};
