import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ControllerClient } from '../../client/controller-client.ts';
import { toDirectoryError } from './directory-error.ts';
import { fetchWheel, type SavedWheel } from './fetch-wheel.ts';
import type { WantedWheel } from './list-wheels.ts';
import { checkOwnLists, writeLists, type ListFacts } from './write-lists.ts';

/** Downloads at a time. */
const maxParallel = 4;
const defaultRetryDelaysMs = [500, 3000];
const partName = /\.whl\.\d+\.part$/;
/** A part that old was left by a program that was killed. */
const stalePartMs = 24 * 60 * 60_000;

export interface FillOptions extends ListFacts {
  readonly onSaved: (saved: SavedWheel) => void;
  readonly retryDelaysMs?: readonly number[];
}

/**
 * Makes a directory a closed wheelhouse: the wheels, `requirements.txt` with a hash for each, and `SHA256SUMS`. The
 * lists come last, so that they never name what is not there. Throws `CliError`; what was saved until then stays, and
 * the next run goes on from there.
 */
export async function fillWheelhouse(
  client: ControllerClient,
  wheels: readonly WantedWheel[],
  directory: string,
  options: FillOptions,
): Promise<readonly SavedWheel[]> {
  await prepareDirectory(directory);
  const saved = await fetchAll(client, wheels, directory, options);
  await writeLists(directory, saved, options);
  return saved;
}

async function prepareDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
    await checkOwnLists(directory);
    for (const name of await readdir(directory)) {
      if (!partName.test(name)) continue;
      const path = join(directory, name);
      const facts = await stat(path).catch(() => null);
      if (facts !== null && Date.now() - facts.mtimeMs > stalePartMs) await rm(path, { force: true });
    }
  } catch (error) {
    throw toDirectoryError(error, directory, 'a file');
  }
}

/** In the order of `wheels`, whichever is there first. The first failure ends the others. */
async function fetchAll(
  client: ControllerClient,
  wheels: readonly WantedWheel[],
  directory: string,
  { onSaved, retryDelaysMs = defaultRetryDelaysMs }: FillOptions,
): Promise<SavedWheel[]> {
  const stop = new AbortController();
  const saved: SavedWheel[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < wheels.length && !stop.signal.aborted) {
      const at = next;
      next += 1;
      const wheel = wheels[at];
      if (wheel === undefined) return;
      try {
        const one = await fetchWheel(client, wheel, directory, { signal: stop.signal, retryDelaysMs });
        saved[at] = one;
        onSaved(one);
      } catch (error) {
        stop.abort(error);
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: maxParallel }, work));
  // The others failed because they were stopped.
  if (stop.signal.aborted) throw stop.signal.reason;
  const failed = ended.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return saved;
}
