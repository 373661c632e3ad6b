import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AttemptResult, Claim, Phase } from '@ironwheel/contracts';
import { phaseOfStep } from '@ironwheel/plugin-kit';
import type { AttemptAccess } from '../../controller-link/attempt-calls.ts';
import type { AttemptHost } from './attempt-host.ts';
import { AttemptRecord, listAttemptDirectories, type Delivery } from './attempt-record.ts';
import { AttemptStoppedError, type LocalAttemptState } from './attempt-state.ts';
import { clearAttempt, deliverFinished, type FinishOptions } from './finish-attempt.ts';

/** What is said of a build that an earlier life of the worker did not finish. */
const toRestartedResult = (claim: Claim, record: AttemptRecord, runner: string): AttemptResult => ({
  fencing: claim.fencing,
  status: 'failed',
  phase: record.handle === null ? 'prepare' : phaseOfStep[record.handle.step],
  cause: 'worker',
  exit_code: null,
  error: {
    code: 'WORKER_RESTARTED',
    message: 'The worker was restarted while it built; what still ran was stopped.',
    lines: [],
  },
  artifacts: [],
  phases: [],
  provider_observations: [],
  environment: {},
  runner,
  duration_s: Math.max(0, Math.round((Date.now() - record.claimedAt.getTime()) / 1000)),
  log: { bytes: 0, truncated: false, dropped_bytes: 0 },
});

/** Ends whatever an earlier life left running for this attempt. */
export async function stopLeftovers(
  host: Pick<AttemptHost, 'runner' | 'settings' | 'logger'>,
  attemptId: string,
  record: AttemptRecord | null,
): Promise<void> {
  const handle = record?.handle ?? null;
  try {
    if (handle !== null && handle.runner !== `runner-${host.settings.runnerName}`) {
      host.logger.warn('An earlier life built with another runner; what it left running is not stopped.', {
        attempt_id: attemptId,
        runner: handle.runner,
      });
    } else if (handle !== null) {
      await host.runner.stop(handle);
      await host.runner.wait(handle);
    }
    await host.runner.clean(attemptId);
  } catch (error) {
    host.logger.error('What an earlier life left running could not be stopped.', {
      attempt_id: attemptId,
      error,
    });
  }
}

async function recoverOne(host: AttemptHost, record: AttemptRecord): Promise<void> {
  const { claim } = record;
  const attemptId = claim.attempt_id;
  const logger = host.logger.child({ attempt_id: attemptId });
  const access: AttemptAccess = { attemptId, attemptToken: claim.attempt_token, fencing: claim.fencing };
  const lease = new AbortController();
  let state: LocalAttemptState = 'delivering';
  const phase: Phase | null = record.handle === null ? null : phaseOfStep[record.handle.step];
  if (record.ended) host.registry.addAccess(access);
  else {
    const live = {
      attemptId,
      phase,
      takesSlot: false,
      get state() {
        return state;
      },
      stop: () => undefined,
    };
    host.registry.add(live, access);
    host.renewer.hold(
      attemptId,
      { fencing: claim.fencing, renewEveryMs: claim.renew_every_s * 1000 },
      {
        onRenewed: (answer) => host.onDesiredState(answer.desired_state),
        onLost: (code, detail) => lease.abort(new AttemptStoppedError({ kind: 'lease-lost', code, detail })),
      },
    );
  }
  const log = await host.logSink.open({
    attemptId,
    maxBytes: claim.limits.log_max_bytes,
    secrets: host.secrets,
  });
  const finish: FinishOptions = { host, access, record, log, logger, leaseSignal: lease.signal };
  const stored = record.ended ? null : await record.findDelivery();
  if (!record.ended && stored === null)
    log.write('\n[ironwheel: the worker was restarted; the build was stopped]\n');
  await log.end();
  if (!record.ended) {
    const { totals } = log;
    const restarted = toRestartedResult(claim, record, host.settings.runnerName);
    const delivery: Delivery = stored ?? {
      version: 1,
      result: {
        ...restarted,
        log: { bytes: totals.bytes, truncated: totals.truncated, dropped_bytes: totals.droppedBytes },
      },
      artifacts: [],
    };
    if (stored === null) await record.saveDelivery(delivery);
    logger.info('An attempt of an earlier life is being reported.', {
      status: delivery.result.status,
      stored: stored !== null,
    });
    const end = await deliverFinished(finish, delivery);
    host.renewer.release(attemptId);
    host.registry.settle(attemptId);
    if (end === 'kept') return;
    state = end;
  }
  await clearAttempt(finish);
}

/**
 * Takes up what an earlier life left: stops what still runs, then sends logs and results in the background. Resolves
 * with the ids found once nothing of them runs any more, so that new work meets a quiet host.
 */
export async function recoverAttempts(host: AttemptHost): Promise<readonly string[]> {
  const found = await listAttemptDirectories(host.attemptsDirectory);
  for (const attemptId of found) {
    const record = await AttemptRecord.read(host.attemptsDirectory, attemptId);
    await stopLeftovers(host, attemptId, record);
    if (record === null) {
      host.logger.warn('An attempt without a readable record was removed.', { attempt_id: attemptId });
      await rm(join(host.attemptsDirectory, attemptId), { recursive: true, force: true });
      continue;
    }
    void recoverOne(host, record).catch((error: unknown) =>
      host.logger.error('An attempt of an earlier life could not be taken up.', {
        attempt_id: attemptId,
        error,
      }),
    );
  }
  await host.logSink.recover();
  return found;
}
