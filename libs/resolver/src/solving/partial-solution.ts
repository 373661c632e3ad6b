import { type Incompatibility, type SolverPackage, type Term } from './incompatibility.ts';
import {
  absentBit,
  areDisjoint,
  hasBit,
  intersect,
  isSubset,
  subtract,
  type VersionSet,
} from './version-set.ts';

interface Assignment {
  readonly package: SolverPackage;
  readonly set: VersionSet;
  /** What is left for the package after it. */
  readonly left: VersionSet;
  /** Decisions before it, itself included. */
  readonly level: number;
  /** Null: a decision. */
  readonly cause: Incompatibility | null;
  readonly position: number;
}

export interface Satisfier {
  readonly term: Term;
  readonly cause: Incompatibility | null;
  readonly level: number;
  /** The level at which the incompatibility leaves only this term open. */
  readonly previousLevel: number;
}

/** What is decided and what follows from it, in order. */
export class PartialSolution {
  readonly #assignments: Assignment[] = [];
  readonly #histories = new Map<SolverPackage, Assignment[]>();
  /** With the level at which they were found so. */
  readonly #contradicted: { readonly incompatibility: Incompatibility; readonly level: number }[] = [];
  #level = 0;
  #decisionCount = 0;

  /** What may still be chosen. */
  remaining(of: SolverPackage): VersionSet {
    return of.left;
  }

  isNeeded(of: SolverPackage): boolean {
    return !hasBit(of.left, absentBit);
  }

  get decisionCount(): number {
    return this.#decisionCount;
  }

  decide(one: SolverPackage, bit: number, set: VersionSet): void {
    this.#level += 1;
    one.decision = bit;
    this.#decisionCount += 1;
    this.#push({
      package: one,
      set,
      left: intersect(this.remaining(one), set),
      level: this.#level,
      cause: null,
    });
  }

  /** The negation of a term. */
  derive(term: Term, cause: Incompatibility): void {
    const set = subtract(term.package.full, term.set);
    const left = intersect(this.remaining(term.package), set);
    this.#push({ package: term.package, set, left, level: this.#level, cause });
  }

  /** Marks it so that it need not be looked at until the search goes back behind this level. */
  markContradicted(incompatibility: Incompatibility): void {
    incompatibility.isContradicted = true;
    this.#contradicted.push({ incompatibility, level: this.#level });
  }

  backtrack(level: number): void {
    for (
      let last = this.#assignments.at(-1);
      last !== undefined && last.level > level;
      last = this.#assignments.at(-1)
    ) {
      this.#assignments.pop();
      const history = this.#histories.get(last.package);
      history?.pop();
      last.package.left = history?.at(-1)?.left ?? last.package.full;
      if (last.cause !== null) continue;
      last.package.decision = null;
      this.#decisionCount -= 1;
    }
    for (
      let last = this.#contradicted.at(-1);
      last !== undefined && last.level > level;
      last = this.#contradicted.at(-1)
    ) {
      this.#contradicted.pop();
      last.incompatibility.isContradicted = false;
    }
    this.#level = level;
  }

  /** The assignment that made all terms hold, of an incompatibility whose terms all hold. */
  findSatisfier(incompatibility: Incompatibility): Satisfier {
    let best: { term: Term; assignment: Assignment } | undefined;
    let previousLevel = 0;
    for (const term of incompatibility.terms) {
      const assignment = this.#histories.get(term.package)?.find(({ left }) => isSubset(left, term.set));
      if (assignment === undefined)
        throw new Error('The solver looked for the cause of a term that does not hold.');
      if (best === undefined || assignment.position > best.assignment.position) {
        previousLevel = Math.max(previousLevel, best?.assignment.level ?? 0);
        best = { term, assignment };
      } else previousLevel = Math.max(previousLevel, assignment.level);
    }
    if (best === undefined) throw new Error('The solver looked for the cause of nothing.');
    const { term, assignment } = best;
    if (assignment.cause !== null && !isSubset(assignment.set, term.set)) {
      const helper = this.#histories
        .get(term.package)
        ?.find(({ left }) => isSubset(intersect(left, assignment.set), term.set));
      previousLevel = Math.max(previousLevel, helper?.level ?? 0);
    }
    return { term, cause: assignment.cause, level: assignment.level, previousLevel };
  }

  #push(given: Omit<Assignment, 'position'>): void {
    const assignment = { ...given, position: this.#assignments.length };
    this.#assignments.push(assignment);
    assignment.package.left = assignment.left;
    const history = this.#histories.get(assignment.package);
    if (history === undefined) this.#histories.set(assignment.package, [assignment]);
    else history.push(assignment);
  }
}

/** Whether the terms all hold, one of them cannot, one is open (that term), or several are. */
export const relate = (
  solution: PartialSolution,
  incompatibility: Incompatibility,
): 'satisfied' | 'contradicted' | 'open' | Term => {
  let open: Term | undefined;
  let isOpen = false;
  for (const term of incompatibility.terms) {
    const left = solution.remaining(term.package);
    if (isSubset(left, term.set)) continue;
    if (areDisjoint(left, term.set)) return 'contradicted';
    if (open !== undefined) isOpen = true;
    open = term;
  }
  return isOpen ? 'open' : (open ?? 'satisfied');
};
