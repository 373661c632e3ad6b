import { type PlanDocument } from '@ironwheel/contracts';
import {
  compareVersions,
  evaluateMarker,
  findPin,
  findVersion,
  joinSpecifierSets,
  PackagingError,
  parseSpecifierSet,
  type RequirementHash,
  type Specifier,
  type SpecifierSet,
  type TargetEnvironment,
  type Version,
} from '@ironwheel/packaging';
import { redactUrl } from '../index-client/redact-url.ts';
import { type RequestedRequirement } from '../inputs/read-requirements.ts';
import { type PlanProblem } from './plan-error.ts';

/** One line, or one handed-in file, that asks for a project or bounds its version. */
export interface Requester {
  /** For people: `numpy>=1.26 (requirements.txt:3)`. */
  readonly label: string;
  readonly specifiers: SpecifierSet;
  readonly hashes: readonly RequirementHash[];
}

/** Everything that is asked of one project on this target. */
export interface Wish {
  readonly name: string;
  readonly requesters: readonly Requester[];
  readonly constraints: readonly Requester[];
  /** All clauses together. */
  readonly specifiers: SpecifierSet;
}

export interface WishInput {
  readonly requirements: readonly RequestedRequirement[];
  readonly constraints: readonly RequestedRequirement[];
  /** Versions that handed-in wheels and sdists stand for. */
  readonly implied: readonly {
    readonly name: string;
    readonly version: Version;
    readonly filename: string;
  }[];
  readonly strategy: 'pinned' | 'eager';
  readonly target: TargetEnvironment;
}

export interface Wishes {
  readonly wishes: readonly Wish[];
  readonly skipped: NonNullable<PlanDocument['skipped_requirements']>;
  readonly problems: readonly PlanProblem[];
}

/** Gathers by project, in the order of first mention. */
class WishCollector {
  readonly requesters = new Map<string, Requester[]>();
  readonly constraints = new Map<string, Requester[]>();
  readonly skipped: { requirement: string; code: string; text: string }[] = [];
  readonly problems: PlanProblem[] = [];
  readonly #target: TargetEnvironment;

  constructor(target: TargetEnvironment) {
    this.#target = target;
  }

  addRequirement(requested: RequestedRequirement): void {
    const { requirement } = requested;
    const label = describe(requested);
    const applies = this.#applies(requested, label);
    if (applies === undefined) return;
    if (!applies) {
      this.skipped.push({
        requirement: label,
        code: 'excluded',
        text: `Its marker is false for ${this.#target.pythonTag} on ${this.#target.platformTag}.`,
      });
    } else if (requirement.url !== undefined) {
      this.#refuse(
        'url_unsupported',
        requested,
        'a direct URL cannot be planned yet; hand the file in as an input.',
      );
    } else {
      add(this.requesters, requirement.normalizedName, toRequester(requested, label));
    }
  }

  addConstraint(requested: RequestedRequirement): void {
    const { requirement } = requested;
    const label = `constraint ${describe(requested)}`;
    if (requirement.url !== undefined || requirement.extras.length > 0) {
      this.#refuse(
        'constraint_invalid',
        requested,
        'a constraint bounds versions only; it takes no URL and no extras.',
      );
    } else if (this.#applies(requested, label) === true) {
      add(this.constraints, requirement.normalizedName, toRequester(requested, label));
    }
  }

  #applies({ requirement, origin }: RequestedRequirement, label: string): boolean | undefined {
    if (requirement.marker === undefined) return true;
    try {
      return evaluateMarker(requirement.marker, this.#target.markers);
    } catch (error) {
      if (!(error instanceof PackagingError)) throw error;
      const text = `${label}: ${error.message}`;
      this.problems.push({
        code: 'marker_invalid',
        name: requirement.normalizedName,
        text: `${origin}: ${text}`,
      });
      return undefined;
    }
  }

  #refuse(code: PlanProblem['code'], { requirement, origin }: RequestedRequirement, why: string): void {
    const text = `${origin}: ${requirement.name}: ${why}`;
    this.problems.push({ code, name: requirement.normalizedName, text });
  }
}

/** As written, but for what a URL may carry of secrets. */
const describe = ({ requirement, origin }: RequestedRequirement): string => {
  const { name, url, text } = requirement;
  return `${url === undefined ? text : `${name} @ ${redactUrl(url)}`} (${origin})`;
};

const add = (map: Map<string, Requester[]>, name: string, requester: Requester): void => {
  const known = map.get(name);
  if (known === undefined) map.set(name, [requester]);
  else known.push(requester);
};

const toRequester = ({ requirement, hashes }: RequestedRequirement, label: string): Requester => ({
  label,
  specifiers: requirement.specifiers,
  hashes,
});

const isSamePin = (left: Specifier, right: Specifier): boolean => {
  const leftVersion = findVersion(left.text);
  const rightVersion = findVersion(right.text);
  if (leftVersion === undefined || rightVersion === undefined) return left.text === right.text;
  // `==1.0` and `==1.0+local` can both hold.
  if (leftVersion.local === null || rightVersion.local === null) {
    return compareVersions({ ...leftVersion, local: null }, { ...rightVersion, local: null }) === 0;
  }
  return compareVersions(leftVersion, rightVersion) === 0;
};

const findPinConflict = (name: string, requesters: readonly Requester[]): PlanProblem | undefined => {
  const pins = requesters.flatMap(({ label, specifiers }) => {
    const pin = findPin(specifiers);
    return pin === undefined ? [] : [{ label, pin }];
  });
  const [first, ...others] = pins;
  const other = first && others.find(({ pin }) => !isSamePin(first.pin, pin));
  if (first === undefined || other === undefined) return undefined;
  return {
    code: 'conflicting_pins',
    name,
    text: `${name} cannot be both: ${first.label} wants ${first.pin.text}, ${other.label} wants ${other.pin.text}. Keep one of them.`,
  };
};

/**
 * Gathers what is asked of each project on the target. A handed-in file pins its version (`pinned`), or is the least
 * that is wanted (`eager`). Every problem is collected; nothing is thrown.
 */
export const collectWishes = (input: WishInput): Wishes => {
  const collector = new WishCollector(input.target);
  for (const requirement of input.requirements) collector.addRequirement(requirement);
  const operator = input.strategy === 'pinned' ? '==' : '>=';
  for (const { name, version, filename } of input.implied) {
    // A local label goes with == only.
    const text = input.strategy === 'pinned' ? version.text : (version.text.split('+', 1)[0] ?? '');
    const specifiers = parseSpecifierSet(`${operator}${text}`);
    add(collector.requesters, name, { label: `${filename} (input)`, specifiers, hashes: [] });
  }
  for (const constraint of input.constraints) collector.addConstraint(constraint);
  const wishes = [...collector.requesters].map(([name, requesters]) => {
    const constraints = collector.constraints.get(name) ?? [];
    const specifiers = joinSpecifierSets(
      [...requesters, ...constraints].map((requester) => requester.specifiers),
    );
    return { name, requesters, constraints, specifiers };
  });
  const conflicts = wishes.map((wish) =>
    findPinConflict(wish.name, [...wish.requesters, ...wish.constraints]),
  );
  const problems = [...collector.problems, ...conflicts.filter((conflict) => conflict !== undefined)];
  return { wishes, skipped: collector.skipped, problems };
};
