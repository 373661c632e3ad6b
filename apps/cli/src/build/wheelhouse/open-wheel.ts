import { redactUrl } from '@ironwheel/resolver';
import type { ControllerClient } from '../../client/controller-client.ts';
import { CliError, exitCodes } from '../../cli-error.ts';
import type { WantedWheel } from './list-wheels.ts';

/** Of one wheel, the wait for an index behind the controller included. */
const downloadTimeoutMs = 30 * 60_000;

/** The download failed in a way that may be gone the next time. */
export class DownloadBrokenError extends Error {
  override readonly name = 'DownloadBrokenError';
}

/** Where a wheel comes from, for people: no user name, no password, no query. */
export const describePlace = ({ from }: WantedWheel): string =>
  from.kind === 'kept' ? 'the controller' : redactUrl(from.url);

/** The answer that holds a wheel's bytes. Throws `DownloadBrokenError` where trying again makes sense. */
export function openWheel(
  client: ControllerClient,
  wheel: WantedWheel,
  signal: AbortSignal,
): Promise<Response> {
  const filename = encodeURIComponent(wheel.filename);
  switch (wheel.from.kind) {
    case 'kept':
      return askController(client, `/files/${wheel.sha256 ?? ''}/${filename}`, signal);
    case 'passed': {
      const run = encodeURIComponent(wheel.from.runId);
      return askController(client, `/api/plans/${run}/wheels/${filename}`, signal);
    }
    case 'direct':
      return askHost(wheel, wheel.from.url, signal);
  }
}

const passingCodes: ReadonlySet<string> = new Set(['INDEX_UPSTREAM_UNREACHABLE', 'SERVICE_UNAVAILABLE']);

async function askController(client: ControllerClient, path: string, signal: AbortSignal): Promise<Response> {
  const options = { timeoutMs: downloadTimeoutMs, headers: { accept: '*/*' }, signal };
  try {
    return await client.send('GET', path, options);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    if (error.exitCode === exitCodes.unreachable || passingCodes.has(error.code)) {
      throw new DownloadBrokenError(error.message, { cause: error });
    }
    throw error;
  }
}

const isPassing = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/** The controller's token is for the controller only; another host gets what its URL says, and no more. */
async function askHost(wheel: WantedWheel, given: string, signal: AbortSignal): Promise<Response> {
  const signals = AbortSignal.any([signal, AbortSignal.timeout(downloadTimeoutMs)]);
  const url = new URL(given);
  const credentials = [url.username, url.password].map(decodeURIComponent).join(':');
  url.username = '';
  url.password = '';
  const headers: Record<string, string> =
    credentials === ':' ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
  const response = await fetch(url, { headers, signal: signals }).catch((cause: unknown) => {
    throw new DownloadBrokenError(`${describePlace(wheel)} does not answer.`, { cause });
  });
  if (response.ok) return response;
  await response.body?.cancel();
  const message = `${describePlace(wheel)} answered with status ${response.status}.`;
  if (isPassing(response.status)) throw new DownloadBrokenError(message);
  throw new CliError(`${wheel.filename}: ${message}`, {
    exitCode: exitCodes.refused,
    code: 'CLI_DOWNLOAD_REFUSED',
  });
}
