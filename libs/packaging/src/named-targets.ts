import { PackagingError, quoteForError } from './packaging-error.ts';
import {
  createTarget,
  firstFreeThreadedMinor,
  knownMinors,
  type TargetEnvironment,
} from './target-environment.ts';

/** A target that people choose from. */
export interface NamedTarget {
  /** `cp312-manylinux_2_28_s390x` */
  readonly name: string;
  /** `3.12` */
  readonly pythonVersion: string;
  readonly isFreeThreaded: boolean;
  readonly platformTag: string;
}

/**
 * The platforms that are offered by name; another machine or C library is one more row. Any other platform that
 * `parsePlatformTag` knows can be asked for just as well.
 */
const namedPlatforms = ['manylinux_2_28_s390x', 'manylinux_2_28_x86_64', 'manylinux_2_28_aarch64'] as const;

/** Older ones can be asked for, but are no choice for new work. */
const oldestNamedMinor = 9;

const namePattern = /^cp3([0-9]|[1-9][0-9])(t?)-([a-z][a-z0-9_]{1,79})$/;

/** Reads a name such as `cp312-manylinux_2_28_s390x` or `cp313t-musllinux_1_2_s390x`. Throws `TARGET_INVALID`. */
export const parseTargetName = (name: string): TargetEnvironment => {
  const [, minor, threading, platformTag] = namePattern.exec(name) ?? [];
  if (minor === undefined || platformTag === undefined) {
    throw new PackagingError(
      'TARGET_INVALID',
      `${quoteForError(name)} names no target: expected interpreter and platform, such as cp312-manylinux_2_28_s390x, or cp313t-manylinux_2_28_s390x for a free-threaded Python.`,
    );
  }
  return createTarget({
    pythonVersion: `3.${minor}`,
    platformTag,
    isFreeThreaded: threading === 't',
  });
};

/** The name that `parseTargetName` reads; a known patch level is not part of it. */
export const formatTargetName = (target: TargetEnvironment): string =>
  `${target.pythonTag}-${target.platformTag}`;

/** Every named target: oldest Python first, a free-threaded build behind its ordinary one. */
export const listTargets = (): NamedTarget[] =>
  knownMinors
    .filter((minor) => minor >= oldestNamedMinor)
    .flatMap((minor) =>
      (minor >= firstFreeThreadedMinor ? [false, true] : [false]).flatMap((isFreeThreaded) =>
        namedPlatforms.map((platformTag) => ({
          name: `cp3${minor}${isFreeThreaded ? 't' : ''}-${platformTag}`,
          pythonVersion: `3.${minor}`,
          isFreeThreaded,
          platformTag,
        })),
      ),
    );
