import { compatibleTags } from './compatible-tags.ts';
import { type MarkerEnvironment } from './evaluate-marker.ts';
import { PackagingError, quoteForError } from './packaging-error.ts';
import { compatiblePlatforms, parsePlatformTag, type Libc } from './platform-tags.ts';
import { formatTag, type Tag } from './tag.ts';

/** The interpreter and machine that wheels are for, wherever the plan is made. */
export interface TargetEnvironment {
  readonly implementation: 'cpython';
  /** `3.12` */
  readonly pythonVersion: string;
  /** `3.12.13`: what `python_full_version` and Requires-Python are compared with. */
  readonly pythonFullVersion: string;
  readonly isFreeThreaded: boolean;
  /** The first part of a wheel's tag (PEP 425): `cp312`, and `cp313` of a free-threaded build too. */
  readonly interpreterTag: string;
  /** `cp312`, or `cp313t` of a free-threaded build. */
  readonly abiTag: string;
  /**
   * Names the interpreter in jobs, capabilities, plans and pages of the index, where a free-threaded build has to be
   * told from the ordinary one: `cp312`, `cp313t`. It is not compared with the tags of wheels.
   */
  readonly pythonTag: string;
  /** As asked for, for example `manylinux_2_28_s390x`. */
  readonly platformTag: string;
  readonly machine: string;
  readonly libc: Libc;
  /** Best first. */
  readonly tags: readonly Tag[];
  /** Position of a formatted tag in `tags`. */
  readonly tagRanks: ReadonlyMap<string, number>;
  readonly markers: MarkerEnvironment;
}

export interface TargetOptions {
  /** `3.12`, or `3.12.4` where the patch level is known; `3.13t` is a free-threaded build (PEP 703). */
  readonly pythonVersion: string;
  readonly platformTag: string;
  readonly isFreeThreaded?: boolean;
  /** Kernel of the target, for the rare marker that asks. Unknown: empty, and such a marker is false. */
  readonly platformRelease?: string;
  readonly platformVersion?: string;
}

/**
 * The patch level assumed for `3.x`. A target that is kept up to date has at least this one, and a package that asks
 * for a patch level asks for an older one. Give the whole version where the target is known to be behind.
 */
const assumedPatch: Readonly<Record<number, number>> = {
  8: 20,
  9: 25,
  10: 19,
  11: 14,
  12: 12,
  13: 11,
  14: 2,
  15: 0,
};
const oldestMinor = 8;
export const firstFreeThreadedMinor = 13;

/** Minor versions whose patch level is known, oldest first. */
export const knownMinors: readonly number[] = Object.keys(assumedPatch).map(Number);

const invalid = (text: string, why: string): PackagingError =>
  new PackagingError(
    'TARGET_INVALID',
    `${quoteForError(text)} is not a Python that can be built for: ${why}`,
  );

const parsePython = (text: string): { minor: number; patch: number; isThreaded: boolean } => {
  const match = /^3\.([0-9]{1,2})(?:\.([0-9]{1,3}))?(t?)$/.exec(text);
  if (match?.[1] === undefined) throw invalid(text, 'expected a version such as 3.12 or 3.12.4.');
  const minor = Number(match[1]);
  if (minor < oldestMinor) throw invalid(text, `3.${oldestMinor} is the oldest.`);
  const patch = match[2] === undefined ? (assumedPatch[minor] ?? 0) : Number(match[2]);
  return { minor, patch, isThreaded: match[3] === 't' };
};

/**
 * Builds the target of an interpreter version and a Linux platform tag. Every machine and C library costs one row of
 * a table. Throws `TARGET_INVALID`.
 */
export const createTarget = (options: TargetOptions): TargetEnvironment => {
  const { platformTag } = options;
  const { minor, patch, isThreaded } = parsePython(options.pythonVersion);
  const isFreeThreaded = isThreaded || options.isFreeThreaded === true;
  if (isFreeThreaded && minor < firstFreeThreadedMinor) {
    throw invalid(options.pythonVersion, 'free-threaded builds begin with 3.13 (PEP 703).');
  }
  const platform = parsePlatformTag(platformTag);
  const pythonVersion = `3.${minor}`;
  const pythonFullVersion = `${pythonVersion}.${patch}`;
  const abiTag = `cp3${minor}${isFreeThreaded ? 't' : ''}`;
  const tags = compatibleTags({ minor, isFreeThreaded }, compatiblePlatforms(platform));
  return {
    implementation: 'cpython',
    pythonVersion,
    pythonFullVersion,
    isFreeThreaded,
    interpreterTag: `cp3${minor}`,
    abiTag,
    pythonTag: abiTag,
    platformTag,
    machine: platform.machine,
    libc: platform.libc,
    tags,
    tagRanks: new Map(tags.map((tag, rank) => [formatTag(tag), rank])),
    markers: {
      os_name: 'posix',
      sys_platform: 'linux',
      platform_machine: platform.machine,
      platform_python_implementation: 'CPython',
      platform_release: options.platformRelease ?? '',
      platform_system: 'Linux',
      platform_version: options.platformVersion ?? '',
      python_version: pythonVersion,
      python_full_version: pythonFullVersion,
      implementation_name: 'cpython',
      implementation_version: pythonFullVersion,
    },
  };
};
