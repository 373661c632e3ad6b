import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ControllerError } from '../../controller-link/controller-error.ts';

/** More than any sdist or wheel; the driver has its own, smaller limit. */
const maxBytes = 2 * 1024 * 1024 * 1024;

class StreamTooLargeError extends Error {}

/** Writes what the controller sends to a new file; returns its SHA-256. A stream that breaks leaves nothing behind. */
export const saveStream = async (
  open: () => Promise<Readable>,
  path: string,
  signal: AbortSignal,
): Promise<string> => {
  const hash = createHash('sha256');
  let size = 0;
  const count = new Transform({
    transform(part: Buffer, _encoding, done) {
      size += part.length;
      hash.update(part);
      if (size > maxBytes) done(new StreamTooLargeError(`larger than ${maxBytes} bytes`));
      else done(null, part);
    },
  });
  const body = await open();
  try {
    await pipeline(body, count, createWriteStream(path, { flags: 'wx', mode: 0o644 }), { signal });
  } catch (error) {
    await rm(path, { force: true });
    if (error instanceof StreamTooLargeError) throw error;
    signal.throwIfAborted();
    // The stream broke in the middle: as good as no answer.
    throw new ControllerError(
      `GET ${path.slice(path.lastIndexOf('/') + 1)}: ${String(error)}`,
      { kind: 'unreachable', status: null, code: 'CONTROLLER_UNREACHABLE', retryAfterMs: null, body: null },
      { cause: error },
    );
  }
  return hash.digest('hex');
};
