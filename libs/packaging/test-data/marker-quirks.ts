import {
  evaluateMarker,
  findVersion,
  PackagingError,
  parseMarker,
  type Marker,
  type MarkerEnvironment,
} from '../src/index.ts';
import { environmentOf, type MarkerCase } from './answer-case.ts';

type Comparison = Extract<Marker, { kind: 'compare' }>;

const versionVariables = new Set([
  'implementation_version',
  'platform_release',
  'python_full_version',
  'python_version',
]);

/**
 * The ways in which the reference reads a comparison otherwise than the standard. A marker in which they occur must
 * come out as the reference says once exactly these comparisons are read its way; else the difference is a new one.
 */
export const markerQuirks = ['a text that is no version', 'two variables'] as const;
export type MarkerQuirk = (typeof markerQuirks)[number];

const valueOf = (operand: Comparison['left'], environment: MarkerEnvironment): string =>
  operand.kind === 'literal' ? operand.value : environment[operand.name];

const findQuirk = (marker: Comparison, environment: MarkerEnvironment): MarkerQuirk | undefined => {
  if (marker.left.kind === 'variable' && marker.right.kind === 'variable') return 'two variables';
  const variable = marker.left.kind === 'variable' ? marker.left : marker.right;
  if (variable.kind !== 'variable' || !versionVariables.has(variable.name)) return undefined;
  if (marker.operator === 'in' || marker.operator === 'not in') return undefined;
  return findVersion(valueOf(marker.left, environment)) === undefined
    ? 'a text that is no version'
    : undefined;
};

/** Whether the right side is one that a version can be compared with, `3.*` included. */
const isComparable = (operator: Comparison['operator'], text: string): boolean => {
  try {
    evaluateMarker(parseMarker(`python_version ~= ${JSON.stringify(text)}`), environmentOf(0));
    return true;
  } catch (error) {
    if (!(error instanceof PackagingError)) throw error;
    const plain = (operator === '==' || operator === '!=') && text.endsWith('.*') ? text.slice(0, -2) : text;
    return findVersion(plain) !== undefined;
  }
};

/** What the reference makes of a comparison; undefined when it makes of it what the standard does. */
const readAsReference = (
  marker: Comparison,
  environment: MarkerEnvironment,
  found: Set<MarkerQuirk>,
): boolean | undefined => {
  const quirk = findQuirk(marker, environment);
  if (quirk === undefined) return undefined;
  if (quirk === 'two variables') {
    found.add(quirk);
    // The name of the right one is taken for a text.
    const name = marker.right.kind === 'variable' ? marker.right.name : '';
    return evaluateMarker({ ...marker, right: { kind: 'literal', value: name } }, environment);
  }
  // A text that is no version is in no specifier, not even in `!=`.
  if (!isComparable(marker.operator, valueOf(marker.right, environment))) return undefined;
  found.add(quirk);
  return marker.operator === '===' ? undefined : false;
};

/** The marker read the reference's way, and which of its ways that took. */
export const evaluateAsReference = ([text, at, extras, groups]: MarkerCase): {
  /** Null: the reference calls it undefined. */
  holds: boolean | null;
  quirks: ReadonlySet<MarkerQuirk>;
} => {
  const environment = environmentOf(at);
  const context = { extras: new Set(extras), dependencyGroups: new Set(groups) };
  const quirks = new Set<MarkerQuirk>();
  const evaluate = (marker: Marker): boolean => {
    switch (marker.kind) {
      case 'and':
        return marker.operands.map(evaluate).every(Boolean);
      case 'or':
        return marker.operands.map(evaluate).some(Boolean);
      case 'member':
        return evaluateMarker(marker, environment, context);
      case 'compare':
        return readAsReference(marker, environment, quirks) ?? evaluateMarker(marker, environment, context);
    }
  };
  try {
    return { holds: evaluate(parseMarker(text)), quirks };
  } catch (error) {
    if (error instanceof PackagingError) return { holds: null, quirks };
    throw error;
  }
};
