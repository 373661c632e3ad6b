import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ControllerClient } from '../../client/controller-client.ts';
import { CliError, exitCodes } from '../../cli-error.ts';
import { pause } from '../../pause.ts';
import { toDirectoryError } from './directory-error.ts';
import type { WantedWheel } from './list-wheels.ts';
import { describePlace, DownloadBrokenError, openWheel } from './open-wheel.ts';

export interface SavedWheel {
  readonly name: string;
  readonly version: string;
  readonly filename: string;
  readonly sha256: string;
  /** It was there already, with these bytes. */
  readonly existed: boolean;
  /** A file with other bytes was there under this name. */
  readonly replaced: boolean;
  /** False: no index states its SHA-256, so it is that of the bytes that came. */
  readonly was_stated: boolean;
}

export interface FetchOptions {
  readonly signal: AbortSignal;
  /** Waits before the tries after the first. */
  readonly retryDelaysMs: readonly number[];
}

/** Nobody's wheel; without a stated size it bounds what a host may send. */
const largestWheelBytes = 16 * 1024 ** 3;

const partSuffix = '.part';

/**
 * Brings one wheel into a directory. It is there under its name with the bytes that it should have, or not at all.
 * Throws `CliError`, which names file and place.
 */
export async function fetchWheel(
  client: ControllerClient,
  wheel: WantedWheel,
  directory: string,
  options: FetchOptions,
): Promise<SavedWheel> {
  const target = join(directory, wheel.filename);
  const before = await findDigest(target, directory);
  const { name, version, filename } = wheel;
  const base = { name, version, filename, was_stated: wheel.sha256 !== null };
  if (before !== null && before === wheel.sha256) {
    return { ...base, sha256: before, existed: true, replaced: false };
  }
  const part = join(directory, `${filename}.${process.pid}${partSuffix}`);
  try {
    const sha256 = await downloadPatiently(client, wheel, part, directory, options);
    const existed = before === sha256;
    if (!existed) await rename(part, target);
    return { ...base, sha256, existed, replaced: before !== null && !existed };
  } catch (error) {
    throw toDirectoryError(error, directory, filename);
  } finally {
    await rm(part, { force: true });
  }
}

async function downloadPatiently(
  client: ControllerClient,
  wheel: WantedWheel,
  part: string,
  directory: string,
  { signal, retryDelaysMs }: FetchOptions,
): Promise<string> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await download(await openWheel(client, wheel, signal), wheel, part);
    } catch (error) {
      if (!(error instanceof DownloadBrokenError)) throw error;
      const delayMs = retryDelaysMs[tries];
      if (delayMs === undefined || signal.aborted) {
        throw new CliError(`${wheel.filename} could not be fetched: ${error.message}`, {
          exitCode: exitCodes.unreachable,
          code: 'CLI_DOWNLOAD_BROKEN',
          hint: `Run the same command again: what is in ${directory} already is kept.`,
          cause: error,
        });
      }
      await pause(delayMs, signal);
    }
  }
}

/** Writes the body to `part`; returns the SHA-256 of what was written, once it is the one that it should be. */
async function download(response: Response, wheel: WantedWheel, part: string): Promise<string> {
  if (response.body === null) throw new DownloadBrokenError(`${describePlace(wheel)} sent nothing.`);
  const hash = createHash('sha256');
  const maxBytes = wheel.size ?? largestWheelBytes;
  let bytes = 0;
  const body = Readable.fromWeb(response.body);
  await pipeline(
    async function* check() {
      try {
        for await (const chunk of body as AsyncIterable<Uint8Array>) {
          bytes += chunk.byteLength;
          if (bytes > maxBytes)
            throw refused(wheel, `it is larger than the ${maxBytes} bytes that it should have`);
          hash.update(chunk);
          yield chunk;
        }
      } catch (cause) {
        if (cause instanceof CliError) throw cause;
        throw new DownloadBrokenError(`${describePlace(wheel)} broke off after ${bytes} bytes.`, { cause });
      }
    },
    createWriteStream(part, { flags: 'w', flush: true }),
  );
  const sha256 = hash.digest('hex');
  if (wheel.sha256 !== null && sha256 !== wheel.sha256) {
    throw refused(wheel, `the bytes have SHA-256 ${sha256}, and the plan says ${wheel.sha256}`);
  }
  return sha256;
}

const refused = (wheel: WantedWheel, why: string): CliError =>
  new CliError(`${wheel.filename} from ${describePlace(wheel)}: ${why}; nothing was saved under that name.`, {
    exitCode: exitCodes.refused,
    code: 'CLI_DOWNLOAD_REFUSED',
  });

/** Null: there is no such file. */
async function findDigest(path: string, directory: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw toDirectoryError(error, directory, path);
  }
  return hash.digest('hex');
}
