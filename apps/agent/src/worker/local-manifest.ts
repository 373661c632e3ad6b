import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestEntrySchema, type Claim } from '@ironwheel/contracts';
import type { StructuredLogger } from '@ironwheel/logging';
import { z } from 'zod';
import { readJsonFile, writeFileAtomic } from '../state/state-files.ts';
import type { Delivery } from './attempt/attempt-record.ts';

const localManifestSchema = z.object({ entries: z.array(manifestEntrySchema) });
const maxEntries = 20_000;

/** One writer at a time: attempts end at the same moment. */
let last: Promise<void> = Promise.resolve();

async function addEntries(outputDirectory: string, claim: Claim, delivery: Delivery): Promise<void> {
  await mkdir(outputDirectory, { recursive: true });
  const path = join(outputDirectory, 'manifest.json');
  const known = (await readJsonFile(path, localManifestSchema))?.entries ?? [];
  const { name, version, python_tag, platform_tag } = claim.job;
  const base = { name, version, python_tag, platform_tag, status: delivery.result.status };
  const added =
    delivery.artifacts.length === 0
      ? [{ ...base, wheel: '' }]
      : delivery.artifacts.map(({ filename, sha256, size }) => ({ ...base, wheel: filename, sha256, size }));
  const entries = [...known, ...added].slice(-maxEntries);
  await writeFileAtomic(path, `${JSON.stringify({ entries }, null, 2)}\n`, 0o644);
}

/** Seed 002: the worker always writes its manifest locally as well. A failure is logged; the attempt is not touched. */
export const noteInManifest = (
  outputDirectory: string,
  claim: Claim,
  delivery: Delivery,
  logger: StructuredLogger,
): Promise<void> => {
  last = last.then(() =>
    addEntries(outputDirectory, claim, delivery).catch((error: unknown) =>
      logger.error('manifest.json could not be written.', { error }),
    ),
  );
  return last;
};
