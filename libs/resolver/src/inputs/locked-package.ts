import { type Marker, type Version } from '@ironwheel/packaging';

/** One file that a lock names. */
export interface LockedFile {
  readonly filename: string;
  /** Absolute; null where the lock names none, or a path. */
  readonly url: string | null;
  /** Lower-case hexadecimal digests by algorithm. */
  readonly hashes: Readonly<Record<string, string>>;
  readonly size: number | null;
  /** RFC 3339. */
  readonly uploadTime: string | null;
}

/** Where a locked package comes from. */
export type LockedSource =
  | { readonly kind: 'index'; readonly url: string | null }
  | { readonly kind: 'url'; readonly url: string }
  | {
      readonly kind: 'git';
      readonly url: string;
      readonly commit: string;
      readonly subdirectory: string | null;
    }
  /** A folder of the machine where the lock was made: nothing that can be had here. */
  | { readonly kind: 'directory'; readonly path: string };

/** A dependency as a lock states it. */
export interface LockedNeed {
  readonly name: string;
  /** Null: the lock has one version of it. */
  readonly version: string | null;
  readonly extras: readonly string[];
  readonly marker: Marker | null;
}

/** A package of a lock that was selected for the target. */
export interface LockedPackage {
  readonly normalizedName: string;
  /** Null: the lock states none (a source tree). */
  readonly version: Version | null;
  /** For people: `uv.lock: numpy 2.1.0`. */
  readonly label: string;
  /** Whether the user's own project asks for it, and not only another package. */
  readonly isDirect: boolean;
  readonly source: LockedSource;
  readonly files: readonly LockedFile[];
  /** Already evaluated for the target. */
  readonly needs: readonly LockedNeed[];
}
