import { type PlanSource } from '@ironwheel/contracts';
import { type Version } from '@ironwheel/packaging';
import { type IndexFile } from '../index-client/project-listing.ts';
import { type LockedPackage } from '../inputs/locked-package.ts';
import { type Missing } from '../solving/solver-types.ts';
import { type ListedRelease } from './listed-releases.ts';

/** A wheel or sdist that is already in the artifact store because a user handed it in. */
export interface SourceFile {
  readonly filename: string;
  readonly sha256: string;
  readonly size: number;
}

/** A wheel that our own index serves for the target. */
export interface OwnArtifact {
  /** `input`: served as it was handed in, so its bytes are somebody else's (hashes, `no_binary`). Default `own`. */
  readonly origin?: 'own' | 'input';
  readonly filename: string;
  readonly sha256: string;
  readonly size?: number;
  readonly requires_python?: string | null;
  readonly yanked: boolean | string;
}

/** One file of a release, from wherever. Its name is read when it matters: a project may list sixty thousand. */
export interface ReleaseFile {
  readonly filename: string;
  readonly origin: PlanSource['origin'];
  readonly source: PlanSource;
  readonly requiresPython: string | null;
  /** False, or the reason (PEP 592). */
  readonly yanked: false | string;
  /** Lower-case digests by algorithm. */
  readonly hashes: Readonly<Record<string, string>>;
  /** How an index, or a direct URL, tells it; null for what lies in the artifact store. */
  readonly indexFile: IndexFile | null;
}

/** Every file of one version. */
export interface Release {
  readonly name: string;
  readonly version: Version;
  readonly wheels: readonly ReleaseFile[];
  readonly sdists: readonly ReleaseFile[];
  /** Every file of it is (PEP 592). */
  readonly isYanked: boolean;
  /** Set where the source is known and cannot be had, whatever files there are. */
  readonly refusal: Missing | null;
  /** A source that no worker can fetch (a repository over ssh): shown, never built from. */
  readonly shownSource: PlanSource | null;
  /** The lock that names it; its needs are then those of the lock. */
  readonly locked: LockedPackage | null;
  /** Set where all of it is what one index lists. */
  readonly listed: ListedRelease | null;
}

/** Says what its index says; a plan makes one for each of thousands of files, and writes out the source of one. */
class IndexReleaseFile implements ReleaseFile {
  readonly indexFile: IndexFile;
  readonly origin: 'index' | 'url';

  constructor(indexFile: IndexFile, origin: 'index' | 'url') {
    this.indexFile = indexFile;
    this.origin = origin;
  }

  get filename(): string {
    return this.indexFile.filename;
  }

  get requiresPython(): string | null {
    return this.indexFile.requiresPython;
  }

  get yanked(): false | string {
    return this.indexFile.yanked;
  }

  get hashes(): IndexFile['hashes'] {
    return this.indexFile.hashes;
  }

  get source(): PlanSource {
    const { filename, url, size, hashes } = this.indexFile;
    const sha256 = hashes['sha256'] ?? null;
    return { origin: this.origin, filename, url, sha256, ...(size === null ? {} : { size }) };
  }
}

export const toIndexReleaseFile = (file: IndexFile, origin: 'index' | 'url' = 'index'): ReleaseFile =>
  new IndexReleaseFile(file, origin);

/** What a worker makes a source tree of: nothing of it can be read before it is fetched. */
export const toTreeReleaseFile = (source: PlanSource, hashes: ReleaseFile['hashes'] = {}): ReleaseFile => ({
  filename: source.filename,
  origin: source.origin,
  source,
  requiresPython: null,
  yanked: false,
  hashes,
  indexFile: null,
});

/** Why nothing of a source can be read while it is planned; null where it is a file that can. */
export const findUnreadable = ({ origin, source }: ReleaseFile): string | null => {
  if (origin === 'git') return 'Its source is a repository, which is read only when a worker fetches it.';
  if (source.subdirectory === undefined) return null;
  return `Its source is a folder of ${source.filename}, which is read only when a worker fetches it.`;
};

export const toInputReleaseFile = ({ filename, sha256, size }: SourceFile): ReleaseFile => ({
  filename,
  origin: 'input',
  source: { origin: 'input', filename, sha256, size },
  requiresPython: null,
  yanked: false,
  hashes: { sha256 },
  indexFile: null,
});

export const toOwnReleaseFile = (artifact: OwnArtifact): ReleaseFile => {
  const { origin = 'own', filename, sha256, size } = artifact;
  return {
    filename,
    origin,
    source: { origin, filename, sha256, ...(size === undefined ? {} : { size }) },
    requiresPython: artifact.requires_python ?? null,
    yanked: artifact.yanked === true ? '' : artifact.yanked,
    hashes: { sha256 },
    indexFile: null,
  };
};
