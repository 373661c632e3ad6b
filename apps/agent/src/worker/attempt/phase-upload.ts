import { Readable } from 'node:stream';
import type { AttemptResult } from '@ironwheel/contracts';
import type { StructuredLogger } from '@ironwheel/logging';
import {
  sendResult,
  uploadArtifact,
  type AttemptAccess,
  type AttemptGone,
  type ResultOutcome,
} from '../../controller-link/attempt-calls.ts';
import type { ControllerClient } from '../../controller-link/controller-client.ts';
import { ControllerError } from '../../controller-link/controller-error.ts';
import { retryTransient } from '../../controller-link/retry-transient.ts';
import type { Delivery } from './attempt-record.ts';
import { readKeptArtifact } from './kept-artifacts.ts';

export interface UploadContext {
  readonly client: ControllerClient;
  readonly access: AttemptAccess;
  readonly workDirectory: string;
  readonly logger: StructuredLogger;
  readonly signal: AbortSignal;
}

type UploadsOutcome =
  | { readonly kind: 'stored' }
  | { readonly kind: 'refused'; readonly code: string; readonly detail: string }
  | AttemptGone;

/** The wheels, one after the other; each as often as it takes, since nobody else has them. */
async function uploadAll(context: UploadContext, delivery: Delivery): Promise<UploadsOutcome> {
  const { client, access, logger, signal } = context;
  for (const artifact of delivery.artifacts) {
    try {
      const outcome = await retryTransient(
        () => {
          const open = (): Readable =>
            Readable.from(
              (async function* () {
                yield* await readKeptArtifact(context.workDirectory, artifact.path);
              })(),
              { objectMode: false },
            );
          return uploadArtifact(client, access, { ...artifact, open }, signal);
        },
        {
          signal,
          onRetry: (error, waitMs) =>
            logger.warn('A wheel cannot be uploaded yet; it waits in the work directory.', {
              filename: artifact.filename,
              detail: error.message,
              wait_ms: waitMs,
            }),
        },
      );
      if (outcome.kind === 'gone') return outcome;
    } catch (error) {
      if (!(error instanceof ControllerError)) throw error;
      return { kind: 'refused', code: error.code, detail: error.message };
    }
  }
  return { kind: 'stored' };
}

const toRefusedResult = (result: AttemptResult, code: string, detail: string): AttemptResult => ({
  ...result,
  status: 'failed',
  phase: 'upload',
  cause: null,
  artifacts: [],
  error: {
    code: /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : 'UPLOAD_FAILED',
    message: `The controller refused a wheel: ${detail}`.slice(0, 4000),
    lines: [],
  },
});

/** What came of the last words about an attempt. */
export type DeliveryOutcome =
  ResultOutcome | { readonly kind: 'refused'; readonly code: string; readonly detail: string };

/**
 * Uploads the wheels and gives the result, as long as it takes: a lost link only delays it. Ends early when the attempt
 * is gone (`LEASE_LOST`, another result) or when the result itself is refused. Rejects when `signal` aborts.
 */
export async function deliverAttempt(context: UploadContext, delivery: Delivery): Promise<DeliveryOutcome> {
  const { client, access, logger, signal } = context;
  let { result } = delivery;
  if (result.status === 'succeeded') {
    const uploads = await uploadAll(context, delivery);
    if (uploads.kind === 'gone') return uploads;
    if (uploads.kind === 'refused') result = toRefusedResult(result, uploads.code, uploads.detail);
  }
  try {
    return await retryTransient(() => sendResult(client, access, result, signal), {
      signal,
      onRetry: (error, waitMs) =>
        logger.warn('The result cannot be given yet; it waits on disk.', {
          detail: error.message,
          wait_ms: waitMs,
        }),
    });
  } catch (error) {
    if (!(error instanceof ControllerError)) throw error;
    return { kind: 'refused', code: error.code, detail: error.message };
  }
}
