import { type SolverPackage } from './incompatibility.ts';
import { type LookAhead } from './look-ahead.ts';
import { type PackageTable } from './package-table.ts';
import { describeRequirement, type Condition, type ConditionReader } from './read-conditions.ts';
import { type ReleaseCatalog } from './release-catalog.ts';
import { grantPermits } from './release-permits.ts';
import { RequirementWriter } from './requirement-writer.ts';
import { SolverLimitError } from './solver-error.ts';
import { type ReleaseNeeds, type SolveRequest, type SolverRelease } from './solver-types.ts';
import { createSetOf } from './version-set.ts';

export type Expansion = 'nothing' | 'expanded' | 'restart';

/** What the user asks for, in the words of the labels. */
export const toRootConditions = (
  request: Pick<SolveRequest<SolverRelease>, 'roots'>,
  reader: ConditionReader,
): Condition[] =>
  request.roots.flatMap(({ requirement, label }) =>
    reader.replace(requirement).map((one) => ({
      ...one,
      when: [],
      text: one.text === describeRequirement(requirement) ? label : one.text,
      marker: null,
    })),
  );

/** Brings what the user and the releases require into a search, as far as the search needs to know it. */
export class ReleaseExpander {
  readonly #request: SolveRequest<SolverRelease>;
  readonly #catalog: ReleaseCatalog<SolverRelease>;
  readonly #reader: ConditionReader;
  readonly #ahead: LookAhead;
  readonly #table: PackageTable;
  readonly #writer: RequirementWriter;
  readonly #expanded = new Set<string>();

  constructor(
    request: SolveRequest<SolverRelease>,
    catalog: ReleaseCatalog<SolverRelease>,
    reader: ConditionReader,
    ahead: LookAhead,
    table: PackageTable,
  ) {
    this.#request = request;
    this.#catalog = catalog;
    this.#reader = reader;
    this.#ahead = ahead;
    this.#table = table;
    this.#writer = new RequirementWriter(table);
  }

  async expandRoots(): Promise<Expansion> {
    const conditions = toRootConditions(this.#request, this.#reader);
    this.#ahead.follow(conditions);
    await this.#catalog.listAll([...new Set(conditions.map(({ name }) => name))]);
    if (this.#grant(null, conditions)) return 'restart';
    for (const condition of conditions) {
      const project = this.#catalog.get(condition.name);
      this.#writer.writeRoot(condition, project);
    }
    return 'expanded';
  }

  /** What a release needs with these of its extras; extras are looked at only when they are asked for. */
  async expand(parent: SolverPackage, bit: number, extras: readonly string[]): Promise<Expansion> {
    const key = `${parent.id} ${bit} ${extras.join(' ')}`;
    if (this.#expanded.has(key)) return 'nothing';
    const release = this.#catalog.findRelease(parent.project, bit);
    const needs = release === undefined ? undefined : await this.#catalog.readNeeds(parent.project, release);
    const conditions = needs === undefined ? [] : this.#conditionsOf(parent, bit, needs, extras);
    this.#ahead.follow(conditions);
    await this.#catalog.listAll([...new Set(conditions.map(({ name }) => name))]);
    if (this.#grant({ project: parent.project, bit }, conditions)) return 'restart';
    for (const condition of conditions) {
      const target = this.#catalog.get(condition.name);
      this.#writer.write(parent, bit, condition, target);
    }
    this.#expanded.add(key);
    return 'expanded';
  }

  /** Of a release that was expanded. */
  isUnknown({ project }: SolverPackage, bit: number): boolean {
    const release = this.#catalog.findRelease(project, bit);
    return release !== undefined && this.#catalog.findNeeds(release)?.isUnknown === true;
  }

  /** Begins to read releases that will probably be tried one after the other. */
  askAhead({ project }: SolverPackage, bits: readonly number[]): void {
    for (const bit of bits) this.#catalog.prefetchNeeds(project, bit);
  }

  #conditionsOf(
    parent: SolverPackage,
    bit: number,
    needs: ReleaseNeeds,
    extras: readonly string[],
  ): Condition[] {
    const { limits, noDeps, provider } = this.#request;
    const { project } = parent;
    if (needs.refusal !== null) {
      this.#table.forbid([{ package: parent, set: createSetOf(project.size, [bit]) }], {
        kind: 'refused',
        target: project,
        reason: needs.refusal,
      });
      return [];
    }
    if (noDeps) return [];
    if (needs.requirements.length > limits.maxRequirements) {
      const version = project.findRelease(bit)?.version.text ?? '';
      throw new SolverLimitError('maxRequirements', limits.maxRequirements, `${project.name} ${version}`);
    }
    const conditions: Condition[] = [];
    for (const requirement of needs.requirements) {
      const read = this.#reader.read(requirement);
      if ('text' in read) {
        this.#writer.refuse(parent, bit, [], 'unreadable', read.text);
        return [];
      }
      for (const condition of read) {
        if (!condition.when.every((extra) => extras.includes(extra))) continue;
        if (condition.url === null || provider.allowsUrl(condition.name, condition.url)) {
          conditions.push(condition);
        } else this.#writer.refuse(parent, bit, condition.when, 'url', condition.text);
      }
    }
    return conditions;
  }

  #grant(asker: Parameters<typeof grantPermits>[2], conditions: readonly Condition[]): boolean {
    let mustRestart = false;
    for (const { name, specifiers } of conditions) {
      const project = this.#catalog.get(name);
      if (grantPermits(project, specifiers, asker, this.#request.missingPolicy)) mustRestart = true;
    }
    return mustRestart;
  }
}
