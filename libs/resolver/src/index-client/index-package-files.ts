import {
  findSdistFileName,
  findWheelFileName,
  type SdistFileName,
  type WheelFileName,
} from '@ironwheel/packaging';
import { readTarSdist, readZipSdist, type SdistExtract } from '../archives/sdist-archive.ts';
import { largestMetadata, readWheelMetadata } from '../archives/wheel-archive.ts';
import { type ExtractCache } from './extract-cache.ts';
import { type FileFetcher } from './fetch-file.ts';
import { IndexUnreachableError } from './index-error.ts';
import { LruMap } from './lru-map.ts';
import { PackageFileError } from './package-file-error.ts';
import { type FileMetadata, type PackageFiles, type SdistFacts } from './package-files.ts';
import { type IndexFile } from './project-listing.ts';
import { cutDescription, parseReleaseMetadata, readArchive } from './read-metadata.ts';
import { decodeExtract, encodeExtract, toSdistFacts, toSdistMetadata } from './read-sdist.ts';
import { fetchListed, openRemoteFile, streamRemoteFile, type RemoteFile } from './remote-file.ts';

export interface IndexPackageFilesOptions {
  readonly fetcher: FileFetcher;
  /** Of what was read out of files; null: none. */
  readonly cache: ExtractCache | null;
  /** Of what was parsed: shared by all plans of a process, it spares them reading and parsing. */
  readonly memory?: PackageFilesMemory;
}

const defaultKeptRequirements = 1_000_000;
/** What a parsed file costs besides its requirements, counted in requirements. */
const ownWeight = 4;

const weighMetadata = (metadata: FileMetadata): number =>
  ownWeight + (metadata.kind === 'known' ? metadata.metadata.requiresDist.length : 0);
const weighFacts = ({ metadata, project, buildSystem }: SdistFacts): number =>
  ownWeight +
  buildSystem.requires.length +
  (metadata?.requiresDist.length ?? 0) +
  (project?.dependencies?.length ?? 0) +
  Object.values(project?.optionalDependencies ?? {}).reduce((sum, list) => sum + list.length, 0);

/** What was parsed, in memory, those used last. `maxRequirements` bounds it: most of the bytes are theirs. */
export class PackageFilesMemory {
  readonly metadata: LruMap<FileMetadata>;
  readonly facts: LruMap<SdistFacts>;

  constructor(maxRequirements = defaultKeptRequirements) {
    this.metadata = new LruMap(maxRequirements, weighMetadata);
    this.facts = new LruMap(maxRequirements, weighFacts);
  }
}

/**
 * What is kept of a file is kept by its SHA-256 and by where it was read: ranges cannot be checked against the hash, so
 * what one index says of a file must not answer for another. Undefined: not immutable, not kept.
 */
const findCacheKey = ({ url, hashes, metadata }: IndexFile): string | undefined => {
  const { sha256 } = hashes;
  if (sha256 === undefined) return undefined;
  const { origin, pathname } = new URL(url);
  return [origin + pathname, sha256, metadata === null ? '' : (metadata.sha256 ?? 'unstated')].join('\n');
};

const wheelPlaces = ['core-metadata', 'wheel'] as const;

/** PEP 658: METADATA lies beside the file. */
const toMetadataUrl = (url: string): string => {
  const beside = new URL(url);
  beside.pathname += '.metadata';
  return beside.href;
};

/** Reads files of indexes over HTTP: PEP 658, else ranges. What was read once is neither read nor parsed again. */
export class IndexPackageFiles implements PackageFiles {
  readonly #fetcher: FileFetcher;
  readonly #cache: ExtractCache | null;
  readonly #memory: PackageFilesMemory;

  constructor({ fetcher, cache, memory = new PackageFilesMemory() }: IndexPackageFilesOptions) {
    this.#fetcher = fetcher;
    this.#cache = cache;
    this.#memory = memory;
  }

