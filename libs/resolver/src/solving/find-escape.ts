import { type Incompatibility, type SolverPackage, type Term } from './incompatibility.ts';
import { type SolverProject } from './solver-project.ts';
import {
  absentBit,
  addBit,
  areDisjoint,
  createSetOf,
  hasBit,
  intersect,
  isEmptySet,
  isSubset,
  subtract,
  unite,
  type VersionSet,
} from './version-set.ts';

/** Releases of the project whose own needs a proof rests on; null: of none. */
type Needs = VersionSet | null;

const uniteNeeds = (left: Needs, right: Needs): Needs =>
  left === null ? right : right === null ? left : unite(left, right);

/** Of a fact itself. What was no way out before is known for that because of needs, too. */
const findNeedsOfFact = ({ cause, terms }: Incompatibility, project: SolverProject): Needs => {
  if (cause.kind !== 'fact') return null;
  const { fact } = cause;
  const isOwn =
    (fact.kind === 'requires' && fact.parent === project) ||
    (fact.kind === 'unknown' && fact.target === project);
  if (!isOwn) return null;
  return terms.find(({ package: one }) => one.project === project && one.extra === null)?.set ?? null;
};

/** Whether it says by now that a package cannot be what its term names. */
const applies = ({ terms }: Incompatibility, to: SolverPackage): boolean =>
  terms.every((term) => term.package === to || isSubset(term.package.left, term.set));

const withoutPackage = ({ terms }: Incompatibility, one: SolverPackage): readonly Term[] =>
  terms.filter((term) => term.package !== one);

const setOf = ({ terms }: Incompatibility, one: SolverPackage): VersionSet =>
  terms.find((term) => term.package === one)?.set ?? createSetOf(one.project.size, []);

/** Why better releases are out by now. */
interface Reason {
  /** Those of them that are because of what they need; null: none. */
  readonly own: VersionSet | null;
  readonly others: VersionSet;
  /** What else must hold. */
  readonly terms: readonly Term[];
}

interface EscapeSearch {
  readonly one: SolverPackage;
  readonly better: VersionSet;
  readonly applying: readonly Reason[];
}

/** The asker wanted better releases, which, whatever it is, their own needs forbid: that is why it is another one. */
const findPushedByOwn = (
  terms: readonly Term[],
  asker: SolverPackage,
  { one, better, applying }: EscapeSearch,
): readonly Term[] | undefined => {
  const term = terms.find((other) => other.package === one);
  if (term === undefined) return undefined;
  let wanted = intersect(better, subtract(one.full, term.set));
  const own: Term[] = [];
  for (const reason of applying) {
    if (reason.own === null || areDisjoint(reason.own, wanted)) continue;
    wanted = subtract(wanted, reason.own);
    own.push(...reason.terms);
  }
  if (own.length === 0) return undefined;
  for (const { others, terms: given } of applying) {
    if (!given.some((other) => other.package === asker)) wanted = subtract(wanted, others);
  }
  return isEmptySet(wanted) ? [...terms.filter((other) => other !== term), ...own] : undefined;
};

/**
 * Tells whether a release whose needs nobody knows would be a way out of what the known needs of a better one
 * forbid: as if it needed nothing, which nobody knows either.
 */
export class EscapeFinder {
  readonly #orderOf: (project: SolverProject) => readonly number[];
  readonly #needs = new WeakMap<SolverProject, WeakMap<Incompatibility, { readonly needs: Needs }>>();

  /** @param orderOf bits of a project, the one to try first in front. */
  constructor(orderOf: (project: SolverProject) => readonly number[]) {
    this.#orderOf = orderOf;
  }

  /**
   * What must hold for a better release to be given up because of what it needs: under these terms the other one is no
   * way out. Undefined: everyone who counts by now leaves out all better ones for reasons of their own.
   */
  find(one: SolverPackage, bit: number): readonly Term[] | undefined {
    const better = this.#listBetter(one, bit);
    if (isEmptySet(better)) return undefined;
    const applying = one.incompatibilities
      .filter((incompatibility) => applies(incompatibility, one))
      .map((incompatibility): Reason => {
        const given = intersect(setOf(incompatibility, one), better);
        const needs = this.#findNeeds(incompatibility, one.project);
        const own = needs === null ? null : intersect(given, needs);
        return {
          own: own === null || isEmptySet(own) ? null : own,
          others: own === null ? given : subtract(given, own),
          terms: withoutPackage(incompatibility, one),
        };
      });
    const search: EscapeSearch = { one, better, applying };
    const found = applying.flatMap(({ own, terms }) => (own === null ? [] : [{ given: own, terms }]));
    let left = better;
    for (const { others, terms } of applying) {
      if (isEmptySet(others)) continue;
      const pushed = this.#findPushed(terms, search);
      if (pushed === undefined) left = subtract(left, others);
      else found.push({ given: others, terms: pushed });
    }
    return found.find(({ given }) => !areDisjoint(given, left))?.terms;
  }

  /** Whether who forbids a better release is there only because the needs of a better one forbade another choice. */
  #findPushed(askers: readonly Term[], search: EscapeSearch): readonly Term[] | undefined {
    const { one, better } = search;
    const seen = new Set([one]);
    const open = askers.map((term) => term.package);
    for (let asker = open.pop(); asker !== undefined; asker = open.pop()) {
      if (seen.has(asker)) continue;
      seen.add(asker);
      const lost = this.#listLost(asker);
      for (const incompatibility of asker.incompatibilities) {
        if (areDisjoint(setOf(incompatibility, asker), lost) || !applies(incompatibility, asker)) continue;
        const terms = withoutPackage(incompatibility, asker);
        const needs = this.#findNeeds(incompatibility, one.project);
        if (needs !== null && !areDisjoint(needs, better)) return terms;
        const pushed = findPushedByOwn(terms, asker, search);
        if (pushed !== undefined) return pushed;
        open.push(...terms.map((term) => term.package));
      }
    }
    return undefined;
  }

  #listBetter({ project }: SolverPackage, bit: number): VersionSet {
    const order = this.#orderOf(project);
    return createSetOf(project.size, order.slice(0, order.indexOf(bit)));
  }

  /** What would have been chosen rather than what is left: not to be there, or a better release. */
  #listLost(one: SolverPackage): VersionSet {
    if (one.extra !== null) return subtract(one.full, one.left);
    const order = this.#orderOf(one.project);
    const at = order.findIndex((bit) => hasBit(one.left, bit));
    const lost = createSetOf(one.project.size, at === -1 ? order : order.slice(0, at));
    if (!hasBit(one.left, absentBit)) addBit(lost, absentBit);
    return lost;
  }

  /** Proofs share their parts and can be long: each part is looked at once, and without recursion. */
  #findNeeds(of: Incompatibility, project: SolverProject): Needs {
    const known = this.#needs.get(project) ?? new WeakMap<Incompatibility, { readonly needs: Needs }>();
    this.#needs.set(project, known);
    const open = [of];
    for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
      const { cause } = last;
      if (cause.kind === 'fact') known.set(last, { needs: findNeedsOfFact(last, project) });
      else {
        const unknown = [cause.left, cause.right].filter((part) => !known.has(part));
        if (unknown.length > 0) {
          open.push(...unknown);
          continue;
        }
        const [left, right] = [known.get(cause.left), known.get(cause.right)];
        known.set(last, { needs: uniteNeeds(left?.needs ?? null, right?.needs ?? null) });
      }
      open.pop();
    }
    return known.get(of)?.needs ?? null;
  }
}
