import { IndexClient, IndexUnreachableError, systemClock, type IndexFile } from '@ironwheel/resolver';
import { LoadedConfig } from '@ironwheel/config';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AppError, Clock, targetSection } from '../platform/index.ts';
import { IndexSettings, openIndexTransport, type OpenTransport } from '../work/plans/index.ts';

interface Kept {
  readonly files: readonly IndexFile[] | null;
  readonly at: number;
}

/** An answer of the upstream is used again for this long; when it is away, for the second time. Milliseconds. */
const freshMs = 60_000;
const staleMs = 60 * 60_000;
const maxKept = 2000;

/** The upstream index behind ours, for projects that are not ours. Small answers are kept for a minute. */
@Injectable()
export class UpstreamIndex implements OnApplicationShutdown {
  readonly #isOn: boolean;
  readonly #kept = new Map<string, Kept>();
  readonly #running = new Map<string, Promise<readonly IndexFile[] | null>>();
  #client: Promise<{ client: IndexClient; transport: OpenTransport } | null> | undefined;

  constructor(
    config: LoadedConfig,
    private readonly settings: IndexSettings,
    private readonly clock: Clock,
  ) {
    this.#isOn = config.get(targetSection).INDEX_UPSTREAM_PASSTHROUGH;
  }

  /**
   * Files of a project; null when the upstream has no such project, or there is no upstream. Throws
   * INDEX_UPSTREAM_UNREACHABLE, so that an installer never takes an outage for "no such project".
   */
  async find(name: string): Promise<readonly IndexFile[] | null> {
    if (!this.#isOn) return null;
    const kept = this.#kept.get(name);
    const age = kept === undefined ? Infinity : this.clock.now().getTime() - kept.at;
    if (kept !== undefined && age < freshMs) return kept.files;
    try {
      return await this.#ask(name);
    } catch (cause) {
      if (!(cause instanceof IndexUnreachableError)) throw cause;
      if (kept !== undefined && age < staleMs) return kept.files;
      throw new AppError('INDEX_UPSTREAM_UNREACHABLE', 'The upstream index did not answer; try again.', {
        cause,
        retryAfterS: 10,
      });
    }
  }

  async onApplicationShutdown(): Promise<void> {
    const open = await this.#client?.catch(() => null);
    await open?.transport.close();
  }

  /** One request a project at a time, however many ask. */
  #ask(name: string): Promise<readonly IndexFile[] | null> {
    let running = this.#running.get(name);
    if (running === undefined) {
      running = this.#fetch(name).finally(() => this.#running.delete(name));
      this.#running.set(name, running);
    }
    return running;
  }

  async #fetch(name: string): Promise<readonly IndexFile[] | null> {
    const open = await this.#open();
    if (open === null) return null;
    const listing = await open.client.findProject(name);
    const files = listing.found ? listing.files : null;
    this.#kept.delete(name);
    this.#kept.set(name, { files, at: this.clock.now().getTime() });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= maxKept) break;
      this.#kept.delete(oldest);
    }
    return files;
  }

  #open(): Promise<{ client: IndexClient; transport: OpenTransport } | null> {
    this.#client ??= this.#connect().catch((error: unknown) => {
      this.#client = undefined;
      throw error;
    });
    return this.#client;
  }

  async #connect(): Promise<{ client: IndexClient; transport: OpenTransport } | null> {
    const access = await this.settings.access();
    const urls = [...(access.indexUrl === null ? [] : [access.indexUrl]), ...access.extraIndexUrls];
    if (urls.length === 0) return null;
    const transport = openIndexTransport(access);
    const client = new IndexClient({
      indexes: urls.map((url) => ({ url })),
      transport: transport.transport,
      clock: systemClock,
      maxAttempts: 2,
      timeoutMs: 15_000,
    });
    return { client, transport };
  }
}
