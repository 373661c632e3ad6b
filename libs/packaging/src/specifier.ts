import { PackagingError, quoteForError } from './packaging-error.ts';
import { findVersion, isPrerelease, type Version } from './version.ts';
import { hasWhiteSpace, stripWhiteSpace } from './white-space.ts';

export const specifierOperators = ['===', '~=', '==', '!=', '<=', '>=', '<', '>'] as const;
export type SpecifierOperator = (typeof specifierOperators)[number];

/** One clause of a specifier set (PEP 440). */
export type Specifier =
  | { readonly operator: '==='; readonly text: string }
  | {
      readonly operator: Exclude<SpecifierOperator, '==='>;
      /** The version as written, without `.*`. */
      readonly text: string;
      readonly version: Version;
      /** `==1.2.*` or `!=1.2.*`. */
      readonly isPrefix: boolean;
    };

/** Clauses that must all hold; an empty set is any version. */
export interface SpecifierSet {
  readonly specifiers: readonly Specifier[];
  /** Normalized for showing: clauses as written, joined by `,`. */
  readonly text: string;
}

const longestSet = 4000;

const invalid = (text: string, why: string): PackagingError =>
  new PackagingError(
    'SPECIFIER_INVALID',
    `${quoteForError(text)} is not a version specifier (PEP 440): ${why}`,
  );

/** Reads one clause, for example `>=1.2`. Throws `SPECIFIER_INVALID`. */
export const parseSpecifier = (given: string): Specifier => {
  const clause = stripWhiteSpace(given);
  // `===` and `==` stand before what they begin with.
  const operator = specifierOperators.find((known) => clause.startsWith(known));
  const text = stripWhiteSpace(clause.slice(operator?.length ?? 0));
  if (operator === undefined || text === '' || hasWhiteSpace(text)) {
    throw invalid(clause, 'expected an operator (==, !=, ~=, <, <=, >, >=, ===) and a version.');
  }
  if (operator === '===') {
    if (/[;)]/.test(text)) throw invalid(clause, 'a version has neither ";" nor ")" in it.');
    return { operator, text };
  }
  const isPrefix = text.endsWith('.*');
  const version = findVersion(isPrefix ? text.slice(0, -2) : text);
  if (version === undefined) throw invalid(clause, `${quoteForError(text)} is not a version.`);
  checkOperand(clause, operator, version, isPrefix);
  return { operator, text: isPrefix ? text.slice(0, -2) : text, version, isPrefix };
};

const checkOperand = (
  clause: string,
  operator: SpecifierOperator,
  version: Version,
  isPrefix: boolean,
): void => {
  const isEquality = operator === '==' || operator === '!=';
  if (isPrefix && !isEquality) throw invalid(clause, '".*" goes with == and != only.');
  const { pre, post, dev, local } = version;
  if (isPrefix && (pre !== null || post !== null || dev !== null || local !== null)) {
    throw invalid(clause, '".*" may follow a plain release number only.');
  }
  if (local !== null && !isEquality) throw invalid(clause, 'a local label goes with == and != only.');
  if (operator === '~=' && version.release.length < 2) {
    throw invalid(clause, '~= needs at least two release numbers, as in ~=1.4.');
  }
};

/** Reads a comma-separated set (PEP 440), for example `>=1.2,!=1.5.*`. Throws `SPECIFIER_INVALID`. */
export const parseSpecifierSet = (text: string): SpecifierSet => {
  if (text.length > longestSet) throw invalid(text, `it is longer than ${longestSet} characters.`);
  const clauses = text
    .split(',')
    .map(stripWhiteSpace)
    .filter((clause) => clause !== '');
  return { specifiers: clauses.map(parseSpecifier), text: clauses.join(',') };
};

/** The version of an exact pin (`==1.2` without `.*`, or `===1.2`); undefined when the set pins none. */
export const findPin = (set: SpecifierSet): Specifier | undefined =>
  set.specifiers.find(
    (specifier) => specifier.operator === '===' || (specifier.operator === '==' && !specifier.isPrefix),
  );

/** Whether a clause names a pre-release, which is how a user asks for them (PEP 440, handling of pre-releases). */
export const namesPrerelease = (specifier: Specifier): boolean => {
  if (specifier.operator === '!=') return false;
  const version = specifier.operator === '===' ? findVersion(specifier.text) : specifier.version;
  return version !== undefined && isPrerelease(version);
};

/** Clauses of both. */
export const joinSpecifierSets = (sets: readonly SpecifierSet[]): SpecifierSet => ({
  specifiers: sets.flatMap((set) => set.specifiers),
  text: sets
    .map((set) => set.text)
    .filter((text) => text !== '')
    .join(','),
});
