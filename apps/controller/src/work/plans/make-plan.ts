import { join } from 'node:path';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { LoadedConfig } from '@ironwheel/config';
import type { ComputePlan, PlanDocument } from '@ironwheel/contracts';
import { StructuredLogger } from '@ironwheel/logging';
import { createTarget, PackagingError, type TargetEnvironment } from '@ironwheel/packaging';
import {
  computePlan,
  openHttpAccessApart,
  openPlanIndex,
  PlanCaches,
  systemClock,
  type IndexTransport,
  type OpenTransport,
  type PlanRequest,
} from '@ironwheel/resolver';
import { AppError, DataDirectory, Metrics, ShutdownSignal, targetSection } from '../../platform/index.ts';
import { ArtifactBytes } from '../artifacts/index.ts';
import { JobsRepository } from '../jobs/index.ts';
import type { GatheredInputs } from './gather-inputs.ts';
import { IndexSettings, type IndexAccess } from './index-settings.ts';
import { createKeptFiles } from './kept-files.ts';
import { OwnWheels } from './own-wheels.ts';
import { planRulesSection } from './plan-rules.section.ts';
import { PlanTurns } from './plan-turns.ts';
import { plansSection } from './plans.section.ts';
import { selectLocks } from './select-locks.ts';
import { toPlanError } from './to-plan-error.ts';
import { toPlanRules } from './to-plan-rules.ts';

/** Makes a plan with the resolver, the package indexes and the wheels of our own. Writes nothing but caches. */
@Injectable()
export class MakePlan implements OnApplicationShutdown {
  readonly #strategy;
  readonly #settings;
  readonly #rules;
  readonly #turns;
  readonly #caches;
  readonly #lookups;
  /** Connections live as long as the controller: a second plan need not open them anew. */
  #http: OpenTransport | null = null;

