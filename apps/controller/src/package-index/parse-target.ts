import { PackagingError, parseTargetName, type TargetEnvironment } from '@ironwheel/packaging';
import { AppError } from '../platform/index.ts';

/** Reads a target of a path, as in `/index/cp312-manylinux_2_28_s390x/`. Throws INDEX_PROJECT_NOT_FOUND. */
export function parseTarget(text: string): TargetEnvironment {
  try {
    return parseTargetName(text);
  } catch (cause) {
    if (!(cause instanceof PackagingError)) throw cause;
    throw new AppError('INDEX_PROJECT_NOT_FOUND', `The path names no target. ${cause.message}`, { cause });
  }
}
