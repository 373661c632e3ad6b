import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { findWheelFileName } from '@ironwheel/packaging';
import type { ControllerClient } from '../client/controller-client.ts';
import { CliError, exitCodes } from '../cli-error.ts';
import type { ResultRow } from './run-results.ts';

const downloadTimeoutMs = 30 * 60_000;

export interface SavedWheel {
  readonly filename: string;
  readonly sha256: string;
  readonly existed: boolean;
}

const digestOf = async (path: string): Promise<string | null> => {
  const bytes = await readFile(path).catch(() => null);
  return bytes === null ? null : createHash('sha256').update(bytes).digest('hex');
};

/** Downloads the wheels of a run into a directory; each is kept only when its bytes have the digest it should. */
export async function* downloadWheels(
  client: ControllerClient,
  rows: readonly ResultRow[],
  directory: string,
): AsyncGenerator<SavedWheel> {
  await mkdir(directory, { recursive: true });
  for (const row of rows) {
    if (!row.ok || row.wheel === null) continue;
    // The name becomes a path here, and it came from a server.
    if (findWheelFileName(row.wheel) === undefined) throw refused(`"${row.wheel}" is no wheel file name`);
    if (row.sha256 === null) throw refused(`${row.wheel} has no SHA-256 to check it by`);
    const target = join(directory, row.wheel);
    const existed = (await digestOf(target)) === row.sha256;
    if (!existed) await download(await open(client, row), target, row.sha256);
    yield { filename: row.wheel, sha256: row.sha256, existed };
  }
}

const refused = (message: string, cause?: unknown): CliError =>
  new CliError(`${message}; nothing was saved under that name.`, {
    exitCode: exitCodes.refused,
    code: 'CLI_DOWNLOAD_REFUSED',
    cause,
  });

/** Our own wheels come from the controller; a reused one from the index that the plan names. */
async function open(client: ControllerClient, row: ResultRow): Promise<Response> {
  if (row.source?.url === undefined) {
    const path = `/files/${row.sha256 ?? ''}/${encodeURIComponent(row.wheel ?? '')}`;
    return client.send('GET', path, { timeoutMs: downloadTimeoutMs, headers: { accept: '*/*' } });
  }
  // The controller's token is for the controller only; an index gets none.
  const response = await fetch(row.source.url, { signal: AbortSignal.timeout(downloadTimeoutMs) }).catch(
    (error: unknown) => {
      throw refused(`${row.wheel ?? ''} could not be fetched from its index`, error);
    },
  );
  if (!response.ok)
    throw refused(`${row.wheel ?? ''} could not be fetched from its index (${response.status})`);
  return response;
}

async function download(response: Response, target: string, sha256: string): Promise<void> {
  if (response.body === null) throw refused('the answer was empty');
  const temporary = `${target}.${process.pid}.part`;
  const hash = createHash('sha256');
  const hashing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  try {
    await pipeline(Readable.fromWeb(response.body), hashing, createWriteStream(temporary, { flags: 'wx' }));
    const digest = hash.digest('hex');
    if (digest !== sha256) throw refused(`the bytes have SHA-256 ${digest}, not ${sha256}`);
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
}
