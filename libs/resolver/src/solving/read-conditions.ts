import {
  evaluateMarker,
  PackagingError,
  type Marker,
  type MarkerEnvironment,
  type Requirement,
  type SpecifierSet,
} from '@ironwheel/packaging';
import { redactUrl } from '../index-client/redact-url.ts';
import { type RootRequirement, type SolveRequest, type SolverRelease } from './solver-types.ts';

/** One requirement of a release as it counts on the target. */
export interface Condition {
  readonly name: string;
  /** Of the target. */
  readonly extras: readonly string[];
  /** Null: any version, of a direct reference. */
  readonly specifiers: SpecifierSet | null;
  readonly url: string | null;
  /** Extras of the release itself that must all be asked for. */
  readonly when: readonly string[];
  readonly text: string;
  /** Evaluated with all extras that are asked for in the end; null: it always counts. */
  readonly marker: Marker | null;
}

/** With more alternatives the requirement counts whatever the extras are; no real marker comes near. */
const mostAlternatives = 64;

const always: readonly (readonly string[])[] = [[]];

const isWithin = (part: readonly string[], whole: readonly string[]): boolean =>
  part.every((name) => whole.includes(name));

/** Without those that ask for more than another one. */
const keepMinimal = (alternatives: readonly (readonly string[])[]): (readonly string[])[] => {
  const kept: (readonly string[])[] = [];
  for (const one of [...alternatives].sort((left, right) => left.length - right.length)) {
    if (!kept.some((other) => isWithin(other, one))) kept.push(one);
  }
  return kept;
};

/**
 * The sets of extras under each of which a marker holds, `extra` being a set of names. A part that asks for an extra
 * not to be there counts as true: with it the requirement is bound more than it must be, never less.
 */
export const findExtraAlternatives = (
  marker: Marker,
  environment: MarkerEnvironment | null,
): readonly (readonly string[])[] => {
  switch (marker.kind) {
    case 'compare':
      return environment === null || evaluateMarker(marker, environment) ? always : [];
    case 'member':
      if (marker.set === 'dependency_groups') return marker.isNegated ? always : [];
      return marker.isNegated ? always : [[marker.value]];
    case 'or':
      return keepMinimal(marker.operands.flatMap((one) => findExtraAlternatives(one, environment)));
    case 'and': {
      let combined = always;
      for (const operand of marker.operands) {
        const next = findExtraAlternatives(operand, environment);
        const all = combined.flatMap((left) => next.map((right) => [...new Set([...left, ...right])]));
        const minimal = all.length > mostAlternatives ** 2 ? [] : keepMinimal(all);
        if (all.length > 0 && (minimal.length === 0 || minimal.length > mostAlternatives)) return always;
        combined = minimal;
      }
      return combined;
    }
  }
};

/** Why a release cannot be used: its own requirements say nothing that could be evaluated. */
export interface UnreadableMarker {
  readonly text: string;
}

/** As written, but for what a URL may carry of secrets: it is told in plans and in conflicts. */
export const describeRequirement = ({ name, extras, url, marker, text }: Requirement): string => {
  if (url === undefined) return text;
  const asked = extras.length === 0 ? '' : `[${extras.join(',')}]`;
  // In a URL, a ";" begins a marker only behind white space.
  const condition = marker === undefined ? '' : ` ${text.slice(text.search(/\s;/)).trim()}`;
  return `${name}${asked} @ ${redactUrl(url)}${condition}`;
};

type Rules = Pick<SolveRequest<SolverRelease>, 'overrides' | 'excludes' | 'target'>;

const toCondition = (requirement: Requirement, override: RootRequirement | null): Omit<Condition, 'when'> => {
  const wanted = override?.requirement ?? requirement;
  return {
    name: requirement.normalizedName,
    extras: [...new Set([...requirement.extras, ...(override?.requirement.extras ?? [])])],
    specifiers: wanted.url === undefined ? wanted.specifiers : null,
    url: wanted.url ?? null,
    text:
      override === null
        ? describeRequirement(requirement)
        : `${requirement.name}, overridden by ${override.label}`,
    marker: requirement.marker ?? null,
  };
};

const anyVersion: SpecifierSet = { specifiers: [], text: '' };

/** Reads requirements once each: the releases of a project mostly repeat them. */
export class ConditionReader {
  readonly #rules: Rules;
  readonly #known = new Map<string, readonly Condition[] | UnreadableMarker>();

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  /** Alternatives of one requirement, each with the extras that bring it; none when it does not count here. */
  read(requirement: Requirement): readonly Condition[] | UnreadableMarker {
    let known = this.#known.get(requirement.text);
    if (known === undefined) {
      known = this.#compute(requirement);
      this.#known.set(requirement.text, known);
    }
    return known;
  }

  /** The requirements that stand for one: itself, or what overrides it. */
  replace(requirement: Requirement): Omit<Condition, 'when'>[] {
    if (this.#rules.excludes.has(requirement.normalizedName)) return [];
    const overrides = this.#rules.overrides.get(requirement.normalizedName);
    if (overrides === undefined) return [toCondition(requirement, null)];
    if (overrides.length > 0) return overrides.map((override) => toCondition(requirement, override));
    return [{ ...toCondition(requirement, null), specifiers: anyVersion, url: null, text: requirement.name }];
  }

  #compute(requirement: Requirement): readonly Condition[] | UnreadableMarker {
    const conditions = this.replace(requirement);
    const { marker, normalizedName } = requirement;
    if (marker === undefined || conditions.length === 0)
      return conditions.map((one) => ({ ...one, when: [] }));
    // An override speaks for the target; of the original its extras remain.
    const environment = this.#rules.overrides.has(normalizedName) ? null : this.#rules.target.markers;
    try {
      const alternatives = findExtraAlternatives(marker, environment);
      return conditions.flatMap((one) => alternatives.map((when) => ({ ...one, when })));
    } catch (error) {
      if (error instanceof PackagingError) return { text: `${requirement.text}: ${error.message}` };
      throw error;
    }
  }
}

/** Those of the requirements that count with these extras, without what cannot be read. */
export const findUsable = (
  reader: ConditionReader,
  requirements: readonly Requirement[],
  extras: readonly string[],
): Condition[] =>
  requirements.flatMap((requirement) => {
    const read = reader.read(requirement);
    return 'text' in read ? [] : read.filter(({ when }) => isWithin(when, extras));
  });
