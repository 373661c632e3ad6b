import {
  compareVersions,
  findVersion,
  findWheelFileName,
  isWheelCompatible,
  normalizeName,
  PackagingError,
  parseTargetName,
  parseWheelFileName,
  type TargetEnvironment,
  type WheelFileName,
} from '@ironwheel/packaging';
import { AppError } from '../../platform/index.ts';

/** What a job asks of its wheel. */
export interface WantedWheel {
  readonly name: string;
  readonly version: string;
  readonly python_tag: string;
  readonly platform_tag: string;
  readonly generation: number;
}

export const formatBuildTag = ({ buildTag }: Pick<WheelFileName, 'buildTag'>): string | null =>
  buildTag === null ? null : `${buildTag.number}${buildTag.suffix}`;

/** Throws ARTIFACT_NAME_INVALID when the file name is no wheel's (PEP 427), or not one of this job. */
export function checkWheelName(filename: string, job: WantedWheel): WheelFileName {
  try {
    const wheel = parseWheelFileName(filename);
    const misfit = findMisfit(wheel, job);
    if (misfit === null) return wheel;
    throw new AppError('ARTIFACT_NAME_INVALID', `${filename} is not the wheel of this job: ${misfit}.`);
  } catch (cause) {
    if (!(cause instanceof PackagingError)) throw cause;
    throw new AppError('ARTIFACT_NAME_INVALID', cause.message, { cause });
  }
}

/** As `checkWheelName`, of a wheel that is served already. */
export const isWantedWheel = (filename: string, job: WantedWheel): boolean => {
  const wheel = findWheelFileName(filename);
  return wheel !== undefined && findMisfit(wheel, job) === null;
};

function findMisfit(wheel: WheelFileName, job: WantedWheel): string | null {
  if (wheel.normalizedName !== normalizeName(job.name)) {
    return `it is of ${wheel.normalizedName}, the job of ${job.name}`;
  }
  const wanted = findVersion(job.version);
  if (wanted === undefined || compareVersions(wheel.version, wanted) !== 0) {
    return `its version is ${wheel.version.text}, the job's ${job.version}`;
  }
  // A rebuild is a new generation and shows as the build tag, so that one name never has two contents.
  const buildTag = formatBuildTag(wheel) ?? 'none';
  const wantedBuildTag = job.generation === 1 ? 'none' : String(job.generation);
  if (buildTag !== wantedBuildTag) return `its build tag is ${buildTag}, the job's ${wantedBuildTag}`;
  return fitsTarget(wheel, job) ? null : `its tags do not fit ${job.python_tag} on ${job.platform_tag}`;
}

/**
 * The wheel that came out may have other tags than were asked for (repair, abi3): it has to run on the interpreter
 * and the machine of the job. A newer C library than asked for is for installers to judge, not for us.
 */
function fitsTarget(wheel: WheelFileName, job: WantedWheel): boolean {
  const target = parseTargetName(`${job.python_tag}-${job.platform_tag}`);
  if (isWheelCompatible(wheel, target)) return true;
  const interpreters = new Set(target.tags.map((tag) => `${tag.interpreter}-${tag.abi}`));
  return wheel.tags.some(
    (tag) => interpreters.has(`${tag.interpreter}-${tag.abi}`) && isSameMachine(tag.platform, target),
  );
}

function isSameMachine(platform: string, target: TargetEnvironment): boolean {
  const [, family] = /^(manylinux|musllinux|linux)/.exec(platform) ?? [];
  const isOtherLibc = family === (target.libc.family === 'glibc' ? 'musllinux' : 'manylinux');
  return family !== undefined && !isOtherLibc && platform.endsWith(`_${target.machine}`);
}
