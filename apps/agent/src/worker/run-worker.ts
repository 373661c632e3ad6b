import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConfigOf } from '@ironwheel/config';
import type { Claim } from '@ironwheel/contracts';
import type { StructuredLogger } from '@ironwheel/logging';
import type { LogSink, Runner } from '@ironwheel/plugin-kit';
import { agentVersion } from '../agent-version.ts';
import type { agentSection } from '../config/agent-config.ts';
import type { workerSection } from '../config/worker-config.ts';
import { openPlugin } from '../plugins/open-plugin.ts';
import { toRunnerPlugin } from '../plugins/runner-settings.ts';
import { patientDrain } from '../handle-signals.ts';
import type { Notifier } from '../sd-notify/notifier.ts';
import { StateLock } from '../state/state-lock.ts';
import type { AttemptHost } from './attempt/attempt-host.ts';
import { AttemptRecord } from './attempt/attempt-record.ts';
import { AttemptRegistry } from './attempt/attempt-registry.ts';
import { recoverAttempts } from './attempt/recover-attempts.ts';
import { RunningAttempt } from './attempt/running-attempt.ts';
import { ClaimKey } from './claim-key.ts';
import { connectWorker } from './connect-worker.ts';
import { drainWorker } from './drain-worker.ts';
import { takeDelegatedCgroup } from './delegated-cgroup.ts';
import { HealthFileWriter } from './health-file.ts';
import { HealthGate } from './health-gate.ts';
import { listSecrets } from './list-secrets.ts';
import { LocalServer } from './local-http/local-server.ts';
import { OwnPlans } from './local-http/make-local-plan.ts';
import { toOwnPlanSettings } from './local-http/own-plan-settings.ts';
import { createLogTransport } from './log-transport.ts';
import { ClaimLoop } from './loop-claim.ts';
import { HeartbeatLoop } from './loop-heartbeat.ts';
import { Renewer } from './renewals/renewer.ts';
import { TidyLoop } from './tidy/loop-tidy.ts';
import { WorkerStatus } from './worker-status.ts';

/** A drain that was asked for with patience (SIGHUP) ends when the builds do, or at the next signal. */
const patientDrainMs = 7 * 86_400_000;

export interface RunWorkerOptions {
  readonly stateDirectory: string;
  readonly agent: ConfigOf<typeof agentSection>;
  readonly worker: ConfigOf<typeof workerSection>;
  /** Program file with the subcommand `renew-leases`. */
  readonly entry: string;
  readonly logger: StructuredLogger;
  readonly notifier: Notifier;
  /** Aborted by the first signal: drain. */
  readonly drainSignal: AbortSignal;
  /** Aborted by the second signal: stop the builds. */
  readonly hurrySignal: AbortSignal;
}

