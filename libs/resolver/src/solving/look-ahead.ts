import { findUsable, type Condition, type ConditionReader } from './read-conditions.ts';
import { type ReleaseCatalog } from './release-catalog.ts';
import { type SolverProject } from './solver-project.ts';
import { type SolveRequest, type SolverRelease } from './solver-types.ts';
import { hasBit, intersect } from './version-set.ts';

/**
 * Reads what a search will probably come to before it is there: of each requirement the release that would be tried
 * first, and then what that one requires. Nothing is decided by it, and what it asks for in vain fails for nobody.
 */
export class LookAhead {
  readonly #request: SolveRequest<SolverRelease>;
  readonly #catalog: ReleaseCatalog<SolverRelease>;
  readonly #reader: ConditionReader;
  readonly #constraints = new Map<string, Condition['specifiers'][]>();
  readonly #followed = new Set<string>();
  readonly #projects = new Set<string>();
  #hasEnded = false;

  constructor(
    request: SolveRequest<SolverRelease>,
    catalog: ReleaseCatalog<SolverRelease>,
    reader: ConditionReader,
  ) {
    this.#request = request;
    this.#catalog = catalog;
    this.#reader = reader;
    for (const { requirement } of request.constraints) {
      if (requirement.url !== undefined) continue;
      const ofProject = this.#constraints.get(requirement.normalizedName) ?? [];
      this.#constraints.set(requirement.normalizedName, [...ofProject, requirement.specifiers]);
    }
  }

  /** Returns at once. */
  follow(conditions: readonly Omit<Condition, 'when'>[]): void {
    for (const condition of conditions) this.#follow(condition).catch(() => undefined);
  }

  /** Nothing more is asked for. */
  end(): void {
    this.#hasEnded = true;
  }

  /** It may end while something is waited for. */
  #isOver(): boolean {
    return this.#hasEnded;
  }

  async #follow({ name, specifiers, extras, url }: Omit<Condition, 'when'>): Promise<void> {
    const { limits, noDeps, provider } = this.#request;
    const key = [name, specifiers?.text ?? '@', ...extras].join('\n');
    if (this.#isOver() || this.#followed.has(key)) return;
    if (this.#projects.size >= limits.maxPackages && !this.#projects.has(name)) return;
    if (url !== null && !provider.allowsUrl(name, url)) return;
    this.#followed.add(key);
    this.#projects.add(name);
    const project = await this.#catalog.askFor(name);
    const release = this.#isOver() ? undefined : this.#findFirst(project, specifiers);
    if (release === undefined) return;
    const needs = await this.#catalog.askNeeds(project, release);
    if (noDeps || needs.refusal !== null || needs.requirements.length > limits.maxRequirements) return;
    this.follow(findUsable(this.#reader, needs.requirements, extras));
  }

  /** The release that is tried first when nothing else is known. */
  #findFirst(project: SolverProject, specifiers: Condition['specifiers']): SolverRelease | undefined {
    const { preference, preferred } = this.#request;
    const bound = (this.#constraints.get(project.name) ?? []).map((one) => project.match(one));
    const set = bound.reduce(intersect, project.want(specifiers).set);
    for (const bit of project.order(preference, preferred.get(project.name))) {
      const release = hasBit(set, bit) ? project.findRelease(bit) : undefined;
      if (release !== undefined && release.missing === null) return release;
    }
    return undefined;
  }
}
