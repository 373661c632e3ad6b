import { findPin } from '@ironwheel/packaging';
import {
  createIncompatibility,
  type Fact,
  type Incompatibility,
  type SolverPackage,
  type Term,
} from './incompatibility.ts';
import { missingModeOf, presenceBit } from './release-permits.ts';
import { type Permit, type SolverProject } from './solver-project.ts';
import { type MissingPolicy, type RootRequirement } from './solver-types.ts';
import { absentBit, createFullSet, createSetOf, hasBit, listBits, subtract } from './version-set.ts';

const extraSize = 2;
const askedBit = 1;
export const askedFor = createSetOf(extraSize, [askedBit]);
export const notAskedFor = createSetOf(extraSize, [0]);

/** The packages of one search and everything known about them. */
export class PackageTable {
  readonly projects: SolverPackage[] = [];
  readonly extras: SolverPackage[] = [];
  /** Something that cannot hold under any choice: the end of the search. */
  contradiction: Incompatibility | undefined;
  /** Packages about which something new was said since this was last emptied. */
  readonly changed = new Set<SolverPackage>();
  readonly #byProject = new Map<SolverProject, SolverPackage>();
  readonly #byExtra = new Map<SolverProject, Map<string, SolverPackage>>();
  readonly #policy: MissingPolicy;
  readonly #constraints = new Map<string, RootRequirement[]>();

  constructor(policy: MissingPolicy, constraints: readonly RootRequirement[]) {
    this.#policy = policy;
    for (const constraint of constraints) {
      const { normalizedName } = constraint.requirement;
      this.#constraints.set(normalizedName, [...(this.#constraints.get(normalizedName) ?? []), constraint]);
    }
  }

  ensureProject(project: SolverProject): SolverPackage {
    const known = this.#byProject.get(project);
    if (known !== undefined) return known;
    project.isInUse = true;
    const created = this.#create(project, null, project.size);
    this.projects.push(created);
    this.#byProject.set(project, created);
    this.#addConstraints(created);
    this.#addLeftOut(created);
    return created;
  }

  ensureExtra(project: SolverProject, extra: string): SolverPackage {
    const ofProject = this.#byExtra.get(project) ?? new Map<string, SolverPackage>();
    this.#byExtra.set(project, ofProject);
    let known = ofProject.get(extra);
    if (known === undefined) {
      known = this.#create(project, extra, extraSize);
      this.extras.push(known);
      ofProject.set(extra, known);
    }
    return known;
  }

  /** Says that the terms cannot all hold; undefined when they never do. */
  forbid(terms: readonly Term[], fact: Fact): Incompatibility | undefined {
    const incompatibility = createIncompatibility(terms, { kind: 'fact', fact });
    if (incompatibility !== undefined) this.add(incompatibility);
    return incompatibility;
  }

  add(incompatibility: Incompatibility): void {
    if (incompatibility.terms.length === 0) this.contradiction ??= incompatibility;
    for (const term of incompatibility.terms) {
      term.package.incompatibilities.push(incompatibility);
      this.changed.add(term.package);
    }
  }

  #create(project: SolverProject, extra: string | null, size: number): SolverPackage {
    const full = createFullSet(size);
    return {
      id: this.projects.length + this.extras.length,
      project,
      extra,
      full,
      left: full,
      decision: null,
      incompatibilities: [],
      depth: Number.POSITIVE_INFINITY,
      conflicts: 0,
    };
  }

  /** They bind whatever brings the project in, and ask for nothing. */
  #addConstraints(created: SolverPackage): void {
    const { project } = created;
    for (const { requirement, label } of this.#constraints.get(project.name) ?? []) {
      if (requirement.url !== undefined) continue;
      const allowed = project.match(requirement.specifiers);
      if (findPin(requirement.specifiers) !== undefined) {
        const pinned = project.yankedBits.filter((bit) => hasBit(allowed, bit));
        for (const bit of pinned) project.yankedPermits.set(bit, 'anyone');
      }
      const versions = subtract(created.full, createSetOf(project.size, [absentBit]));
      this.forbid([{ package: created, set: subtract(versions, allowed) }], {
        kind: 'constraint',
        target: project,
        text: label,
        wanted: allowed,
      });
    }
  }

  #addLeftOut(created: SolverPackage): void {
    const { project } = created;
    const yanked = project.yanked === 'probing' ? [] : project.yankedBits;
    this.#forbidWithout(created, yanked, project.yankedPermits, { kind: 'yanked', target: project });
    if (project.isGuarded) {
      const versions = listBits(created.full).filter((bit) => bit !== absentBit);
      const permit = project.requirers.get(presenceBit) ?? new Map<SolverProject, Set<number>>();
      if (permit !== 'anyone')
        this.#forbidUnless(created, versions, permit, { kind: 'unneeded', target: project });
    }
    const mode = missingModeOf(project, this.#policy);
    const left = mode === 'open' ? project.phantomBits : project.missingBits;
    this.#forbidWithout(
      created,
      left,
      mode === 'closed' ? new Map<number, Permit>() : project.missingPermits,
      {
        kind: 'missing',
        target: project,
      },
    );
  }

  /** The bits are for those who have a permit: without any of these in the solution they cannot be taken. */
  #forbidWithout(
    one: SolverPackage,
    bits: readonly number[],
    permits: ReadonlyMap<number, Permit>,
    fact: Fact,
  ): void {
    const { size } = one.project;
    const free = bits.filter((bit) => !permits.has(bit));
    if (free.length > 0) this.forbid([{ package: one, set: createSetOf(size, free) }], fact);
    for (const bit of bits) {
      const permit = permits.get(bit);
      if (permit === undefined || permit === 'anyone') continue;
      this.#forbidUnless(one, [bit], permit, fact);
    }
  }

  #forbidUnless(
    one: SolverPackage,
    bits: readonly number[],
    permit: Exclude<Permit, 'anyone'>,
    fact: Fact,
  ): void {
    const askers = [...permit].map(([project, releases]): Term => {
      const asker = project === one.project ? one : this.ensureProject(project);
      return { package: asker, set: subtract(asker.full, createSetOf(project.size, releases)) };
    });
    this.forbid([{ package: one, set: createSetOf(one.project.size, bits) }, ...askers], fact);
  }
}
