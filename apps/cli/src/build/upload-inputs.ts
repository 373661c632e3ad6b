import { inputViewSchema, listOf, mostInputDigests } from '@ironwheel/contracts';
import { isDistributionName, type LocalInput } from '@ironwheel/resolver';
import { createHash } from 'node:crypto';
import { createReadStream, openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { z } from 'zod';
import type { ControllerClient } from '../client/controller-client.ts';
import { CliError, usageError } from '../cli-error.ts';

const uploadTimeoutMs = 15 * 60_000;
/** Of one call; the controller's own bound may be lower, and then the call is made in parts. */
const maxFilesPerCall = 50;
const maxBytesPerCall = 128 * 1024 * 1024;
const maxParallel = 3;

const uploadAnswer = z.object({ items: z.array(inputViewSchema).min(1) });
const listAnswer = listOf(inputViewSchema);

export interface UploadProgress {
  /** Files that are with the controller. */
  readonly done: number;
  readonly total: number;
}

interface ReadyFile extends LocalInput {
  readonly sha256: string;
  readonly size: number;
}

/**
 * Hands files in and returns the ids of their inputs. What the controller has already, under the same name and with
 * the same bytes, is not sent again, so a broken upload goes on where it was. Throws `CliError`.
 */
export async function uploadInputs(
  client: ControllerClient,
  given: readonly LocalInput[],
  onProgress: (progress: UploadProgress) => void = () => undefined,
): Promise<string[]> {
  const files = await readFiles(given);
  const known = await findKnown(client, files);
  const texts = files.filter((file) => !isDistribution(file));
  const isEveryTextKnown = texts.every((file) => known.has(keyOf(file)));
  // Requirements files that name each other belong into one call.
  const ids = new Set<string>();
  const wanted = files.filter((file) => {
    const id = isDistribution(file) || isEveryTextKnown ? known.get(keyOf(file)) : undefined;
    if (id !== undefined) ids.add(id);
    return id === undefined;
  });
  let done = files.length - wanted.length;
  const total = files.length;
  if (done > 0) onProgress({ done, total });
  await inParallel(maxParallel, toBatches(wanted), async (batch) => {
    for (const id of await uploadBatch(client, batch)) ids.add(id);
    done += batch.length;
    onProgress({ done, total });
  });
  return [...ids];
}

const isDistribution = ({ filename }: LocalInput): boolean => isDistributionName(filename);

const keyOf = ({ sha256, filename }: { sha256: string; filename: string }): string => `${sha256} ${filename}`;

/** Each once, however often it was named. */
async function readFiles(given: readonly LocalInput[]): Promise<ReadyFile[]> {
  const files = new Map<string, ReadyFile>();
  for (const file of given) {
    const ready = { ...file, ...(await readFacts(file.path)) };
    files.set(keyOf(ready), ready);
  }
  return [...files.values()];
}

async function readFacts(path: string): Promise<{ sha256: string; size: number }> {
  const hash = createHash('sha256');
  try {
    const { size } = await stat(path);
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk);
    return { sha256: hash.digest('hex'), size };
  } catch (error) {
    throw usageError(`${path} cannot be read (${String((error as NodeJS.ErrnoException).code)}).`);
  }
}

/** Ids of inputs by digest and name. */
async function findKnown(
  client: ControllerClient,
  files: readonly ReadyFile[],
): Promise<ReadonlyMap<string, string>> {
  const known = new Map<string, string>();
  const digests = [...new Set(files.map(({ sha256 }) => sha256))];
  for (let at = 0; at < digests.length; at += mostInputDigests) {
    const query = { sha256: digests.slice(at, at + mostInputDigests).join(','), limit: 500 };
    const { items } = await client.get('/api/inputs', listAnswer, { query });
    for (const input of items) known.set(keyOf(input), input.input_id);
  }
  return known;
}

/** Text files together and first, then wheels and sdists by number and size. */
function toBatches(files: readonly ReadyFile[]): ReadyFile[][] {
  const texts = files.filter((file) => !isDistribution(file));
  const batches: ReadyFile[][] = texts.length === 0 ? [] : [texts];
  let batch: ReadyFile[] = [];
  let bytes = 0;
  for (const file of files.filter(isDistribution)) {
    if (batch.length === maxFilesPerCall || (batch.length > 0 && bytes + file.size > maxBytesPerCall)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(file);
    bytes += file.size;
  }
  return batch.length === 0 ? batches : [...batches, batch];
}

async function uploadBatch(client: ControllerClient, files: readonly ReadyFile[]): Promise<string[]> {
  const form = new FormData();
  for (const file of files) form.append('file', await openAsBlob(file.path), file.filename);
  try {
    const answer = await client.post('/api/inputs', uploadAnswer, { form, timeoutMs: uploadTimeoutMs });
    return answer.items.map((item) => item.input_id);
  } catch (error) {
    const isTooLarge = error instanceof CliError && error.code === 'REQUEST_TOO_LARGE';
    if (!isTooLarge || files.length === 1) throw error;
    const half = Math.ceil(files.length / 2);
    const first = await uploadBatch(client, files.slice(0, half));
    return [...first, ...(await uploadBatch(client, files.slice(half)))];
  }
}

/** The first failure is thrown, once nothing is under way any more. */
async function inParallel<T>(
  limit: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  let hasFailed = false;
  const run = async (): Promise<void> => {
    for (const item of rest) {
      if (hasFailed) return;
      await work(item).catch((error: unknown) => {
        hasFailed = true;
        throw error;
      });
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: limit }, run));
  const failed = ended.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
