import { evaluateMarker } from '@ironwheel/packaging';
import { type Condition, type ConditionReader } from './read-conditions.ts';
import { type ReleaseCatalog } from './release-catalog.ts';
import { type Decisions } from './search.ts';
import { type SolverProject } from './solver-project.ts';
import { type SolvedEdge, type SolveRequest, type SolverRelease } from './solver-types.ts';

/** A requirement that counts in the solution. */
export interface ActiveEdge {
  readonly edge: SolvedEdge;
  readonly condition: Condition;
  readonly parent: SolverProject | null;
}

export interface ReachedPackage {
  readonly project: SolverProject;
  readonly bit: number;
  readonly extras: Set<string>;
  readonly edges: ActiveEdge[];
  /** Steps from the user's own requirements. */
  depth: number;
}

const edgeOf = (parent: SolverProject | null, condition: Condition): ActiveEdge => ({
  parent,
  condition,
  edge: { parent: parent?.name ?? null, text: condition.text, extra: condition.when[0] ?? null },
});

/** From the user's requirements along what counts with the extras that are asked for in the end. */
export class SolutionWalk {
  readonly reached = new Map<SolverProject, ReachedPackage>();
  readonly #request: SolveRequest<SolverRelease>;
  readonly #catalog: ReleaseCatalog<SolverRelease>;
  readonly #reader: ConditionReader;
  readonly #decisions: Decisions;

  constructor(
    request: SolveRequest<SolverRelease>,
    catalog: ReleaseCatalog<SolverRelease>,
    reader: ConditionReader,
    decisions: Decisions,
  ) {
    this.#request = request;
    this.#catalog = catalog;
    this.#reader = reader;
    this.#decisions = decisions;
  }

  walk(roots: readonly Condition[]): ReadonlyMap<SolverProject, ReachedPackage> {
    let open = new Set(roots.flatMap((condition) => this.#follow(condition, 0)));
    while (open.size > 0) {
      const next = new Set<ReachedPackage>();
      for (const one of open) {
        for (const condition of this.activeConditions(one)) {
          for (const target of this.#follow(condition, one.depth + 1)) next.add(target);
        }
      }
      open = next;
    }
    for (const condition of roots) this.#find(condition)?.edges.push(edgeOf(null, condition));
    for (const one of this.reached.values()) {
      for (const condition of this.activeConditions(one)) {
        this.#find(condition)?.edges.push(edgeOf(one.project, condition));
      }
    }
    return this.reached;
  }

  /** Each requirement once, with the first of the extras that bring it. */
  activeConditions(one: ReachedPackage): Condition[] {
    const release = this.#catalog.findRelease(one.project, one.bit);
    const needs = release === undefined ? undefined : this.#catalog.findNeeds(release);
    if (needs === undefined || this.#request.noDeps) return [];
    const active = new Map<string, Condition>();
    for (const requirement of needs.requirements) {
      const read = this.#reader.read(requirement);
      if ('text' in read) continue;
      for (const condition of read) {
        const isAsked = condition.when.every((extra) => one.extras.has(extra));
        if (isAsked && !active.has(condition.text) && this.#counts(condition, one)) {
          active.set(condition.text, condition);
        }
      }
    }
    return [...active.values()];
  }

  #counts({ marker, name }: Condition, one: ReachedPackage): boolean {
    if (marker === null || this.#request.overrides.has(name)) return true;
    return evaluateMarker(marker, this.#request.target.markers, { extras: one.extras });
  }

  #find(condition: Condition): ReachedPackage | undefined {
    return this.reached.get(this.#catalog.get(condition.name));
  }

  /** The package, when it is new or something of it is. */
  #follow(condition: Condition, depth: number): ReachedPackage[] {
    const project = this.#catalog.get(condition.name);
    const bit = this.#decisions.get(project);
    if (bit === undefined) throw new Error(`The solution lacks ${project.name}, which it needs.`);
    let known = this.reached.get(project);
    let isNew = known === undefined;
    known ??= { project, bit, extras: new Set(), edges: [], depth };
    if (known.depth > depth) {
      known.depth = depth;
      isNew = true;
    }
    for (const extra of condition.extras) {
      if (!known.extras.has(extra)) isNew = true;
      known.extras.add(extra);
    }
    this.reached.set(project, known);
    return isNew ? [known] : [];
  }
}
