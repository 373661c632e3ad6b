import { type BuildSystem, type CoreMetadata, type ProjectTable } from '@ironwheel/packaging';
import { type IndexFile } from './project-listing.ts';

/** Where METADATA was found: beside the file (PEP 658), in the wheel by ranged reads, or in the sdist (PEP 643). */
export const metadataPlaces = ['core-metadata', 'wheel', 'sdist'] as const;
export type MetadataPlace = (typeof metadataPlaces)[number];

export type FileMetadata =
  | { readonly kind: 'known'; readonly metadata: CoreMetadata; readonly place: MetadataPlace }
  /** Only running the build on the target can tell what it depends on; `text` says why. */
  | { readonly kind: 'needs_host'; readonly text: string };

/** What an sdist says without running any of its code. */
export interface SdistFacts {
  /** Its PKG-INFO; null when it has none, or none that can be read. */
  readonly metadata: CoreMetadata | null;
  /** Of its pyproject.toml (PEP 518, PEP 517), or the default. */
  readonly buildSystem: BuildSystem;
  /** `[project]` of its pyproject.toml (PEP 621). */
  readonly project: ProjectTable | null;
}

/** Reads what the files of an index say of themselves, with as few bytes as possible. */
export interface PackageFiles {
  /** Of a wheel or an sdist. Throws `IndexUnreachableError`; a file that lies or is broken is `PackageFileError`. */
  readMetadata(file: IndexFile, signal?: AbortSignal): Promise<FileMetadata>;
  /** Of an sdist. Throws as `readMetadata`. */
  readSdist(file: IndexFile, signal?: AbortSignal): Promise<SdistFacts>;
}

/** Bytes that can be read from anywhere within: a file on disk, a kept artifact, or a file behind HTTP ranges. */
export interface RandomAccess {
  /** Bytes. */
  readonly size: number;
  /** At most `length` bytes; fewer only at the end. */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Opens wheels and sdists that are in the artifact store, or lie in a folder. */
export interface KeptFiles {
  /** METADATA of a wheel that was read already, and found to be of the release that its name says. */
  findMetadata?(sha256: string): CoreMetadata | undefined;
  open(sha256: string): Promise<RandomAccess>;
}
