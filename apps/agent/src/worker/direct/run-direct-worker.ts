import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { toQueuePlugin } from '@ironwheel/config';
import type { LogSink, QueueBackend, Runner } from '@ironwheel/plugin-kit';
import { AgentError } from '../../agent-error.ts';
import { agentVersion } from '../../agent-version.ts';
import { ClockOffset } from '../../controller-link/clock-offset.ts';
import { ControllerClient } from '../../controller-link/controller-client.ts';
import { createTokenCredential } from '../../controller-link/credential.ts';
import { createHttpPool } from '../../controller-link/http-pool.ts';
import { openPlugin } from '../../plugins/open-plugin.ts';
import { toRunnerPlugin } from '../../plugins/runner-settings.ts';
import { StateLock } from '../../state/state-lock.ts';
import { AttemptRecord, listAttemptDirectories } from '../attempt/attempt-record.ts';
import { AttemptRegistry } from '../attempt/attempt-registry.ts';
import { stopLeftovers } from '../attempt/recover-attempts.ts';
import { toCapabilities } from '../capabilities.ts';
import { HealthGate } from '../health-gate.ts';
import { listSecrets } from '../list-secrets.ts';
import { LocalServer } from '../local-http/local-server.ts';
import { OwnPlans } from '../local-http/make-local-plan.ts';
import { toOwnPlanSettings } from '../local-http/own-plan-settings.ts';
import { findPlan } from '../local-http/plan-file.ts';
import type { RunWorkerOptions } from '../run-worker.ts';
import { WorkerStatus } from '../worker-status.ts';
import type { DirectHost } from './build-item.ts';
import { directLogTransport } from './direct-log-transport.ts';
import { DrainQueue } from './drain-queue.ts';

/** After a drain that failed the next comes this much later, in milliseconds. */
const failedHoldMs = 5000;

export const defaultPool = 'default';

/**
 * A worker without claims (seed 002): drains a queue of its own at `POST /trigger` and every `WORKER_AUTORUN_INTERVAL`,
 * and tells a controller of its builds when one is configured.
 */
