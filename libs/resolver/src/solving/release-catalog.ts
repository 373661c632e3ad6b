import { toReleaseList, type ReleaseList } from './release-list.ts';
import { SolverProject } from './solver-project.ts';
import { type ReleaseNeeds, type ReleaseProvider, type SolverRelease } from './solver-types.ts';

/** Rejects with the reason of the signal, also while a provider is silent. */
const untilAborted = async <T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
  if (signal === undefined) return promise;
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => {
    reject(signal.reason as Error);
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
};

/** The provider's answers, asked for once. What is asked for ahead of its time fails only when it is really needed. */
export class ReleaseCatalog<R extends SolverRelease> {
  readonly #provider: ReleaseProvider<R>;
  readonly #prepare: (project: SolverProject) => void;
  readonly #signal: AbortSignal | undefined;
  readonly #listings = new Map<string, Promise<SolverProject>>();
  readonly #projects = new Map<string, SolverProject>();
  readonly #releases = new Map<SolverProject, ReleaseList<R>>();
  readonly #asked = new Map<R, Promise<ReleaseNeeds>>();
  readonly #needs = new Map<R, ReleaseNeeds>();

  /** @param prepare what the user's own words say of a project, before anything is asked of it. */
  constructor(
    provider: ReleaseProvider<R>,
    prepare: (project: SolverProject) => void,
    signal: AbortSignal | undefined,
  ) {
    this.#provider = provider;
    this.#prepare = prepare;
    this.#signal = signal;
  }

  get projects(): Iterable<SolverProject> {
    return this.#projects.values();
  }

  /** Asks for all of them at once and waits for all; what fails first in this order is thrown. */
  async listAll(names: readonly string[]): Promise<void> {
    const unknown = names.filter((name) => !this.#projects.has(name));
    if (unknown.length === 0) return;
    const promises = unknown.map((name) => this.askFor(name));
    for (const [at, promise] of promises.entries()) {
      const project = await untilAborted(promise, this.#signal);
      this.#projects.set(unknown[at] ?? project.name, project);
    }
  }

  /** Of a project that was listed. */
  get(name: string): SolverProject {
    const project = this.#projects.get(name);
    if (project === undefined) throw new Error(`The solver did not list ${name} before it used it.`);
    return project;
  }

  findRelease(project: SolverProject, bit: number): R | undefined {
    return this.#releases.get(project)?.releases[bit - 1];
  }

  async readNeeds(project: SolverProject, release: R): Promise<ReleaseNeeds> {
    const known = this.#needs.get(release);
    if (known !== undefined) return known;
    const needs = await untilAborted(this.askNeeds(project, release), this.#signal);
    this.#needs.set(release, needs);
    return needs;
  }

  /** Needs that were read before. */
  findNeeds(release: R): ReleaseNeeds | undefined {
    return this.#needs.get(release);
  }

  prefetchNeeds(project: SolverProject, bit: number): void {
    const release = this.findRelease(project, bit);
    if (release !== undefined && release.missing === null) void this.askNeeds(project, release);
  }

  /** Ahead of their time: a search that comes to them uses `readNeeds`. */
  askNeeds(project: SolverProject, release: R): Promise<ReleaseNeeds> {
    let asked = this.#asked.get(release);
    if (asked === undefined) {
      asked = (async () => this.#provider.readNeeds(project.name, release))();
      // Whoever needs it sees the failure; an answer that nobody needs any more fails for nobody.
      asked.catch(() => undefined);
      this.#asked.set(release, asked);
    }
    return asked;
  }

  /** Ahead of its time: a search that comes to it uses `listAll`. */
  askFor(name: string): Promise<SolverProject> {
    let listing = this.#listings.get(name);
    if (listing === undefined) {
      listing = (async () => {
        const list = toReleaseList(await this.#provider.listReleases(name));
        const project = new SolverProject(name, list);
        this.#releases.set(project, list);
        this.#prepare(project);
        return project;
      })();
      listing.catch(() => undefined);
      this.#listings.set(name, listing);
    }
    return listing;
  }
}
