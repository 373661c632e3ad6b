import type { StructuredLogger } from '@ironwheel/logging';
import type { AttemptLog } from '@ironwheel/plugin-kit';
import type { AttemptAccess } from '../../controller-link/attempt-calls.ts';
import { noteInManifest } from '../local-manifest.ts';
import type { AttemptHost } from './attempt-host.ts';
import type { AttemptRecord, Delivery } from './attempt-record.ts';
import { AttemptStoppedError } from './attempt-state.ts';
import { deliverAttempt, type DeliveryOutcome } from './phase-upload.ts';

/** The log goes before the result, but a slow log must not hold up a result for longer than this. */
const logFirstMs = 15_000;
/** After this long the rest of a log is given up; it stays in the kept file, where one is kept. */
const logLastMs = 15 * 60_000;

/** How an attempt ended for this worker. `kept`: the process ends first, the next life says it. */
export type AttemptEnd = 'reported' | 'dropped' | 'kept';

export interface FinishOptions {
  readonly host: AttemptHost;
  readonly access: AttemptAccess;
  readonly record: AttemptRecord;
  readonly log: AttemptLog;
  readonly logger: StructuredLogger;
  /** Aborted with an `AttemptStoppedError` when the lease is lost. */
  readonly leaseSignal: AbortSignal;
}

const waitForLog = async (log: AttemptLog, signal: AbortSignal): Promise<boolean> =>
  log.drained(signal).then(
    () => true,
    () => false,
  );

/** Uploads and reports, with the log first. */
export async function deliverFinished(options: FinishOptions, delivery: Delivery): Promise<AttemptEnd> {
  const { host, access, record, log, logger, leaseSignal } = options;
  const signal = AbortSignal.any([host.exitSignal, leaseSignal]);
  await waitForLog(log, AbortSignal.any([signal, AbortSignal.timeout(logFirstMs)]));
  let outcome: DeliveryOutcome;
  try {
    const { client } = host;
    outcome = await deliverAttempt(
      { client, access, workDirectory: record.workDirectory, logger, signal },
      delivery,
    );
  } catch (error) {
    if (leaseSignal.reason instanceof AttemptStoppedError) {
      logger.warn('The lease was lost before the result could be given.', { stop: leaseSignal.reason.stop });
      return 'dropped';
    }
    if (!host.exitSignal.aborted) throw error;
    logger.warn('The result stays on disk for the next start.');
    return 'kept';
  }
  if (outcome.kind === 'accepted') {
    logger.info('The attempt is reported.', { state: outcome.state, decision: outcome.action });
    if (host.outputDirectory !== null)
      await noteInManifest(host.outputDirectory, record.claim, delivery, logger);
    return 'reported';
  }
  logger.warn('The controller no longer wants this attempt.', { code: outcome.code, detail: outcome.detail });
  return 'dropped';
}

/** Once the last word is said: the work directory goes at once, the record when the log is on its way. */
export async function clearAttempt(options: FinishOptions): Promise<void> {
  const { host, access, record, log, logger } = options;
  await record.saveEnded();
  await record.removeWork().catch((error: unknown) => {
    logger.error('The work directory could not be removed; it takes up disk until someone does.', { error });
  });
  const drained = await waitForLog(log, AbortSignal.any([host.exitSignal, AbortSignal.timeout(logLastMs)]));
  if (!drained && host.exitSignal.aborted) return;
  if (!drained) logger.warn('A part of the log was never taken by the controller.');
  host.registry.forget(access.attemptId);
  await record.remove();
}
