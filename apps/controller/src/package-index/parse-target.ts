import { createTarget, PackagingError, type TargetEnvironment } from '@ironwheel/packaging';
import { AppError } from '../platform/index.ts';

/** An interpreter and a platform, as in `/index/cp312-manylinux_2_28_s390x/`. */
export interface IndexTarget {
  readonly pythonTag: string;
  readonly platformTag: string;
  readonly environment: TargetEnvironment;
}

const form = /^(cp3(\d{1,2})(t?))-([a-z][a-z0-9_]{1,79})$/;

/** Throws INDEX_PROJECT_NOT_FOUND. */
export function parseTarget(text: string): IndexTarget {
  const [, pythonTag = '', minor = '', threading = '', platformTag = ''] = form.exec(text) ?? [];
  try {
    if (pythonTag === '') throw new PackagingError('TARGET_INVALID', 'It has no such form.');
    const environment = createTarget({
      pythonVersion: `3.${minor}`,
      platformTag,
      isFreeThreaded: threading === 't',
    });
    return { pythonTag, platformTag, environment };
  } catch (cause) {
    if (!(cause instanceof PackagingError)) throw cause;
    throw new AppError(
      'INDEX_PROJECT_NOT_FOUND',
      `The path names no target; expected interpreter and platform such as cp312-manylinux_2_28_s390x. ${cause.message}`,
      { cause },
    );
  }
}
