import {
  PackagingError,
  parsePylock,
  parseUvLock,
  selectPylockPackages,
  selectUvLockPackages,
  type LockSelection,
  type LockSelectionOptions,
} from '@ironwheel/packaging';
import { InputInvalidError } from './input-error.ts';
import { type LockedPackage } from './locked-package.ts';
import { describeLock, toLockedPackages } from './map-lock.ts';
import { parseToml } from './parse-toml.ts';

export const lockKinds = ['pylock', 'uv_lock'] as const;
export type LockKind = (typeof lockKinds)[number];

/** What a lock file holds for one target. */
export interface LockInput {
  readonly packages: readonly LockedPackage[];
  /** For people: what of the lock cannot be taken as it stands. */
  readonly notes: readonly string[];
}

/** Runs a reader of the packaging standards; its refusals are about the file that was handed in. */
export const readStandard = <T>(fileName: string, read: () => T): T => {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof PackagingError)) throw cause;
    throw new InputInvalidError([`${fileName}: ${cause.message}`], { cause });
  }
};

type Select = (options: LockSelectionOptions) => LockSelection;

const openLock = (kind: LockKind, text: string, fileName: string): Select => {
  const document = parseToml(text, fileName);
  return readStandard(fileName, (): Select => {
    if (kind === 'pylock') {
      const lock = parsePylock(document);
      return (options) => selectPylockPackages(lock, options);
    }
    const lock = parseUvLock(document);
    return (options) => selectUvLockPackages(lock, options);
  });
};

/** Whether a lock file is sound, whatever target it is for. Throws `InputInvalidError`. */
export const checkLock = (kind: LockKind, text: string, fileName: string): void => {
  openLock(kind, text, fileName);
};

/** Selects a lock's packages for a target. Throws `InputInvalidError`, also where the lock is not for the target. */
export const readLock = (
  kind: LockKind,
  text: string,
  fileName: string,
  options: LockSelectionOptions,
): LockInput => {
  const select = openLock(kind, text, fileName);
  const selection = readStandard(fileName, () => select(options));
  return {
    packages: toLockedPackages(selection, fileName),
    notes: describeLock(selection, fileName),
  };
};
