import { createTarget, PackagingError, type TargetEnvironment } from '@ironwheel/packaging';

/** A target of the index: interpreter and platform, as in `/index/cp312-manylinux_2_28_s390x/simple/`. */
export interface IndexTarget {
  readonly pythonTag: string;
  readonly platformTag: string;
  readonly environment: TargetEnvironment;
}

const form = /^(cp3(\d{1,2})(t?))-([a-z0-9_]{1,80})$/;

/** Null for what names no target. */
export function findIndexTarget(text: string): IndexTarget | null {
  const [, pythonTag, minor, freeThreaded, platformTag] = form.exec(text) ?? [];
  if (pythonTag === undefined || minor === undefined || platformTag === undefined) return null;
  try {
    const environment = createTarget({
      pythonVersion: `3.${minor}`,
      platformTag,
      isFreeThreaded: freeThreaded === 't',
    });
    return { pythonTag, platformTag, environment };
  } catch (error) {
    if (error instanceof PackagingError) return null;
    throw error;
  }
}
