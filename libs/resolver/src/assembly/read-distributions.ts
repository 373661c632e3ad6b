import { type CoreMetadata } from '@ironwheel/packaging';
import { openLocalFile } from '../archives/random-access.ts';
import { LruMap } from '../index-client/lru-map.ts';
import { type KeptFiles } from '../index-client/package-files.ts';
import { readArchive } from '../index-client/read-metadata.ts';
import { hashLocalFile } from '../inputs/hash-local-file.ts';
import { InputProblems } from '../inputs/input-problems.ts';
import { selectWheels, type LocalInput } from '../inputs/list-input-folder.ts';
import { scanWheels } from '../inputs/scan-wheels.ts';
import { type SourceFile } from '../planning/release.ts';

export interface LocalDistributions {
  /** In the order of the files, each once. */
  readonly sourceFiles: readonly SourceFile[];
  readonly kept: KeptFiles;
}

/** Beyond these, what was scanned first is read again when the planner asks: memory does not grow with the folder. */
const maxKeptRequirements = 1_000_000;
/** What METADATA costs besides its requirements, counted in requirements. */
const ownWeight = 4;

/** Files by their digests, and what a scan found in them, by their paths. */
class ScannedFiles implements KeptFiles {
  readonly #paths = new Map<string, string>();
  readonly #metadata = new LruMap<CoreMetadata>(
    maxKeptRequirements,
    ({ requiresDist }) => ownWeight + requiresDist.length,
  );

  addMetadata(path: string, metadata: CoreMetadata): void {
    this.#metadata.set(path, metadata);
  }

  addFile(sha256: string, path: string): void {
    this.#paths.set(sha256, path);
  }

  findMetadata(sha256: string): CoreMetadata | undefined {
    return this.#metadata.get(this.#paths.get(sha256) ?? '');
  }

  open(sha256: string): ReturnType<KeptFiles['open']> {
    const path = this.#paths.get(sha256);
    if (path === undefined) throw new RangeError(`no file with the digest ${sha256} was handed in`);
    return openLocalFile(path);
  }
}

/**
 * Reads wheels and sdists of this machine: names and METADATA of all wheels first, so that a bad one is told before the
 * folder is hashed. Throws one `InputInvalidError` with every problem of every file; nothing may be planned then.
 */
export const readDistributions = async (
  files: readonly LocalInput[],
  signal?: AbortSignal,
): Promise<LocalDistributions> => {
  const kept = new ScannedFiles();
  for await (const { path, metadata } of scanWheels(selectWheels(files), signal)) {
    kept.addMetadata(path, metadata);
  }
  const problems = new InputProblems();
  const found = new Map<string, SourceFile>();
  for (const { path, filename } of files) {
    try {
      const hashed = await readArchive(filename, () => hashLocalFile(path, signal));
      const other = found.get(filename);
      if (other !== undefined && other.sha256 !== hashed.sha256) {
        problems.add(filename, 'there are two of this name with different content; keep one.');
      }
      found.set(filename, { filename, ...hashed });
      kept.addFile(hashed.sha256, path);
    } catch (error) {
      problems.addError(filename, error);
    }
  }
  problems.throwIfAny();
  return { sourceFiles: [...found.values()], kept };
};
