import { parseWheelFileName, type CoreMetadata, type WheelFileName } from '@ironwheel/packaging';
import { openLocalFile } from '../archives/random-access.ts';
import { readWheelMetadata } from '../archives/wheel-archive.ts';
import { firstTailBytes } from '../archives/zip-reader.ts';
import { parseReleaseMetadata, readArchive } from '../index-client/read-metadata.ts';
import { InputProblems } from './input-problems.ts';
import { type LocalInput } from './list-input-folder.ts';

/** A wheel as its name and its METADATA say; its content is not read. */
export interface ScannedWheel extends LocalInput {
  readonly wheel: WheelFileName;
  readonly metadata: CoreMetadata;
}

/** Files under way at one time: enough to keep every thread of the pool busy, few enough for any limit of handles. */
const batchFiles = 32;

const readWheel = async ({ path, filename }: LocalInput, scratch: Buffer): Promise<ScannedWheel> => {
  const wheel = parseWheelFileName(filename);
  return readArchive(filename, async () => {
    const access = await openLocalFile(path, scratch);
    try {
      const metadata = parseReleaseMetadata(await readWheelMetadata(access, wheel), wheel, filename);
      return { path, filename, wheel, metadata };
    } finally {
      await access.close();
    }
  });
};

const toIdentity = ({ normalizedName, version, buildTag, tagText }: WheelFileName): string =>
  [normalizedName, version.text.toLowerCase(), buildTag?.number ?? '', buildTag?.suffix ?? '', tagText].join(
    '-',
  );

/**
 * Reads wheels in the order given, a batch at a time, so that memory does not grow with their number; links are not
 * followed. Every problem is found before the scan ends, which it then does with one `InputInvalidError` of all of
 * them: what was given before may only be used when the scan ends without.
 */
export async function* scanWheels(
  files: readonly LocalInput[],
  signal?: AbortSignal,
): AsyncGenerator<ScannedWheel> {
  const problems = new InputProblems();
  const seen = new Map<string, string>();
  // Nothing of a file's bytes outlives its reading, so each batch may read where the one before did.
  const scratch = Array.from({ length: batchFiles }, () => Buffer.allocUnsafeSlow(firstTailBytes));
  for (let start = 0; start < files.length; start += batchFiles) {
    signal?.throwIfAborted();
    const batch = files.slice(start, start + batchFiles);
    const read = await Promise.allSettled(
      batch.map((file, index) => readWheel(file, scratch[index] ?? Buffer.alloc(0))),
    );
    for (const [index, outcome] of read.entries()) {
      if (outcome.status === 'rejected') {
        problems.addError(batch[index]?.filename ?? '', outcome.reason);
        continue;
      }
      const wheel = outcome.value;
      const identity = toIdentity(wheel.wheel);
      const other = seen.get(identity) ?? wheel.filename;
      seen.set(identity, other);
      // Two spellings of one name would make it a matter of chance which wheel is meant.
      if (other === wheel.filename) yield wheel;
      else problems.add(wheel.filename, `it is the same wheel as ${other}, spelt in another way; keep one.`);
    }
  }
  problems.throwIfAny();
}
