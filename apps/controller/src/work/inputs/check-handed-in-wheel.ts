import { parseWheelFileName } from '@ironwheel/packaging';
import { InputInvalidError } from '@ironwheel/resolver';
import { checkWheel, openArchiveFile, UnsoundArchiveError, type ZipLimits } from '../artifacts/index.ts';

/** The same check as that of a wheel that a worker brings. Throws `InputInvalidError`. */
export async function checkHandedInWheel(filename: string, path: string, limits: ZipLimits): Promise<void> {
  const wheel = parseWheelFileName(filename);
  try {
    await checkWheel(wheel, await openArchiveFile(path), limits);
  } catch (cause) {
    if (!(cause instanceof UnsoundArchiveError)) throw cause;
    throw new InputInvalidError([`${filename} is not a sound wheel: ${cause.message}.`], { cause });
  }
}
