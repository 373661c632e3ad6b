import { EscapeFinder } from './find-escape.ts';
import {
  resolveIncompatibilities,
  type Incompatibility,
  type SolverPackage,
  type Term,
} from './incompatibility.ts';
import { type PackageTable } from './package-table.ts';
import { PartialSolution, relate } from './partial-solution.ts';
import { type ReleaseExpander } from './release-expander.ts';
import { type SearchBudget } from './search-budget.ts';
import { SolverLimitError } from './solver-error.ts';
import { type SolverProject } from './solver-project.ts';
import { type SolveRequest, type SolverRelease } from './solver-types.ts';
import { createSetOf, hasBit, hasSeveralBits, isSubset } from './version-set.ts';

/** Chosen bit of every project of a solution. */
export type Decisions = ReadonlyMap<SolverProject, number>;

export type SearchResult =
  | { readonly kind: 'solved'; readonly decisions: Decisions }
  | { readonly kind: 'conflict'; readonly proof: Incompatibility }
  /** Something was learned that this search had built against. */
  | { readonly kind: 'restart' };

/** From so many conflicts on, a package is decided before its turn. */
const manyConflicts = 5;

/** Of what meets conflict after conflict, so many of the versions that come next are read at once. */
const askedAhead = 16;

/** Of releases whose needs nobody knows and that are no way out, the next are read ahead. */
const askedAheadOfUnknown = 4;

/** So many of them are looked at in a project; from then on, all that come after are taken for such. */
const mostEscapes = 32;

/**
 * One conflict-driven search (PubGrub): decide a version, follow what must then hold, and from each conflict derive
 * what can never hold together, so that the search goes back to where it went wrong and never goes there again.
 */
export class Search {
  readonly #request: SolveRequest<SolverRelease>;
  readonly #table: PackageTable;
  readonly #expander: ReleaseExpander;
  readonly #budget: SearchBudget;
  readonly #solution = new PartialSolution();
  readonly #escapes: EscapeFinder;

  constructor(
    request: SolveRequest<SolverRelease>,
    table: PackageTable,
    expander: ReleaseExpander,
    budget: SearchBudget,
  ) {
    this.#request = request;
    this.#table = table;
    this.#expander = expander;
    this.#budget = budget;
    this.#escapes = new EscapeFinder((project) => this.#orderOf(project));
  }

