import {
  findWheelFileName,
  formatTag,
  isWheelCompatible,
  PackagingError,
  parseTargetName,
  type TargetEnvironment,
} from '@ironwheel/packaging';
import type { JobRow } from './job.row.ts';

type WantedWheel = Pick<JobRow, 'python_tag' | 'platform_tag' | 'source' | 'recipes'>;

/** The target of a job's tags; null for what no target is known of. */
function findJobTarget(job: Pick<JobRow, 'python_tag' | 'platform_tag'>): TargetEnvironment | null {
  try {
    return parseTargetName(`${job.python_tag}-${job.platform_tag}`);
  } catch (error) {
    if (error instanceof PackagingError) return null;
    throw error;
  }
}

/**
 * Whether the wheel that one job ended with is the one that another job of the same release wishes for: its tags fit
 * the other target, and it was made from the same source in the same way.
 */
export function isServedBy(job: WantedWheel, built: WantedWheel, wheelName: string): boolean {
  const wheel = findWheelFileName(wheelName);
  const target = findJobTarget(job);
  if (wheel === undefined || target === null || !isWheelCompatible(wheel, target)) return false;
  // A plain `linux_*` tag says nothing of the C library: such a wheel serves the target that it was made for.
  const isPortable = wheel.tags.some((tag) => !/-linux_[a-z0-9_]+$/.test(formatTag(tag)));
  return isPortable && isSameSource(job.source, built.source) && isSameRecipe(job, built);
}

/** Without a source a worker takes the sdist of the index. */
function isSameSource(one: JobRow['source'], other: JobRow['source']): boolean {
  if (one !== null && other !== null && one.sha256 !== null && other.sha256 !== null) {
    return one.sha256 === other.sha256;
  }
  const placeOf = (source: JobRow['source']): string =>
    source === null || source.origin === 'index' ? 'index' : JSON.stringify(source);
  return placeOf(one) === placeOf(other);
}

/** Both come from Postgres, which keeps the keys of JSON in one order. */
const isSameRecipe = (one: WantedWheel, other: WantedWheel): boolean =>
  JSON.stringify(one.recipes) === JSON.stringify(other.recipes);
