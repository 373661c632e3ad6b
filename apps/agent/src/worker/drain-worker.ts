import type { StructuredLogger } from '@ironwheel/logging';
import type { AttemptRegistry } from './attempt/attempt-registry.ts';
import type { ClaimLoop } from './loop-claim.ts';
import type { HeartbeatLoop } from './loop-heartbeat.ts';
import type { WorkerStatus } from './worker-status.ts';

/** A request that the drain broke off is asked again for this long. */
const settleMs = 5000;
/** After the builds were stopped their results are given for this long; then they stay on disk. */
const lastWordsMs = 20_000;

export interface DrainOptions {
  readonly status: WorkerStatus;
  readonly registry: AttemptRegistry;
  readonly claims: ClaimLoop;
  readonly claimsRunning: Promise<void>;
  readonly heartbeats: HeartbeatLoop;
  readonly timeoutMs: number;
  /** Aborted to end the drain early: a second signal. */
  readonly hurrySignal: AbortSignal;
  readonly logger: StructuredLogger;
}

const waitUntilEmpty = async (registry: AttemptRegistry, signal: AbortSignal): Promise<boolean> => {
  while (registry.live.length > 0 && !signal.aborted) await registry.changed(signal);
  return registry.live.length === 0;
};

/**
 * Claims stop first and the controller is told; then the running attempts end by themselves, within `timeoutMs`. What
 * still runs then, or at a second signal, is stopped and reported as stopped. Resolves true when nothing is left.
 */
export async function drainWorker(options: DrainOptions): Promise<boolean> {
  const { status, registry, claims, heartbeats, timeoutMs, hurrySignal, logger } = options;
  status.move('draining');
  await options.claimsRunning;
  await heartbeats.beat();
  await claims.settle(AbortSignal.any([hurrySignal, AbortSignal.timeout(settleMs)]));
  logger.info('The worker drains.', {
    attempts: registry.live.length,
    timeout_s: Math.round(timeoutMs / 1000),
  });
  const patience = AbortSignal.any([hurrySignal, AbortSignal.timeout(Math.min(timeoutMs, 2 ** 31 - 1))]);
  if (await waitUntilEmpty(registry, patience)) return true;
  logger.warn('Running attempts are stopped.', {
    attempts: registry.live.length,
    hurried: hurrySignal.aborted,
  });
  for (const attempt of registry.live) attempt.stop({ kind: 'worker-stopping' });
  return waitUntilEmpty(registry, AbortSignal.timeout(lastWordsMs));
}
