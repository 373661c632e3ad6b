import { type Marker, type MarkerOperand, type MarkerOperator, type MarkerVariable } from './marker.ts';
import { matchesSpecifier } from './match-specifier.ts';
import { normalizeName } from './names.ts';
import { PackagingError, quoteForError } from './packaging-error.ts';
import { findVersion } from './version.ts';
import { parseSpecifier, type SpecifierSet } from './specifier.ts';

/** The values of one interpreter on one machine (PEP 508, environment markers). */
export type MarkerEnvironment = Readonly<Record<MarkerVariable, string>>;

export interface MarkerContext {
  /** Names that are asked for; `extra` is membership in this set. */
  readonly extras?: ReadonlySet<string>;
  readonly dependencyGroups?: ReadonlySet<string>;
}

/** Variables whose values are versions; the others compare as text. */
const versionVariables: ReadonlySet<MarkerVariable> = new Set([
  'implementation_version',
  'platform_release',
  'python_full_version',
  'python_version',
]);

const valueOf = (operand: MarkerOperand, environment: MarkerEnvironment): string =>
  operand.kind === 'literal' ? operand.value : environment[operand.name];

const findSpecifier = (operator: MarkerOperator, right: string): SpecifierSet | undefined => {
  if (operator === 'in' || operator === 'not in') return undefined;
  try {
    const specifier = parseSpecifier(`${operator}${right}`);
    return { specifiers: [specifier], text: specifier.text };
  } catch (error) {
    if (error instanceof PackagingError) return undefined;
    throw error;
  }
};

type Comparison = Extract<Marker, { kind: 'compare' }>;

/** What comparisons with a quoted version stand for: the same marker is evaluated for one target after another. */
const specifiersOfMarkers = new WeakMap<Comparison, SpecifierSet | 'none'>();

const findLiteralSpecifier = (marker: Comparison): SpecifierSet | undefined => {
  const known = specifiersOfMarkers.get(marker);
  if (known !== undefined) return known === 'none' ? undefined : known;
  const value = marker.right.kind === 'literal' ? marker.right.value : '';
  const found = findSpecifier(marker.operator, value);
  specifiersOfMarkers.set(marker, found ?? 'none');
  return found;
};

/**
 * The `<`, `>` order of plain text is not defined by the standard any more: such a comparison is false,
 * and `<=`, `>=` mean equality.
 */
const compareTexts = (left: string, operator: MarkerOperator, right: string): boolean => {
  switch (operator) {
    case 'in':
      return right.includes(left);
    case 'not in':
      return !right.includes(left);
    case '==':
    case '<=':
    case '>=':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
    case '>':
      return false;
    case '~=':
    case '===':
      throw new PackagingError(
        'MARKER_INVALID',
        `${quoteForError(left)} ${operator} ${quoteForError(right)} is not defined: ${operator} compares versions only.`,
      );
  }
};

const evaluateComparison = (marker: Comparison, environment: MarkerEnvironment): boolean => {
  const left = valueOf(marker.left, environment);
  const right = valueOf(marker.right, environment);
  const variable = marker.left.kind === 'variable' ? marker.left : marker.right;
  if (variable.kind === 'variable' && versionVariables.has(variable.name)) {
    const specifier =
      marker.right.kind === 'literal' ? findLiteralSpecifier(marker) : findSpecifier(marker.operator, right);
    if (specifier !== undefined) {
      if (marker.operator === '===' || findVersion(left) !== undefined)
        return matchesSpecifier(left, specifier, { prereleases: true });
      // A kernel release such as `6.8.0-generic` is no version: it is compatible with none, and else both are text.
      if (marker.operator === '~=') return false;
    }
  }
  return compareTexts(left, marker.operator, right);
};

const noNames: ReadonlySet<string> = new Set();

const hasName = (names: ReadonlySet<string>, wanted: string): boolean => {
  for (const name of names) if (normalizeName(name) === wanted) return true;
  return false;
};

/**
 * Whether the marker holds in the environment. Without a context no extra and no dependency group is asked for.
 * Every part is evaluated, so that an undefined comparison (`MARKER_INVALID`) is an error on every target alike.
 */
export const evaluateMarker = (
  marker: Marker,
  environment: MarkerEnvironment,
  context: MarkerContext = {},
): boolean => {
  switch (marker.kind) {
    case 'and':
      return evaluateAll(marker.operands, environment, context).every(Boolean);
    case 'or':
      return evaluateAll(marker.operands, environment, context).some(Boolean);
    case 'member': {
      const names = marker.set === 'dependency_groups' ? context.dependencyGroups : context.extras;
      return hasName(names ?? noNames, marker.value) !== marker.isNegated;
    }
    case 'compare':
      return evaluateComparison(marker, environment);
  }
};

const evaluateAll = (
  markers: readonly Marker[],
  environment: MarkerEnvironment,
  context: MarkerContext,
): boolean[] => markers.map((marker) => evaluateMarker(marker, environment, context));