  async readMetadata(file: IndexFile, signal?: AbortSignal): Promise<FileMetadata> {
    const key = findCacheKey(file);
    const known = key === undefined ? undefined : this.#memory.metadata.get(key);
    if (known !== undefined) return known;
    const wheel = findWheelFileName(file.filename);
    const metadata =
      wheel === undefined
        ? toSdistMetadata(await this.readSdist(file, signal), this.#parseSdistName(file))
        : await this.#readWheel({ fetcher: this.#fetcher, file, signal }, wheel, key);
    if (key !== undefined) this.#memory.metadata.set(key, metadata);
    return metadata;
  }

  async readSdist(file: IndexFile, signal?: AbortSignal): Promise<SdistFacts> {
    const key = findCacheKey(file);
    const known = key === undefined ? undefined : this.#memory.facts.get(key);
    if (known !== undefined) return known;
    const sdist = this.#parseSdistName(file);
    const cacheKey = key === undefined ? undefined : `sdist\n${key}`;
    const kept = await this.#getKept(cacheKey);
    const keptExtract = kept === undefined ? undefined : decodeExtract(kept);
    const extract = keptExtract ?? (await this.#fetchSdist({ fetcher: this.#fetcher, file, signal }, sdist));
    const facts = toSdistFacts(extract, file.url);
    if (keptExtract === undefined) await this.#keep(cacheKey, encodeExtract(extract));
    if (key !== undefined) this.#memory.facts.set(key, facts);
    return facts;
  }

  #parseSdistName({ filename, url }: IndexFile): SdistFileName {
    const sdist = findSdistFileName(filename);
    if (sdist === undefined) {
      throw new PackageFileError(
        'PACKAGE_FILE_BROKEN',
        url,
        'its name is neither that of a wheel nor of an sdist.',
      );
    }
    return sdist;
  }

  async #fetchSdist(remote: RemoteFile, sdist: SdistFileName): Promise<SdistExtract> {
    return readArchive(remote.file.url, async () =>
      sdist.format === '.zip'
        ? readZipSdist(await openRemoteFile(remote), sdist)
        : readTarSdist(streamRemoteFile(remote), sdist),
    );
  }

  async #readWheel(remote: RemoteFile, wheel: WheelFileName, key: string | undefined): Promise<FileMetadata> {
    const { file } = remote;
    for (const place of wheelPlaces) {
      const kept = await this.#getKept(key === undefined ? undefined : `${place}\n${key}`);
      if (kept !== undefined) {
        return { kind: 'known', metadata: parseReleaseMetadata(kept, wheel, file.url), place };
      }
    }
    const beside = file.metadata === null ? undefined : await this.#findBeside(remote);
    const [place, url] =
      beside === undefined
        ? (['wheel', file.url] as const)
        : (['core-metadata', toMetadataUrl(file.url)] as const);
    const bytes =
      beside ?? (await readArchive(url, async () => readWheelMetadata(await openRemoteFile(remote), wheel)));
    const metadata = parseReleaseMetadata(bytes, wheel, url);
    await this.#keep(key === undefined ? undefined : `${place}\n${key}`, cutDescription(bytes));
    return { kind: 'known', metadata, place };
  }

  /** METADATA beside the file; undefined when the index states it and does not have it. */
  async #findBeside({ file, signal }: RemoteFile): Promise<Uint8Array | undefined> {
    try {
      const { body } = await fetchListed(this.#fetcher, {
        url: toMetadataUrl(file.url),
        maxBytes: largestMetadata,
        sha256: file.metadata?.sha256 ?? null,
        ...(signal === undefined ? {} : { signal }),
      });
      return body;
    } catch (error) {
      if (error instanceof IndexUnreachableError && error.problem === 'absent') return undefined;
      throw error;
    }
  }

  async #getKept(key: string | undefined): Promise<Uint8Array | undefined> {
    return key === undefined ? undefined : this.#cache?.get(key);
  }

  async #keep(key: string | undefined, bytes: Uint8Array): Promise<void> {
    if (key !== undefined) await this.#cache?.setLater(key, bytes);
  }
}
