import { type Missing } from './solver-types.ts';
import { type SolverProject } from './solver-project.ts';
import { areEqualSets, intersect, unite, type VersionSet } from './version-set.ts';

/** One thing that is chosen in the search: a release of a project, or whether an extra of it is asked for. */
export interface SolverPackage {
  /** In the order of discovery, which is the order of choice. */
  readonly id: number;
  readonly project: SolverProject;
  /** Null: the project itself. */
  readonly extra: string | null;
  readonly full: VersionSet;
  readonly incompatibilities: Incompatibility[];
  /** What may still be chosen; `PartialSolution` alone writes this and the decision. */
  left: VersionSet;
  decision: number | null;
  /** Shortest way from the user that the search has seen. */
  depth: number;
  /** How often it took part in a conflict. */
  conflicts: number;
}

export interface Term {
  readonly package: SolverPackage;
  readonly set: VersionSet;
}

/** Something that is so, from outside of the search: a requirement, a constraint, a release that cannot be used. */
export type Fact =
  | {
      readonly kind: 'requires';
      /** Null: the user. */
      readonly parent: SolverProject | null;
      readonly extras: readonly string[];
      readonly text: string;
      readonly target: SolverProject;
      readonly wanted: VersionSet;
      readonly leavesOutPrereleases: boolean;
      readonly isUnmet: boolean;
    }
  | {
      readonly kind: 'constraint';
      readonly target: SolverProject;
      readonly text: string;
      readonly wanted: VersionSet;
    }
  | { readonly kind: 'refused'; readonly target: SolverProject; readonly reason: Missing }
  | { readonly kind: 'url'; readonly target: SolverProject; readonly text: string }
  | { readonly kind: 'unreadable'; readonly target: SolverProject; readonly text: string }
  | { readonly kind: 'yanked'; readonly target: SolverProject }
  | { readonly kind: 'missing'; readonly target: SolverProject }
  /** Nobody knows what it needs, and a better release is out because of what that one needs. */
  | { readonly kind: 'unknown'; readonly target: SolverProject }
  /** Nobody that is known requires it, so it has no place in a solution. */
  | { readonly kind: 'unneeded'; readonly target: SolverProject };

export type Cause =
  | { readonly kind: 'fact'; readonly fact: Fact }
  | { readonly kind: 'derived'; readonly left: Incompatibility; readonly right: Incompatibility };

/** Terms that cannot all hold. */
export interface Incompatibility {
  readonly terms: readonly Term[];
  readonly cause: Cause;
  /** Another one says the same and more. */
  isReplaced: boolean;
  /** A term of it is known not to hold, until the search goes back; then nothing has to be looked at. */
  isContradicted: boolean;
}

/** Terms of one package become one; a term that always holds says nothing. Undefined: they never hold together. */
export const createIncompatibility = (terms: readonly Term[], cause: Cause): Incompatibility | undefined => {
  const merged: Term[] = [];
  for (const term of terms) {
    const at = merged.findIndex((known) => known.package === term.package);
    const known = merged[at];
    if (known === undefined) merged.push(term);
    else merged[at] = { package: term.package, set: intersect(known.set, term.set) };
  }
  if (merged.some(({ set }) => set.every((word) => word === 0))) return undefined;
  return {
    terms: merged.filter((term) => !areEqualSets(term.set, term.package.full)),
    cause,
    isReplaced: false,
    isContradicted: false,
  };
};

/** The rule of resolution: of what two incompatibilities say of the pivot, one must hold, so the rest cannot. */
export const resolveIncompatibilities = (
  left: Incompatibility,
  right: Incompatibility,
  pivot: SolverPackage,
): Incompatibility => {
  const terms: Term[] = [];
  const pivots: VersionSet[] = [];
  for (const term of [...left.terms, ...right.terms]) {
    if (term.package === pivot) pivots.push(term.set);
    else {
      const at = terms.findIndex((known) => known.package === term.package);
      const known = terms[at];
      if (known === undefined) terms.push(term);
      else terms[at] = { package: term.package, set: intersect(known.set, term.set) };
    }
  }
  const set = pivots.reduce(unite);
  if (!areEqualSets(set, pivot.full)) terms.push({ package: pivot, set });
  return { terms, cause: { kind: 'derived', left, right }, isReplaced: false, isContradicted: false };
};
