import { LoadedConfig } from '@ironwheel/config';
import { StructuredLogger } from '@ironwheel/logging';
import {
  IndexClient,
  IndexUnreachableError,
  LruMap,
  openHttpAccess,
  systemClock,
  type OpenTransport,
  type ProjectListing,
  type ProjectNotFound,
} from '@ironwheel/resolver';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AppError, Clock, Metrics, PublicAddress, ShutdownSignal, targetSection } from '../platform/index.ts';
import { IndexSettings } from '../work/plans/index.ts';
import { packageIndexSection } from './package-index.section.ts';

type UpstreamAnswer = ProjectListing | ProjectNotFound;

interface CachedAnswer {
  readonly answer: UpstreamAnswer;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** "No such project" is believed for a shorter time: the project may be about to be published. */
const notFoundTtlMs = 30_000;
/** One try again; an installer that waits gives up after 15 s. */
const maxAttempts = 2;
const maxConcurrency = 32;

/** What a page costs beside its files, by whose number the cache is bounded. */
const pageWeight = 5;
const weigh = ({ answer }: CachedAnswer): number => pageWeight + (answer.found ? answer.files.length : 0);

/** The upstream index, through a cache that answers with old pages while upstream does not answer. */
@Injectable()
export class UpstreamIndex implements OnApplicationShutdown {
  readonly #isEnabled: boolean;
  readonly #settings;
  readonly #cache: LruMap<CachedAnswer>;
  readonly #pending = new Map<string, Promise<UpstreamAnswer>>();
  readonly #answers;
  readonly #logger: StructuredLogger;
  #http: OpenTransport | null = null;

  constructor(
    config: LoadedConfig,
    logger: StructuredLogger,
    metrics: Metrics,
    private readonly indexes: IndexSettings,
    private readonly address: PublicAddress,
    private readonly clock: Clock,
    private readonly shutdown: ShutdownSignal,
  ) {
    this.#isEnabled = config.get(targetSection).INDEX_UPSTREAM_PASSTHROUGH;
    this.#settings = config.get(packageIndexSection);
    this.#cache = new LruMap(this.#settings.INDEX_UPSTREAM_CACHE_FILES, weigh);
    this.#logger = logger.child({ component: 'package-index' });
    this.#answers = metrics.counter({
      name: 'index_upstream_answers_total',
      help: 'Pages of the upstream index that were asked for, by where they came from.',
      labels: ['from'],
    });
  }

  /**
   * What upstream has of a project; null when no upstream is configured. `name` is normalized.
   * Throws INDEX_UPSTREAM_UNREACHABLE when upstream does not answer and no page of it is young enough.
   */
  async find(name: string): Promise<UpstreamAnswer | null> {
    if (!this.#isEnabled) return null;
    const cached = this.#cache.get(name);
    const ageMs = cached === undefined ? Infinity : this.clock.now().getTime() - cached.at;
    const ttlMs = this.#settings.INDEX_UPSTREAM_TTL_S * 1000;
    if (cached !== undefined && ageMs < (cached.answer.found ? ttlMs : Math.min(ttlMs, notFoundTtlMs))) {
      this.#answers.inc({ from: 'cache' });
      return cached.answer;
    }
    const urls = await this.#findUrls();
    if (urls === null) return null;
    try {
      const answer = await this.#ask(name, urls);
      this.#answers.inc({ from: 'upstream' });
      return answer;
    } catch (error) {
      if (!(error instanceof IndexUnreachableError)) throw error;
      if (cached !== undefined && ageMs < this.#settings.INDEX_UPSTREAM_STALE_S * 1000) {
        this.#answers.inc({ from: 'stale' });
        this.#logger.warn('the upstream index does not answer; an older page is served', {
          project: name,
          error,
        });
        return cached.answer;
      }
      this.#answers.inc({ from: 'none' });
      throw unreachable(error);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#http?.close();
  }

  /** Null: there is none, or it is ourselves (pip of this machine may be told to use us). */
  async #findUrls(): Promise<string[] | null> {
    const access = await this.indexes.access().catch((cause: unknown) => {
      throw unreachable(cause);
    });
    const urls = [access.indexUrl, ...access.extraIndexUrls].filter((url) => url !== null);
    const own = new URL(this.address.url);
    const others = urls.filter((url) => new URL(url).host !== own.host);
    if (others.length === 0) return null;
    this.#http ??= openHttpAccess(access);
    return others;
  }

  #ask(name: string, urls: readonly string[]): Promise<UpstreamAnswer> {
    let pending = this.#pending.get(name);
    if (pending === undefined) {
      pending = this.#fetch(name, urls).finally(() => this.#pending.delete(name));
      this.#pending.set(name, pending);
    }
    return pending;
  }

  async #fetch(name: string, urls: readonly string[]): Promise<UpstreamAnswer> {
    if (this.#http === null) throw new Error('the transport was not opened');
    // A client keeps its answers for ever: one for each question.
    const client = new IndexClient({
      indexes: urls.map((url) => ({ url })),
      transport: this.#http.transport,
      netrc: (await this.indexes.access()).netrc,
      clock: systemClock,
      timeoutMs: this.#settings.INDEX_UPSTREAM_TIMEOUT_S * 1000,
      maxAttempts,
      maxConcurrency,
    });
    const answer = await client.findProject(name, this.shutdown.signal);
    this.#cache.set(name, { answer, at: this.clock.now().getTime() });
    return answer;
  }
}

const unreachable = (cause: unknown): AppError =>
  new AppError(
    'INDEX_UPSTREAM_UNREACHABLE',
    'The upstream index did not answer, so it cannot be said whether it has the project; try again.',
    { cause, retryAfterS: 5 },
  );