/** Wires one worker together, runs it until it is told to drain, and takes it apart again. */
export async function runWorker(options: RunWorkerOptions): Promise<void> {
  const { stateDirectory, agent, worker, logger } = options;
  // Before anything else of ours runs: what is started later is born in the right group.
  const cgroupParent = worker.WORKER_CGROUP_DELEGATED ? await takeDelegatedCgroup(logger) : null;
  const runnerPlugin = toRunnerPlugin(worker, cgroupParent);
  const lock = await StateLock.take(stateDirectory);
  const exit = new AbortController();
  const closers: (() => Promise<void>)[] = [() => lock.release()];
  try {
    const { identity, client, pool, renewSettings } = await connectWorker(
      stateDirectory,
      agent,
      worker,
      logger,
    );
    closers.push(() => pool.destroy());
    const attemptsDirectory = join(stateDirectory, 'attempts');
    await mkdir(attemptsDirectory, { recursive: true, mode: 0o711 });
    const pluginsDirectory = join(stateDirectory, 'plugins');
    const outputDirectory = worker.OUTPUT_DIR ?? null;

    const registry = new AttemptRegistry();
    const status = new WorkerStatus();
    const plugin = { pluginsDirectory, logger, signal: exit.signal };
    const { instance: runner } = await openPlugin<Runner>({ ...plugin, ...runnerPlugin });
    closers.push(() => runner.close());
    const { instance: logSink } = await openPlugin<LogSink>({
      ...plugin,
      id: 'log-shipper',
      config: {
        transport: createLogTransport(client, registry),
        spoolMaxBytes: worker.WORKER_LOG_SPOOL_MAX_BYTES,
        keepDirectory: outputDirectory === null ? null : join(outputDirectory, 'logs'),
      },
    });
    closers.push(() => logSink.close());
    const renewer = new Renewer({ entry: options.entry, settings: renewSettings, logger });
    closers.push(() => renewer.close());

    const host: AttemptHost = {
      client,
      runner,
      logSink,
      renewer,
      registry,
      settings: {
        runnerName: runnerPlugin.id.replace(/^runner-/, ''),
        index: { indexUrl: worker.INDEX_URL ?? null, extraIndexUrls: worker.EXTRA_INDEX_URL },
        phaseTimeoutMaxS: worker.RUNNER_TIMEOUT_SEC ?? null,
      },
      logger,
      secrets: listSecrets(worker),
      attemptsDirectory,
      outputDirectory,
      exitSignal: exit.signal,
      onDesiredState: (desired) => void status.setDesired(desired),
    };
    const limits = {
      runnerName: host.settings.runnerName,
      pool: worker.WORKER_POOL ?? null,
      pythonVersion: worker.PYTHON_VERSION ?? null,
      platformTag: worker.PLATFORM_TAG ?? null,
    };
    const healthFile = new HealthFileWriter(stateDirectory);
    const gate = new HealthGate({
      runner,
      clockOffset: client.clockOffset,
      directory: attemptsDirectory,
      minFreeDiskBytes: worker.WORKER_MIN_FREE_DISK_BYTES,
      maxClockOffsetMs: worker.WORKER_MAX_CLOCK_OFFSET_S * 1000,
      requireLimits: worker.RUNNER === 'podman' && !worker.WORKER_ALLOW_UNENFORCED_LIMITS,
      // A disk that is full takes no file; the report itself must get through.
      onReport: (report, probe) =>
        healthFile
          .write(report, probe?.enforces ?? null)
          .catch((error: unknown) => logger.warn('health.json could not be written.', { error })),
    });
    const key = new ClaimKey(join(stateDirectory, 'claim.json'));
    await key.load();

    const server = new LocalServer({
      address: worker.WORKER_HTTP_ADDR,
      token: worker.WORKER_TOKEN ?? null,
      status,
      registry,
      slots: worker.WORKER_SLOTS,
      plan: {
        client,
        outputDirectory,
        cacheDirectory: worker.CACHE_DIR ?? null,
        own: new OwnPlans(toOwnPlanSettings(worker, logger, exit.signal)),
        defaults: { python_version: worker.PYTHON_VERSION, platform_tag: worker.PLATFORM_TAG },
      },
      logger,
    });
    const localUrl = await server.listen();
    closers.push(() => server.close());

    const recovered = new Set(await recoverAttempts(host));
    status.health = await gate.check();
    const loop = { client, status, registry, gate, slots: worker.WORKER_SLOTS, limits, logger };
    const heartbeats = new HeartbeatLoop({
      ...loop,
      intervalS: identity.heartbeat_interval_s,
      serverId: worker.WORKER_SERVER_ID ?? null,
      probeSpool: () => logSink.probe(),
    });
    const running = new Set<Promise<unknown>>();
    const accept = async (claim: Claim): Promise<void> => {
      if (registry.has(claim.attempt_id) || recovered.has(claim.attempt_id)) return;
      const record = await AttemptRecord.create(attemptsDirectory, claim, new Date());
      const ended: Promise<unknown> = new RunningAttempt(host, record)
        .run()
        .finally(() => running.delete(ended));
      running.add(ended);
    };
    const claims = new ClaimLoop({ ...loop, key, waitS: worker.WORKER_CLAIM_WAIT_S, accept });

    logger.info('The worker is up.', {
      worker_id: identity.worker_id,
      name: identity.name,
      version: agentVersion,
      controller: renewSettings.url,
      runner: runnerPlugin.id,
      slots: worker.WORKER_SLOTS,
      local_url: localUrl,
      notes: gate.probe?.problems ?? [],
    });
    status.move('working');
    options.notifier.ready(`${identity.name}: claims work`);
    const beating = heartbeats.run();
    const tidying = new TidyLoop({
      settings: worker,
      attemptsDirectory,
      registry,
      runner,
      logSink,
      isWell: () => status.health.ok,
      logger,
    }).run(exit.signal);
    const claimsRunning = claims.run();
    const drained = new Promise<void>((resolve) => {
      if (options.drainSignal.aborted) resolve();
      else options.drainSignal.addEventListener('abort', () => resolve(), { once: true });
    });
    // A claim loop that breaks is a defect: the worker drains and ends with an error, and is started anew by its unit.
    await Promise.race([drained, claimsRunning]);
    options.notifier.stopping();
    const left = await drainWorker({
      status,
      registry,
      claims,
      claimsRunning,
      heartbeats,
      timeoutMs: options.drainSignal.reason === patientDrain ? patientDrainMs : worker.DRAIN_TIMEOUT_S * 1000,
      hurrySignal: options.hurrySignal,
      logger,
    });
    heartbeats.stop();
    exit.abort(new Error('the worker ends'));
    await Promise.all([beating, tidying, ...running]);
    status.move('stopped');
    logger.info('The worker has stopped.', { all_reported: left });
  } finally {
    exit.abort(new Error('the worker ends'));
    for (const close of closers.reverse()) {
      await close().catch((error: unknown) => logger.error('A part of the worker did not close.', { error }));
    }
  }
}
