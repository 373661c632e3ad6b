import { type ExtractCache } from '../index-client/extract-cache.ts';
import { IndexClient, type IndexClientOptions } from '../index-client/index-client.ts';
import { IndexPackageFiles, type PackageFilesMemory } from '../index-client/index-package-files.ts';
import { type PackageFiles } from '../index-client/package-files.ts';
import { type PackageIndex } from '../index-client/project-listing.ts';
import { type PlanCaches } from './plan-caches.ts';

export interface FileCaches {
  /** What was read out of files. */
  readonly extracts: ExtractCache;
  /** What was parsed of it. */
  readonly parsed: PackageFilesMemory;
}

/** Indexes as a plan asks them: their pages, and what the files behind these say of themselves. */
const joinPackageFiles = (client: IndexClient, caches: FileCaches): PackageIndex & PackageFiles => {
  const files = new IndexPackageFiles({
    fetcher: client.files,
    cache: caches.extracts,
    memory: caches.parsed,
  });
  return {
    indexUrl: client.indexUrl,
    extraIndexUrls: client.extraIndexUrls,
    findProject: (name, signal) => client.findProject(name, signal),
    readMetadata: (file, signal) => files.readMetadata(file, signal),
    readSdist: (file, signal) => files.readSdist(file, signal),
  };
};

export type PlanIndexOptions = Omit<IndexClientOptions, 'indexes' | 'memory' | 'disk'> & {
  /** In order of trust; may carry credentials. */
  readonly urls: readonly string[];
  readonly caches: PlanCaches;
};

/** A client of its own with the caches of the process. Null without an index. */
export const openPlanIndex = ({
  urls,
  caches,
  ...options
}: PlanIndexOptions): (PackageIndex & PackageFiles) | null => {
  if (urls.length === 0) return null;
  const indexes = urls.map((url) => ({ url }));
  const client = new IndexClient({ ...options, indexes, memory: caches.listings, disk: caches.disk });
  return joinPackageFiles(client, caches);
};
