import { type Marker } from './marker.ts';
import { PackagingError } from './packaging-error.ts';
import { type ProblemReport } from './table-reader.ts';
import { type TargetEnvironment } from './target-environment.ts';
import { type Version } from './version.ts';

/** One file that a lock names. */
export interface LockFile {
  readonly kind: 'wheel' | 'sdist' | 'archive';
  readonly filename: string;
  /** Absolute; null where the lock names none, or a path. */
  readonly url: string | null;
  /** A file of the machine where the lock was made. */
  readonly path: string | null;
  /** Lower-case hexadecimal digests by lower-case algorithm. */
  readonly hashes: Readonly<Record<string, string>>;
  readonly size: number | null;
  /** RFC 3339. */
  readonly uploadTime: string | null;
}

/** Where a locked package comes from. */
export type LockSource =
  /** Null: an index the lock does not name, or one of files on the machine where it was made. */
  | { readonly kind: 'index'; readonly url: string | null }
  | { readonly kind: 'url'; readonly url: string; readonly subdirectory: string | null }
  | {
      readonly kind: 'git';
      readonly url: string;
      readonly commit: string;
      readonly subdirectory: string | null;
    }
  /** A folder or file of the machine where the lock was made. */
  | { readonly kind: 'path'; readonly path: string };

/** A dependency as a lock states it. */
export interface LockNeed {
  readonly normalizedName: string;
  /** Null: the lock has one version of it for the target. */
  readonly version: Version | null;
  /** Normalized. */
  readonly extras: readonly string[];
  /** Null: always, or the lock evaluated it when it was made. */
  readonly marker: Marker | null;
}

/** A package of a lock that the target gets. */
export interface SelectedPackage {
  readonly normalizedName: string;
  /** Null: the lock states none (a source tree). */
  readonly version: Version | null;
  readonly source: LockSource;
  /** All that the lock lists, for whatever platform: a build needs the sdist, a comparison the foreign wheels. */
  readonly files: readonly LockFile[];
  /** Those that hold on the target. */
  readonly needs: readonly LockNeed[];
  /** Whether the user's own project asks for it, and not only another package. */
  readonly isDirect: boolean;
}

export interface UnselectedPackage {
  readonly normalizedName: string;
  readonly version: Version | null;
  readonly why: string;
}

/** What a lock holds for one target. */
export interface LockSelection {
  /** By name, each once. */
  readonly packages: readonly SelectedPackage[];
  /** The user's own projects, which the lock was made for: nothing to fetch. Normalized names. */
  readonly roots: readonly string[];
  readonly unselected: readonly UnselectedPackage[];
  /** Sentences for people: what may surprise them. */
  readonly notes: readonly string[];
}

export interface LockSelectionOptions {
  readonly target: TargetEnvironment;
  readonly extras?: readonly string[];
  readonly dependencyGroups?: readonly string[];
}

/** For people: `CPython 3.12 on manylinux_2_28_s390x`. */
export const formatTarget = (target: TargetEnvironment): string =>
  `CPython ${target.pythonVersion}${target.isFreeThreaded ? 't' : ''} on ${target.platformTag}`;

/** A lock made for other platforms often leaves out the files of this one, but it may still be right for it. */
export const describeForeignLock = (key: string, target: TargetEnvironment): string =>
  `The lock's ${key} do not take in ${formatTarget(target)}: files, and packages that only this platform needs, may be missing from it.`;

/** Names of extras or groups that the lock does not have are problems. */
export const checkNames = (
  report: ProblemReport,
  kind: 'extra' | 'dependency group',
  wanted: ReadonlySet<string>,
  known: ReadonlySet<string>,
): void => {
  for (const name of wanted) {
    if (known.has(name)) continue;
    const names = [...known].slice(0, 20).join(', ');
    report.add(`There is no ${kind} ${name} in it; it has ${names || 'none'}.`);
  }
};

/** Evaluates a marker that stands in a lock; a comparison without meaning becomes a problem of the place. */
export const attemptMarker = (report: ProblemReport, place: string, evaluate: () => boolean): boolean => {
  try {
    return evaluate();
  } catch (error) {
    if (!(error instanceof PackagingError)) throw error;
    report.add(`${place}: ${error.message}`);
    return false;
  }
};
