import {
  findWheelFileName,
  formatTag,
  PackagingError,
  parseTagSet,
  type Tag,
  type TargetEnvironment,
  type WheelFileName,
} from '@ironwheel/packaging';
import { type ReleaseFile } from './release.ts';

export interface FittingWheel {
  readonly file: ReleaseFile;
  readonly wheel: WheelFileName;
}

/** The last three parts of a wheel's name, lower case: `cp312-cp312-manylinux_2_28_s390x`. */
const findTagText = (filename: string): string => {
  const end = filename.length - '.whl'.length;
  let dash = end;
  for (let part = 0; part < 3 && dash > 0; part++) dash = filename.lastIndexOf('-', dash - 1);
  return filename.slice(dash + 1, end).toLowerCase();
};

const readTags = (tagText: string): readonly Tag[] => {
  try {
    return parseTagSet(tagText);
  } catch (error) {
    if (error instanceof PackagingError) return [];
    throw error;
  }
};

/** The same few tag sets stand in thousands of names, so each is weighed once a target. */
const fits = new WeakMap<TargetEnvironment, Map<string, boolean>>();
/** Far above what real projects have; hostile ones begin anew. */
const mostRemembered = 20_000;

const fitsTarget = (filename: string, target: TargetEnvironment): boolean => {
  const tagText = findTagText(filename);
  const remembered = fits.get(target) ?? new Map<string, boolean>();
  if (remembered.size === 0) fits.set(target, remembered);
  const known = remembered.get(tagText);
  if (known !== undefined) return known;
  const isFit = readTags(tagText).some((tag) => target.tagRanks.has(formatTag(tag)));
  if (remembered.size >= mostRemembered) remembered.clear();
  remembered.set(tagText, isFit);
  return isFit;
};

/** The wheels that run on the target, with their names read. */
export const listFittingWheels = (
  wheels: readonly ReleaseFile[],
  target: TargetEnvironment,
): FittingWheel[] => {
  const fitting: FittingWheel[] = [];
  for (const file of wheels) {
    if (!fitsTarget(file.filename, target)) continue;
    const wheel = findWheelFileName(file.filename);
    if (wheel !== undefined) fitting.push({ file, wheel });
  }
  return fitting;
};

/** The tags of each wheel, for what runs elsewhere; a name that cannot be read has none. */
export const listTagSets = (wheels: readonly ReleaseFile[]): (readonly Tag[])[] =>
  wheels.map(({ filename }) => readTags(findTagText(filename)));