export async function runDirectWorker(options: RunWorkerOptions): Promise<void> {
  const { stateDirectory, agent, worker, logger } = options;
  const backend = worker.QUEUE_BACKEND;
  if (backend === undefined || backend === 'postgres') {
    throw new AgentError('AGENT_CONFIG_INVALID', 'QUEUE_BACKEND=postgres is drained by a controller only');
  }
  const runnerPlugin = toRunnerPlugin(worker);
  const lock = await StateLock.take(stateDirectory);
  const exit = new AbortController();
  const closers: (() => Promise<void>)[] = [() => lock.release()];
  try {
    const attemptsDirectory = join(stateDirectory, 'direct-attempts');
    await mkdir(attemptsDirectory, { recursive: true, mode: 0o711 });
    const outputDirectory = worker.OUTPUT_DIR ?? join(stateDirectory, 'output');
    const logDirectory = join(outputDirectory, 'logs');
    const plugin = { pluginsDirectory: join(stateDirectory, 'plugins'), logger, signal: exit.signal };
    const { instance: runner } = await openPlugin<Runner>({ ...plugin, ...runnerPlugin });
    closers.push(() => runner.close());
    const { instance: logSink } = await openPlugin<LogSink>({
      ...plugin,
      id: 'log-shipper',
      config: {
        transport: directLogTransport,
        spoolMaxBytes: worker.WORKER_LOG_SPOOL_MAX_BYTES,
        keepDirectory: logDirectory,
      },
    });
    closers.push(() => logSink.close());
    const { id, config } = toQueuePlugin(backend, worker, 'direct');
    const { instance: queue } = await openPlugin<QueueBackend>({ ...plugin, id, config });
    closers.push(() => queue.close());
    const client = connectReports(options);
    if (client !== null) closers.push(() => client.close());

    const host: DirectHost = {
      runner,
      logSink,
      client: client?.controller ?? null,
      settings: {
        runnerName: runnerPlugin.id.replace(/^runner-/, ''),
        index: { indexUrl: worker.INDEX_URL ?? null, extraIndexUrls: worker.EXTRA_INDEX_URL },
        phaseTimeoutMaxS: worker.RUNNER_TIMEOUT_SEC ?? null,
      },
      secrets: listSecrets(worker),
      attemptsDirectory,
      outputDirectory,
      logger,
    };
    for (const attemptId of await listAttemptDirectories(attemptsDirectory)) {
      const record = await AttemptRecord.read(attemptsDirectory, attemptId);
      await stopLeftovers(host, attemptId, record);
      await record?.remove();
    }
    const status = new WorkerStatus();
    const registry = new AttemptRegistry();
    const gate = new HealthGate({
      runner,
      clockOffset: new ClockOffset(),
      directory: attemptsDirectory,
      minFreeDiskBytes: worker.WORKER_MIN_FREE_DISK_BYTES,
      maxClockOffsetMs: worker.WORKER_MAX_CLOCK_OFFSET_S * 1000,
      requireLimits: worker.RUNNER === 'podman' && !worker.WORKER_ALLOW_UNENFORCED_LIMITS,
    });
    status.health = await gate.check();
    const pool = worker.WORKER_POOL ?? defaultPool;
    const places = { outputDirectory, cacheDirectory: worker.CACHE_DIR ?? null };
    const drain = new DrainQueue({
      queue,
      host,
      registry,
      pool,
      slots: worker.WORKER_SLOTS,
      batchSize: worker.BATCH_SIZE,
      maxRequeues: worker.REQUEUE_ON_FAILURE ? worker.MAX_REQUEUE_ATTEMPTS : 0,
      logDirectory,
      logger,
      lanes: async () => {
        status.health = await gate.check();
        if (!status.health.ok || gate.probe === null) return [];
        const limits = {
          runnerName: host.settings.runnerName,
          pool,
          pythonVersion: worker.PYTHON_VERSION ?? null,
          platformTag: worker.PLATFORM_TAG ?? null,
        };
        const capabilities = toCapabilities(gate.probe, limits, worker.WORKER_SLOTS);
        return (capabilities?.python_tags ?? []).flatMap((pythonTag) =>
          (capabilities?.platform_tags ?? []).map((platformTag) => ({ pool, platformTag, pythonTag })),
        );
      },
      readPlan: () => findPlan(places).catch(() => null),
    });
    const server = new LocalServer({
      address: worker.WORKER_HTTP_ADDR,
      token: worker.WORKER_TOKEN ?? null,
      status,
      registry,
      slots: worker.WORKER_SLOTS,
      plan: {
        client: host.client,
        ...places,
        own: new OwnPlans(toOwnPlanSettings(worker, logger, exit.signal)),
        defaults: { python_version: worker.PYTHON_VERSION, platform_tag: worker.PLATFORM_TAG },
      },
      queue,
      logger,
    });
    const localUrl = await server.listen();
    closers.push(() => server.close());
    status.move('working');
    logger.info('The worker is up.', {
      version: agentVersion,
      queue: backend,
      runner: runnerPlugin.id,
      slots: worker.WORKER_SLOTS,
      autorun_s: worker.WORKER_AUTORUN_INTERVAL,
      reports_to: agent.CONTROL_PLANE_URL ?? null,
      local_url: localUrl,
    });
    options.notifier.ready(`drains ${backend}`);
    stopAtSignals(options, status, registry);
    while (status.state === 'working') {
      const wake = status.wakeSignal;
      await nextTurn(worker.WORKER_AUTORUN_INTERVAL * 1000, wake);
      // `move` ends the wait as well as a trigger does.
      if (options.drainSignal.aborted) break;
      await drain.drain(options.drainSignal).catch(async (error: unknown) => {
        logger.error('The queue could not be drained.', { error });
        await wait(failedHoldMs, undefined, { signal: options.drainSignal }).catch(() => undefined);
      });
    }
    options.notifier.stopping();
    status.move('stopped');
    logger.info('The worker has stopped.');
  } finally {
    exit.abort(new Error('the worker ends'));
    for (const close of closers.reverse()) {
      await close().catch((error: unknown) => logger.error('A part of the worker did not close.', { error }));
    }
  }
}

/** The first signal lets the builds end, within `DRAIN_TIMEOUT_S`; the second stops them. What is stopped goes back. */
function stopAtSignals(
  { worker, drainSignal, hurrySignal }: RunWorkerOptions,
  status: WorkerStatus,
  registry: AttemptRegistry,
): void {
  const stopAll = (): void => {
    for (const attempt of registry.live) attempt.stop({ kind: 'worker-stopping' });
  };
  const drain = (): void => {
    status.move('draining');
    setTimeout(stopAll, worker.DRAIN_TIMEOUT_S * 1000).unref();
  };
  drainSignal.addEventListener('abort', drain, { once: true });
  hurrySignal.addEventListener('abort', stopAll, { once: true });
}

/** Resolves after `intervalMs`, if that is not 0, or when it is woken. */
async function nextTurn(intervalMs: number, wake: AbortSignal): Promise<void> {
  const longestMs = 2 ** 31 - 1;
  await wait(intervalMs === 0 ? longestMs : intervalMs, undefined, { signal: wake }).catch(() => undefined);
}

/** Null without CONTROL_PLANE_URL and CONTROL_PLANE_TOKEN: nothing is reported then. */
function connectReports({ agent, worker, logger }: RunWorkerOptions): {
  readonly controller: ControllerClient;
  close(): Promise<void>;
} | null {
  const { CONTROL_PLANE_URL: url, CONTROL_PLANE_CA_FILE: caFile } = agent;
  const token = worker.CONTROL_PLANE_TOKEN;
  if (url === undefined || token === undefined) return null;
  const pool = createHttpPool({ caFile: caFile ?? null });
  const controller = new ControllerClient({
    url,
    credential: createTokenCredential('', token),
    pool,
    clockOffset: new ClockOffset(),
    logger,
    version: agentVersion,
  });
  return { controller, close: () => pool.destroy() };
}
