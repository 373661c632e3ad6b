import { Injectable } from '@nestjs/common';
import { LoadedConfig } from '@ironwheel/config';
import type { ComputePlan, PlanDocument } from '@ironwheel/contracts';
import { createTarget, PackagingError, type TargetEnvironment } from '@ironwheel/packaging';
import {
  computePlan,
  IndexClient,
  IndexUnreachableError,
  PlanUnresolvableError,
  systemClock,
  type IndexSource,
} from '@ironwheel/resolver';
import { AppError, Metrics, ShutdownSignal, targetSection } from '../../platform/index.ts';
import type { GatheredInputs } from './gather-inputs.ts';
import { openIndexTransport } from './index-transport.ts';
import { IndexSettings, type IndexAccess } from './index-settings.ts';
import { OwnWheels } from './own-wheels.ts';
import { plansSection } from './plans.section.ts';

const maxIssues = 100;

/** Makes a plan with the resolver, the package indexes and the wheels of our own. Writes nothing. */
@Injectable()
export class MakePlan {
  readonly #strategy;
  readonly #settings;
  readonly #lookups;

  constructor(
    private readonly indexes: IndexSettings,
    private readonly ownWheels: OwnWheels,
    private readonly shutdown: ShutdownSignal,
    config: LoadedConfig,
    metrics: Metrics,
  ) {
    this.#lookups = metrics.counter({
      name: 'wheel_cache_lookups_total',
      help: 'Planned wheels by whether the index has them already (hit) or they must be built (miss).',
      labels: ['result'],
    });
    this.#strategy = config.get(targetSection).UPGRADE_STRATEGY;
    this.#settings = config.get(plansSection);
  }

  /** Throws REQUEST_INVALID (the target), PLAN_UNRESOLVABLE, PLAN_INDEX_UNREACHABLE, SERVICE_UNAVAILABLE. */
  async make(runId: string, body: ComputePlan, inputs: GatheredInputs): Promise<PlanDocument> {
    const target = await this.#target(body);
    const access = await this.indexes.access();
    const http = openIndexTransport(access);
    const timeout = AbortSignal.timeout(this.#settings.PLAN_TIMEOUT_S * 1000);
    try {
      const document = await computePlan({
        runId,
        ...inputs,
        ownArtifacts: await this.ownWheels.list(inputs, target),
        target,
        strategy: body.strategy ?? this.#strategy,
        rebuild: body.rebuild,
        index: this.#index(access, http.transport),
        signal: AbortSignal.any([timeout, this.shutdown.signal]),
      });
      this.#countLookups(document);
      return document;
    } catch (error) {
      throw timeout.aborted || this.shutdown.isStopping ? tooSlow(error) : toPlanError(error);
    } finally {
      await http.close();
    }
  }

  #countLookups({ nodes }: PlanDocument): void {
    const hits = nodes.filter((node) => node.verdict === 'reuse' && node.source?.origin === 'own').length;
    const misses = nodes.filter((node) => node.verdict === 'build').length;
    this.#lookups.inc({ result: 'hit' }, hits);
    this.#lookups.inc({ result: 'miss' }, misses);
  }

  #index(access: IndexAccess, transport: ReturnType<typeof openIndexTransport>['transport']) {
    const indexes: IndexSource[] = [access.indexUrl, ...access.extraIndexUrls]
      .filter((url) => url !== null)
      .map((url) => ({ url }));
    if (indexes.length === 0) return null;
    return new IndexClient({
      indexes,
      transport,
      clock: systemClock,
      timeoutMs: this.#settings.INDEX_TIMEOUT_S * 1000,
      maxBodyBytes: this.#settings.INDEX_MAX_BODY_BYTES,
      maxConcurrency: this.#settings.INDEX_CONCURRENCY,
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

const tooSlow = (cause: unknown): AppError =>
  new AppError('PLAN_INDEX_UNREACHABLE', 'The plan was not made in time; nothing was planned. Try again.', {
    cause,
    retryAfterS: 10,
  });

function toPlanError(error: unknown): unknown {
  if (error instanceof PlanUnresolvableError) {
    const [first] = error.problems;
    const more = error.problems.length > 1 ? ` (and ${error.problems.length - 1} more, see issues)` : '';
    return new AppError('PLAN_UNRESOLVABLE', `${first?.text ?? 'No plan could be made.'}${more}`, {
      cause: error,
      issues: error.problems
        .slice(0, maxIssues)
        .map(({ name, code, text }) => ({ path: name ?? code, message: text.slice(0, 500) })),
    });
  }
  if (error instanceof IndexUnreachableError) {
    return new AppError('PLAN_INDEX_UNREACHABLE', `${error.message} Nothing was planned.`, {
      cause: error,
      retryAfterS: 10,
    });
  }
  return error;
}
