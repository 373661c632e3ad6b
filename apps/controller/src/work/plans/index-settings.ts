import { readFile } from 'node:fs/promises';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { LoadedConfig } from '@ironwheel/config';
import { StructuredLogger } from '@ironwheel/logging';
import { findNetrc, redactUrl, type HttpAccess, type Netrc } from '@ironwheel/resolver';
import { AppError, ConfigFacts, ShutdownSignal, targetSection } from '../../platform/index.ts';
import { findPythonFacts, toPlatformTag, type PythonFacts } from './find-pip-settings.ts';
import { plansSection } from './plans.section.ts';

/** The package indexes and how to reach them. URLs may carry credentials: never show them as they are. */
export interface IndexAccess extends HttpAccess {
  /** Null: none is set, and pip names none. */
  readonly indexUrl: string | null;
  readonly extraIndexUrls: readonly string[];
  /** For hosts whose URL has no user; null: there is none. */
  readonly netrc: Netrc | null;
}

export interface TargetNames {
  readonly pythonVersion: string;
  readonly isFreeThreaded: boolean;
  readonly platformTag: string;
}

/**
 * The target and the package indexes of this installation: as configured, else as python3 and pip on this machine
 * say, so that no address is written into the code. Python is asked once, while the controller starts: its answer takes
 * longer than most plans.
 */
@Injectable()
export class IndexSettings implements OnModuleInit {
  readonly #target;
  readonly #plans;
  readonly #logger: StructuredLogger;
  #facts: Promise<PythonFacts | null> | undefined;
  #access: Promise<IndexAccess> | undefined;

  constructor(
    config: LoadedConfig,
    private readonly configFacts: ConfigFacts,
    private readonly shutdown: ShutdownSignal,
    logger: StructuredLogger,
  ) {
    this.#target = config.get(targetSection);
    this.#plans = config.get(plansSection);
    this.#logger = logger.child({ component: 'plans' });
  }

  onModuleInit(): void {
    // Nobody waits for it here. What goes wrong is told to whoever plans, who asks again.
    this.access().catch(() => undefined);
    this.configFacts.provide('target', async () => {
      const names = await this.target();
      return {
        python_version: names.pythonVersion,
        python_tag: `cp${names.pythonVersion.replace('.', '')}${names.isFreeThreaded ? 't' : ''}`,
        platform_tag: names.platformTag,
      };
    });
    this.configFacts.provide('index_url', async () => {
      const { indexUrl } = await this.access();
      return indexUrl === null ? null : redactUrl(indexUrl);
    });
  }

  /** What is built for when a call does not say. Throws SERVICE_UNAVAILABLE when neither is configured nor found. */
  async target(): Promise<TargetNames> {
    const { PYTHON_VERSION, PLATFORM_TAG } = this.#target;
    if (PYTHON_VERSION !== undefined && PLATFORM_TAG !== undefined) {
      return toNames(PYTHON_VERSION, PLATFORM_TAG);
    }
    const facts = await this.#python();
    if (facts === null) {
      throw new AppError(
        'SERVICE_UNAVAILABLE',
        'The target is not known: there is no python3 here; set PYTHON_VERSION and PLATFORM_TAG.',
      );
    }
    return toNames(PYTHON_VERSION ?? facts.python_version, PLATFORM_TAG ?? toPlatformTag(facts));
  }

  access(): Promise<IndexAccess> {
    this.#access ??= this.#findAccess().catch((error: unknown) => {
      this.#access = undefined;
      throw error;
    });
    return this.#access;
  }

  async #findAccess(): Promise<IndexAccess> {
    const { INDEX_URL, EXTRA_INDEX_URL } = this.#target;
    const pip = (await this.#python())?.index ?? null;
    // A configured index stands alone: pip's extra indexes belong to pip's own.
    const fromPip = INDEX_URL === undefined ? pip : null;
    const caFile = this.#plans.INDEX_CA_FILE ?? pip?.cert ?? null;
    return {
      indexUrl: INDEX_URL ?? fromPip?.index_url ?? null,
      extraIndexUrls: [...EXTRA_INDEX_URL, ...(fromPip?.extra_index_urls ?? [])],
      ca: caFile === null ? null : await this.#readCa(caFile),
      proxy: pip?.proxy ?? null,
      trustedHosts: [...this.#plans.INDEX_TRUSTED_HOSTS, ...(pip?.trusted_hosts ?? [])],
      netrc: await findNetrc({
        path: this.#plans.INDEX_NETRC_FILE ?? null,
        warn: (sentence, fields) => this.#logger.warn(sentence, fields),
      }),
    };
  }

  async #readCa(path: string): Promise<string> {
    try {
      return await readFile(path, 'utf8');
    } catch (cause) {
      this.#logger.warn('the file of authorities for package indexes cannot be read', { error: cause });
      throw new AppError(
        'PLAN_INDEX_UNREACHABLE',
        'The file of authorities (INDEX_CA_FILE, or cert of pip) cannot be read; correct its path.',
        { cause },
      );
    }
  }

  #python(): Promise<PythonFacts | null> {
    this.#facts ??= findPythonFacts(this.shutdown.signal);
    return this.#facts;
  }
}

const toNames = (pythonVersion: string, platformTag: string): TargetNames => ({
  pythonVersion: pythonVersion.replace(/t$/, ''),
  isFreeThreaded: pythonVersion.endsWith('t'),
  platformTag,
});
