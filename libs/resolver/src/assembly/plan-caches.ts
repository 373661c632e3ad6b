import { join } from 'node:path';
import {
  createMemoryExtractCache,
  DiskExtractCache,
  type ExtractCache,
} from '../index-client/extract-cache.ts';
import { HttpCache } from '../index-client/http-cache.ts';
import { IndexCache } from '../index-client/index-cache.ts';
import { PackageFilesMemory } from '../index-client/index-package-files.ts';
import { type DiskAccess } from '../index-client/small-files.ts';

const memoryExtractBytes = 64 * 1024 * 1024;

export interface PlanCacheOptions {
  /** Null: nothing is kept on disk. Several processes may share a directory. */
  readonly directory: string | null;
  /** On disk, in bytes. */
  readonly maxBytes: number;
  /** Default `threads`; `at-once` for a process that makes one plan and nothing else. */
  readonly access?: DiskAccess;
  /** A disk that fails makes plans slower, not wrong. */
  readonly onProblem: (problem: string, cause: unknown) => void;
}

/** What one plan learns and the next need not ask for: one for a process, shared by all of its plans. */
export class PlanCaches {
  readonly listings = new IndexCache();
  readonly parsed = new PackageFilesMemory();
  readonly disk: HttpCache | null;
  readonly extracts: ExtractCache;

  constructor({ directory, maxBytes, access = 'threads', onProblem }: PlanCacheOptions) {
    // Most of it is for pages: what is read out of files is small.
    const ofExtracts = Math.floor(maxBytes / 4);
    this.disk =
      directory === null
        ? null
        : new HttpCache({
            directory: join(directory, 'http'),
            maxBytes: maxBytes - ofExtracts,
            access,
            onProblem,
          });
    this.extracts =
      directory === null
        ? createMemoryExtractCache(memoryExtractBytes)
        : new DiskExtractCache({
            directory: join(directory, 'files'),
            maxBytes: ofExtracts,
            access,
            onProblem: (cause) => onProblem('what was read out of packages cannot be kept on disk', cause),
          });
  }

  /** Writes to the disk what waits for a quiet moment. */
  async flush(): Promise<void> {
    await Promise.all([this.disk?.flush(), this.extracts.flush()]);
  }
}
