import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ComputePlan, PackageOverride, PlanDocument } from '@ironwheel/contracts';
import { createTarget, PackagingError, type TargetEnvironment } from '@ironwheel/packaging';
import {
  findNetrc,
  findPlanFailure,
  listInputFolder,
  PlanCaches,
  planLocally,
  type HttpAccess,
  type LocalInput,
  type PlanStrategy,
} from '@ironwheel/resolver';
import { v7 as createUuid } from 'uuid';
import { LocalHttpError } from './local-error.ts';

/** What the worker makes plans from by itself. */
export interface OwnPlanSettings {
  readonly inputDirectory: string | null;
  readonly requirementsPath: string | null;
  readonly strategy: PlanStrategy;
  readonly packages: Readonly<Record<string, PackageOverride>> | undefined;
  readonly maxPackages: number;
  readonly indexUrl: string | null;
  readonly extraIndexUrls: readonly string[];
  /** PEM file of further authorities for indexes. */
  readonly caFile: string | null;
  readonly trustedHosts: readonly string[];
  readonly netrcFile: string | null;
  /** Null: index answers are kept in memory only. */
  readonly cacheDirectory: string | null;
  readonly warn: (problem: string) => void;
  readonly exitSignal: AbortSignal;
}

const maxCacheBytes = 1024 ** 3;
const planTimeoutMs = 10 * 60_000;

/** Plans of the worker's own: from its input directory, its requirements and its indexes. */
export class OwnPlans {
  readonly #settings: OwnPlanSettings;
  readonly #caches: PlanCaches;

  constructor(settings: OwnPlanSettings) {
    this.#settings = settings;
    const { cacheDirectory: directory, warn } = settings;
    this.#caches = new PlanCaches({
      directory: directory === null ? null : join(directory, 'index'),
      maxBytes: maxCacheBytes,
      onProblem: (problem) => warn(problem),
    });
  }

  get hasInputs(): boolean {
    return this.#settings.inputDirectory !== null || this.#settings.requirementsPath !== null;
  }

  /** Throws `LocalHttpError`; nothing is planned then. */
  async make(call: ComputePlan): Promise<PlanDocument> {
    const settings = this.#settings;
    if (settings.indexUrl === null) {
      throw new LocalHttpError(
        'PLAN_INDEX_MISSING',
        'Set INDEX_URL: the worker plans with that package index.',
      );
    }
    const target = toTarget(call);
    const access = await this.#readAccess();
    const netrc = await findNetrc({ path: settings.netrcFile, warn: (sentence) => settings.warn(sentence) });
    try {
      const { strategy, ...rules } = call;
      return await planLocally({
        runId: `run_${createUuid()}`,
        target,
        strategy: strategy ?? settings.strategy,
        files: await this.#listFiles(),
        call: rules,
        configured: { packages: settings.packages, maxPackages: settings.maxPackages },
        urls: [settings.indexUrl, ...settings.extraIndexUrls],
        access,
        netrc,
        caches: this.#caches,
        signal: AbortSignal.any([settings.exitSignal, AbortSignal.timeout(planTimeoutMs)]),
      });
    } catch (error) {
      throw toLocalError(error);
    }
  }

  async #readAccess(): Promise<HttpAccess> {
    const { caFile, trustedHosts } = this.#settings;
    try {
      const ca = caFile === null ? null : await readFile(caFile, 'utf8');
      return { ca, proxy: null, trustedHosts };
    } catch (error) {
      throw new LocalHttpError(
        'PLAN_INPUT_INVALID',
        `The file of authorities ${caFile ?? ''} cannot be read.`,
        undefined,
        { cause: error },
      );
    }
  }

  /** Files of the input directory that are inputs by their names, in the order of these. */
  async #listFiles(): Promise<LocalInput[]> {
    const { inputDirectory, requirementsPath } = this.#settings;
    const listed =
      inputDirectory === null ? [] : await listInputFolder(inputDirectory, { isAlsoInput: isOwnName });
    if (requirementsPath === null) return listed;
    return [{ path: requirementsPath, filename: toRequirementsName(basename(requirementsPath)) }, ...listed];
  }
}

const isOwnName = (name: string): boolean =>
  /^(?:uv\.lock|pyproject\.toml|pylock(?:\.[^.]+)?\.toml)$/.test(name) || /\.(?:txt|in)$/.test(name);
/** The file may have any name; that it holds requirements is known. */
const toRequirementsName = (name: string): string =>
  isOwnName(name) && !/constraint/i.test(name) ? name : 'requirements.txt';

function toTarget({ python_version: python, platform_tag: platformTag }: ComputePlan): TargetEnvironment {
  if (python === undefined || platformTag === undefined) {
    throw new LocalHttpError(
      'REQUEST_INVALID',
      'The target is not known: set PYTHON_VERSION and PLATFORM_TAG, or name python_version and platform_tag.',
    );
  }
  try {
    return createTarget({ pythonVersion: python, platformTag });
  } catch (error) {
    if (!(error instanceof PackagingError)) throw error;
    throw new LocalHttpError('REQUEST_INVALID', error.message, undefined, { cause: error });
  }
}

function toLocalError(error: unknown): unknown {
  const failure = findPlanFailure(error);
  if (failure === undefined) return error;
  const { code, detail, issues, cause } = failure;
  return new LocalHttpError(code === 'INPUT_INVALID' ? 'PLAN_INPUT_INVALID' : code, detail, issues, {
    cause,
  });
}
