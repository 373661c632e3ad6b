import { isValidName, normalizeName } from './names.ts';
import { PackagingError, quoteForError } from './packaging-error.ts';
import { TextScanner } from './text-scanner.ts';

/** Variables with one text value (dependency specifiers, environment markers). */
export const markerVariables = [
  'os_name',
  'sys_platform',
  'platform_machine',
  'platform_python_implementation',
  'platform_release',
  'platform_system',
  'platform_version',
  'python_version',
  'python_full_version',
  'implementation_name',
  'implementation_version',
] as const;
export type MarkerVariable = (typeof markerVariables)[number];

/** Variables that hold a set of names: `extra` by its definition, the other two by PEP 751. */
export const markerSetVariables = ['extra', 'extras', 'dependency_groups'] as const;
export type MarkerSetVariable = (typeof markerSetVariables)[number];

export const markerOperators = ['===', '==', '~=', '!=', '<=', '>=', '<', '>', 'in', 'not in'] as const;
export type MarkerOperator = (typeof markerOperators)[number];

export type MarkerOperand =
  | { readonly kind: 'literal'; readonly value: string }
  | { readonly kind: 'variable'; readonly name: MarkerVariable };

export type Marker =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Marker[] }
  | {
      readonly kind: 'compare';
      readonly left: MarkerOperand;
      readonly operator: MarkerOperator;
      readonly right: MarkerOperand;
    }
  | {
      /** `extra == "x"`, `"x" in extras`: whether the set holds the (normalized) name. */
      readonly kind: 'member';
      readonly set: MarkerSetVariable;
      readonly value: string;
      readonly isNegated: boolean;
    };

/** Names from before PEP 508 that old metadata still carries. */
const legacyNames: Readonly<Record<string, MarkerVariable>> = {
  'os.name': 'os_name',
  'sys.platform': 'sys_platform',
  'platform.version': 'platform_version',
  'platform.machine': 'platform_machine',
  'platform.python_implementation': 'platform_python_implementation',
  python_implementation: 'platform_python_implementation',
};

type ParsedOperand = MarkerOperand | { readonly kind: 'set'; readonly name: MarkerSetVariable };

const variables: ReadonlyMap<string, ParsedOperand> = new Map<string, ParsedOperand>([
  ...markerVariables.map((name) => [name, { kind: 'variable', name }] as const),
  ...markerSetVariables.map((name) => [name, { kind: 'set', name }] as const),
  ...Object.entries(legacyNames).map(([old, name]) => [old, { kind: 'variable', name }] as const),
]);

/** Parentheses deeper than this are refused: no real marker has them, and recursion must end. */
const deepestNesting = 50;

const literalPattern = /'[^'\0\n\r]*'|"[^"\0\n\r]*"/y;
const variablePattern = /[a-z_.]+/y;
const operatorPattern = /===|==|~=|!=|<=|>=|<|>|in\b|not[ \t]+in\b/y;
const andPattern = /and\b/y;
const orPattern = /or\b/y;

const invalid = (scanner: TextScanner, why: string): PackagingError =>
  new PackagingError(
    'MARKER_INVALID',
    `${quoteForError(scanner.text)} has no valid marker (PEP 508) at character ${scanner.position + 1}: ${why}`,
  );

const readOperand = (scanner: TextScanner): ParsedOperand => {
  scanner.skipSpace();
  const first = scanner.peek();
  const quoted = first === '"' || first === "'" ? scanner.take(literalPattern) : undefined;
  if (quoted !== undefined) return { kind: 'literal', value: quoted.slice(1, -1) };
  const word = scanner.take(variablePattern);
  if (word === undefined) throw invalid(scanner, 'expected a variable or a quoted text.');
  const operand = variables.get(word);
  if (operand === undefined) throw invalid(scanner, `${quoteForError(word)} is no marker variable.`);
  return operand;
};

const readOperator = (scanner: TextScanner): MarkerOperator => {
  scanner.skipSpace();
  const text = scanner.take(operatorPattern);
  const name = text?.startsWith('not') === true ? 'not in' : text;
  const found = markerOperators.find((operator) => operator === name);
  if (found === undefined) throw invalid(scanner, 'expected a comparison such as ==, >=, in, not in.');
  return found;
};

const toMembership = (
  scanner: TextScanner,
  set: MarkerSetVariable,
  operator: MarkerOperator,
  other: ParsedOperand,
  isSetOnRight: boolean,
): Marker => {
  if (other.kind !== 'literal') throw invalid(scanner, `${set} is compared with a quoted name only.`);
  const isEquality = set === 'extra' && (operator === '==' || operator === '!=');
  const isMembership = isSetOnRight && (operator === 'in' || operator === 'not in');
  if (!isEquality && !isMembership) {
    const form = set === 'extra' ? 'extra == "name"' : `"name" in ${set}`;
    throw invalid(scanner, `${set} is asked as ${form}.`);
  }
  return {
    kind: 'member',
    set,
    value: isValidName(other.value) ? normalizeName(other.value) : other.value,
    isNegated: operator === '!=' || operator === 'not in',
  };
};

const readComparison = (scanner: TextScanner, depth: number): Marker => {
  scanner.skipSpace();
  if (scanner.skip('(')) {
    if (depth >= deepestNesting) throw invalid(scanner, `more than ${deepestNesting} nested parentheses.`);
    const inner = readAlternatives(scanner, depth + 1);
    scanner.skipSpace();
    if (!scanner.skip(')')) throw invalid(scanner, 'expected ")".');
    return inner;
  }
  const left = readOperand(scanner);
  const operator = readOperator(scanner);
  const right = readOperand(scanner);
  if (left.kind === 'set') return toMembership(scanner, left.name, operator, right, false);
  if (right.kind === 'set') return toMembership(scanner, right.name, operator, left, true);
  if (left.kind === 'literal' && right.kind === 'literal') {
    throw invalid(scanner, 'two quoted texts are compared; one side must be a variable.');
  }
  return { kind: 'compare', left, operator, right };
};

const readSequence = (scanner: TextScanner, kind: 'and' | 'or', readOne: () => Marker): Marker => {
  const first = readOne();
  const operands = [first];
  const word = kind === 'and' ? andPattern : orPattern;
  for (;;) {
    scanner.skipSpace();
    if (scanner.peek() !== kind[0] || scanner.take(word) === undefined) break;
    operands.push(readOne());
  }
  return operands.length === 1 ? first : { kind, operands };
};

const readAlternatives = (scanner: TextScanner, depth: number): Marker =>
  readSequence(scanner, 'or', () => readSequence(scanner, 'and', () => readComparison(scanner, depth)));

/** Reads a marker from a scanner and leaves it behind the marker. Throws `MARKER_INVALID`. */
export const readMarker = (scanner: TextScanner): Marker => readAlternatives(scanner, 0);

/** Reads a whole marker, for example `python_version >= "3.9" and sys_platform == "linux"`. Throws `MARKER_INVALID`. */
export const parseMarker = (text: string): Marker => {
  const scanner = new TextScanner(text);
  const marker = readMarker(scanner);
  scanner.skipSpace();
  if (!scanner.isAtEnd()) throw invalid(scanner, 'expected "and", "or" or the end.');
  return marker;
};