  async run(): Promise<SearchResult> {
    if ((await this.#expander.expandRoots()) === 'restart') return { kind: 'restart' };
    for (;;) {
      const proof = this.#table.contradiction ?? this.#propagate();
      if (proof !== undefined) return { kind: 'conflict', proof };
      await this.#budget.rest();
      const expanded = await this.#expandExtras();
      if (expanded === 'restart') return { kind: 'restart' };
      if (expanded === 'expanded') continue;
      const next = this.#chooseNext();
      if (next === undefined) return { kind: 'solved', decisions: this.#decisions() };
      if ((await this.#decide(next)) === 'restart') return { kind: 'restart' };
    }
  }

  /** Follows everything that changed; the proof, when nothing can hold any more. */
  #propagate(): Incompatibility | undefined {
    const queue = this.#table.changed;
    for (const one of queue) {
      queue.delete(one);
      const list = one.incompatibilities;
      for (let at = list.length - 1; at >= 0; at -= 1) {
        const incompatibility = list[at];
        if (incompatibility === undefined || incompatibility.isContradicted) continue;
        if (incompatibility.isReplaced) {
          list.splice(at, 1);
          continue;
        }
        const relation = relate(this.#solution, incompatibility);
        if (relation === 'open') continue;
        if (relation === 'contradicted') {
          this.#solution.markContradicted(incompatibility);
          continue;
        }
        if (relation !== 'satisfied') {
          this.#derive(relation, incompatibility);
          continue;
        }
        const proof = this.#learn(incompatibility);
        if (proof !== undefined) return proof;
        break;
      }
    }
    return undefined;
  }

  #derive(term: Term, cause: Incompatibility): void {
    this.#solution.derive(term, cause);
    this.#solution.markContradicted(cause);
    this.#table.changed.add(term.package);
  }

  /** Goes back to where the conflict was not yet certain, with what is learned from it. */
  #learn(conflict: Incompatibility): Incompatibility | undefined {
    for (const { package: one } of conflict.terms) one.conflicts += 1;
    this.#budget.count(conflict.terms[0]?.package.project.name ?? 'the requirements');
    let learned = conflict;
    while (learned.terms.length > 0) {
      const satisfier = this.#solution.findSatisfier(learned);
      if (satisfier.cause === null || satisfier.previousLevel < satisfier.level) {
        this.#solution.backtrack(satisfier.previousLevel);
        this.#table.changed.clear();
        if (learned !== conflict) this.#table.add(learned);
        this.#derive(satisfier.term, learned);
        return undefined;
      }
      learned = resolveIncompatibilities(learned, satisfier.cause, satisfier.term.package);
    }
    return learned;
  }

  /** Requirements of extras that are asked for by now, of releases that are decided. */
  async #expandExtras(): Promise<'nothing' | 'expanded' | 'restart'> {
    const wanted = new Map<SolverProject, string[]>();
    for (const one of this.#table.extras) {
      if (one.extra === null || !this.#solution.isNeeded(one)) continue;
      wanted.set(one.project, [...(wanted.get(one.project) ?? []), one.extra]);
    }
    let result: 'nothing' | 'expanded' = 'nothing';
    for (const [project, extras] of wanted) {
      const base = this.#table.ensureProject(project);
      const bit = base.decision;
      if (bit === null) continue;
      const expanded = await this.#expander.expand(base, bit, extras);
      if (expanded === 'restart') return 'restart';
      if (expanded === 'expanded') result = 'expanded';
    }
    return result;
  }

  /** What has one version left comes first, then what has met many conflicts, then what was found first. */
  #chooseNext(): SolverPackage | undefined {
    let best: SolverPackage | undefined;
    let bestClass = Number.POSITIVE_INFINITY;
    for (const one of this.#table.projects) {
      if (one.decision !== null || !this.#solution.isNeeded(one)) continue;
      const isBound = !hasSeveralBits(this.#solution.remaining(one));
      const rank = isBound ? 0 : one.conflicts >= manyConflicts ? 1 : 2;
      if (rank < bestClass) [best, bestClass] = [one, rank];
      if (bestClass === 0) break;
    }
    return best;
  }

  async #decide(one: SolverPackage): Promise<'decided' | 'restart'> {
    const { limits } = this.#request;
    const { project } = one;
    this.#budget.count(project.name);
    if (Number.isFinite(one.depth) && one.depth > limits.maxDepth)
      throw new SolverLimitError('maxDepth', limits.maxDepth, project.name);
    if (this.#solution.decisionCount >= limits.maxPackages) {
      throw new SolverLimitError('maxPackages', limits.maxPackages, project.name);
    }
    const remaining = this.#solution.remaining(one);
    const order = this.#orderOf(project);
    const at = order.findIndex((candidate) => hasBit(remaining, candidate));
    const bit = order[at];
    if (bit === undefined) throw new Error(`The solver has no version of ${project.name} left to decide on.`);
    if (one.conflicts >= manyConflicts) {
      const next = order.slice(at + 1, at + 1 + askedAhead);
      this.#expander.askAhead(
        one,
        next.filter((candidate) => hasBit(remaining, candidate)),
      );
    }
    if ((await this.#expander.expand(one, bit, [])) === 'restart') return 'restart';
    this.#table.changed.add(one);
    if (!this.#isConflict(one, bit) && !this.#isRefused(one, bit)) {
      this.#solution.decide(one, bit, createSetOf(project.size, [bit]));
    }
    return 'decided';
  }

  #orderOf(project: SolverProject): readonly number[] {
    const { preference, preferred } = this.#request;
    return project.order(preference, preferred.get(project.name));
  }

  /** A release whose needs nobody knows is no way out of a conflict: then it is ruled out where the conflict holds. */
  #isRefused(one: SolverPackage, bit: number): boolean {
    if (!this.#expander.isUnknown(one, bit) || one.project.freed.get(bit) === 'free') return false;
    const terms = this.#escapes.find(one, bit);
    if (terms === undefined) return false;
    const { project } = one;
    project.escapes.add(bit);
    if (project.unknown !== 'closed') return false;
    const order = this.#orderOf(project);
    const next = order.slice(order.indexOf(bit)).filter((other) => hasBit(one.left, other));
    const isEnough = project.escapes.size >= mostEscapes;
    if (!isEnough) this.#expander.askAhead(one, next.slice(1, 1 + askedAheadOfUnknown));
    const set = createSetOf(project.size, isEnough ? next : [bit]);
    this.#table.forbid([{ package: one, set }, ...terms], { kind: 'unknown', target: project });
    return true;
  }

  /** Whether deciding so contradicts what holds already: then it is ruled out by propagation, without going back. */
  #isConflict(one: SolverPackage, bit: number): boolean {
    for (const incompatibility of one.incompatibilities) {
      if (incompatibility.isContradicted || incompatibility.isReplaced) continue;
      const holds = incompatibility.terms.every((term) =>
        term.package === one
          ? hasBit(term.set, bit)
          : isSubset(this.#solution.remaining(term.package), term.set),
      );
      if (!holds) continue;
      for (const term of incompatibility.terms) term.package.conflicts += 1;
      return true;
    }
    return false;
  }

  #decisions(): Decisions {
    const decisions = new Map<SolverProject, number>();
    for (const one of this.#table.projects) {
      if (one.decision !== null) decisions.set(one.project, one.decision);
    }
    return decisions;
  }
}