  constructor(
    private readonly indexes: IndexSettings,
    private readonly ownWheels: OwnWheels,
    private readonly artifactBytes: ArtifactBytes,
    private readonly jobs: JobsRepository,
    private readonly shutdown: ShutdownSignal,
    config: LoadedConfig,
    dataDirectory: DataDirectory,
    logger: StructuredLogger,
    metrics: Metrics,
  ) {
    this.#lookups = metrics.counter({
      name: 'wheel_cache_lookups_total',
      help: 'Planned wheels by whether the index has them already (hit) or they must be built (miss).',
      labels: ['result'],
    });
    this.#strategy = config.get(targetSection).UPGRADE_STRATEGY;
    this.#settings = config.get(plansSection);
    this.#rules = config.get(planRulesSection);
    this.#turns = new PlanTurns(this.#rules.PLAN_CONCURRENCY);
    const maxBytes = this.#rules.PLAN_CACHE_MAX_BYTES;
    const log = logger.child({ component: 'plans' });
    this.#caches = new PlanCaches({
      directory: maxBytes === 0 ? null : join(dataDirectory.path, 'cache', 'index'),
      maxBytes,
      onProblem: (problem, error) => log.warn(problem, { error }),
    });
  }

  /**
   * Throws REQUEST_INVALID (the target), INPUT_INVALID (override lines, a lock for other targets), PLAN_UNRESOLVABLE,
   * PLAN_INDEX_UNREACHABLE, SERVICE_UNAVAILABLE (also when `gone` says that nobody waits for it any more).
   */
  async make(
    runId: string,
    body: ComputePlan,
    inputs: GatheredInputs,
    gone: AbortSignal,
  ): Promise<PlanDocument> {
    const rules = toPlanRules(body, inputs, this.#rules);
    const target = await this.#target(body);
    const left = AbortSignal.any([gone, this.shutdown.signal]);
    const locks = await selectLocks(inputs.locks, target, body, left).catch((error: unknown) => {
      throw left.aborted ? noLongerWanted(error) : error;
    });
    const access = await this.indexes.access();
    const made = this.#turns.take(left, async () => {
      const timeout = AbortSignal.timeout(this.#settings.PLAN_TIMEOUT_S * 1000);
      this.#http ??= openHttpAccessApart(access);
      const { transport } = this.#http;
      try {
        const document = await computePlan({
          ...rules,
          locked: locks.locked,
          runId,
          target,
          strategy: body.strategy ?? this.#strategy,
          own: this.ownWheels.forTarget(target),
          kept: createKeptFiles(this.artifactBytes),
          ...(await this.#knownFailures(body, target)),
          index: this.#index(access, transport, body),
          signal: AbortSignal.any([timeout, left]),
          breathe: () => new Promise((resolve) => setImmediate(resolve)),
        });
        this.#countLookups(document);
        const notes = [...locks.notes, ...(document.notes ?? [])];
        return notes.length === 0 ? document : { ...document, notes };
      } catch (error) {
        throw timeout.aborted && !left.aborted ? tooSlow(error) : toPlanError(error);
      }
    });
    return made.catch((error: unknown) => {
      throw left.aborted ? noLongerWanted(error) : error;
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#http?.close();
    await this.#caches.flush();
  }

  async #knownFailures(
    body: ComputePlan,
    target: TargetEnvironment,
  ): Promise<Pick<PlanRequest, 'knownFailures'>> {
    if (!(body.skip_known_failures ?? this.#rules.SKIP_KNOWN_FAILURES)) return {};
    const failed = await this.jobs.listFailed(target.pythonTag, target.platformTag);
    return {
      knownFailures: new Map(
        failed.map((job) => [`${job.name}==${job.version}`, job.state_reason ?? 'It failed before.']),
      ),
    };
  }

  #countLookups({ nodes }: PlanDocument): void {
    const hits = nodes.filter((node) => node.verdict === 'reuse' && node.source?.origin === 'own').length;
    const misses = nodes.filter((node) => node.verdict === 'build').length;
    this.#lookups.inc({ result: 'hit' }, hits);
    this.#lookups.inc({ result: 'miss' }, misses);
  }

  #index(
    access: IndexAccess,
    transport: IndexTransport,
    { exclude_newer: excludeNewer, refresh = false }: ComputePlan,
  ): PlanRequest['index'] {
    return openPlanIndex({
      urls: [access.indexUrl, ...access.extraIndexUrls].filter((url) => url !== null),
      caches: this.#caches,
      transport,
      clock: systemClock,
      netrc: access.netrc,
      timeoutMs: this.#settings.INDEX_TIMEOUT_S * 1000,
      maxBodyBytes: this.#settings.INDEX_MAX_BODY_BYTES,
      maxConcurrency: this.#settings.INDEX_CONCURRENCY,
      minFreshMs: this.#settings.INDEX_CACHE_MIN_FRESH_S * 1000,
      refresh,
      ...(excludeNewer === undefined ? {} : { excludeNewer }),
    });
  }

  async #target(body: ComputePlan): Promise<TargetEnvironment> {
    const isWhole = body.python_version !== undefined && body.platform_tag !== undefined;
    const names = isWhole ? null : await this.indexes.target();
    try {
      return createTarget({
        pythonVersion: body.python_version ?? names?.pythonVersion ?? '',
        platformTag: body.platform_tag ?? names?.platformTag ?? '',
        isFreeThreaded: body.python_version === undefined && names?.isFreeThreaded === true,
      });
    } catch (cause) {
      if (!(cause instanceof PackagingError)) throw cause;
      throw new AppError('REQUEST_INVALID', cause.message, {
        cause,
        issues: [{ path: 'platform_tag', message: cause.message }],
      });
    }
  }
}

const noLongerWanted = (cause: unknown): AppError =>
  new AppError(
    'SERVICE_UNAVAILABLE',
    'The controller is stopping, or its caller hung up; nothing was planned. Try again.',
    { cause, retryAfterS: 10 },
  );

const tooSlow = (cause: unknown): AppError =>
  new AppError('PLAN_INDEX_UNREACHABLE', 'The plan was not made in time; nothing was planned. Try again.', {
    cause,
    retryAfterS: 10,
  });
