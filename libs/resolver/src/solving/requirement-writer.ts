import { type Incompatibility, type SolverPackage, type Term } from './incompatibility.ts';
import { askedFor, notAskedFor, type PackageTable } from './package-table.ts';
import { type Condition } from './read-conditions.ts';
import { type SolverProject } from './solver-project.ts';
import { addBit, createSet, createSetOf, hasBit, subtract, unite, type VersionSet } from './version-set.ts';

interface Written {
  readonly versions: VersionSet;
  readonly incompatibilities: readonly Incompatibility[];
}

/**
 * Turns requirements into incompatibilities. What several releases of a project require alike is one, for all of
 * them: so a conflict speaks of `every release from 1.0 to 1.9`, and is found once.
 */
export class RequirementWriter {
  readonly #table: PackageTable;
  readonly #written = new Map<string, Written>();

  constructor(table: PackageTable) {
    this.#table = table;
  }

  writeRoot(condition: Condition, target: SolverProject): void {
    this.#forbidOthers([], null, condition, target);
  }

  write(parent: SolverPackage, bit: number, condition: Condition, target: SolverProject): void {
    const key = `${parent.id}\n${condition.when.join(',')}\n${condition.text}`;
    const known = this.#written.get(key);
    if (known !== undefined && hasBit(known.versions, bit)) return;
    const added = createSet(parent.project.size);
    addBit(added, bit);
    const versions = known === undefined ? added : unite(known.versions, added);
    for (const old of known?.incompatibilities ?? []) old.isReplaced = true;
    const terms: Term[] = [{ package: parent, set: versions }, ...this.#whenAsked(parent, condition.when)];
    this.#written.set(key, {
      versions,
      incompatibilities: this.#forbidOthers(terms, parent, condition, target),
    });
  }

  /** A direct reference that nobody asked for, or a requirement that cannot be read: no use for this release. */
  refuse(
    parent: SolverPackage,
    bit: number,
    when: readonly string[],
    kind: 'url' | 'unreadable',
    text: string,
  ): void {
    this.#table.forbid(
      [{ package: parent, set: createSetOf(parent.project.size, [bit]) }, ...this.#whenAsked(parent, when)],
      { kind, target: parent.project, text },
    );
  }

  #whenAsked(parent: SolverPackage, extras: readonly string[]): Term[] {
    return extras.map((extra) => ({
      package: this.#table.ensureExtra(parent.project, extra),
      set: askedFor,
    }));
  }

  #forbidOthers(
    terms: readonly Term[],
    parent: SolverPackage | null,
    condition: Condition,
    project: SolverProject,
  ): Incompatibility[] {
    const target = this.#table.ensureProject(project);
    target.depth = Math.min(target.depth, parent === null ? 0 : parent.depth + 1);
    const wanted = project.want(condition.specifiers);
    const fact = {
      kind: 'requires',
      parent: parent?.project ?? null,
      extras: condition.when,
      text: condition.text,
      target: project,
      wanted: wanted.set,
      leavesOutPrereleases: wanted.leavesOutPrereleases,
      isUnmet: wanted.isUnmet,
    } as const;
    const others: Term[] = [
      { package: target, set: subtract(target.full, wanted.set) },
      ...condition.extras.map((extra) => ({
        package: this.#table.ensureExtra(project, extra),
        set: notAskedFor,
      })),
    ];
    return others
      .map((other) => this.#table.forbid([...terms, other], fact))
      .filter((incompatibility) => incompatibility !== undefined);
  }
}
