import { findVersion, isValidName, parseSpecifierSet } from '../src/index.ts';
import { stripWhiteSpace } from '../src/white-space.ts';
import { environmentOf, type MarkerCase } from './answer-case.ts';
import { evaluateAsReference, type MarkerQuirk } from './marker-quirks.ts';

/** One case in which ours and the reference's answer differ. */
export interface Difference {
  readonly family: string;
  readonly input: unknown;
  readonly theirs: unknown;
  readonly ours: unknown;
}

export interface AcceptedDifference {
  readonly name: string;
  /** The sentence of the standard by which ours is right. */
  readonly standard: string;
  readonly families: readonly string[];
  readonly explains: (difference: Difference) => boolean;
}

const isOursRefused = ({ ours, theirs }: Difference): boolean => ours === null && theirs !== null;
/** Answers are plain JSON whose keys have one order. */
const isSame = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);

const textOf = (input: unknown): string => (typeof input === 'string' ? input : '');
const firstText = (input: unknown): string => (Array.isArray(input) ? textOf(input[0]) : textOf(input));

const hasQuirk = ({ family, input, theirs, ours }: Difference, quirk: MarkerQuirk): boolean => {
  if (ours === null) return false;
  if (family === 'requirement') {
    const marker = textOf(input).slice(textOf(input).indexOf(';') + 1);
    const read = [0, 2].map((at) => evaluateAsReference([marker, at, ['foo'], []]));
    const answers = Array.isArray(theirs) ? (theirs.at(-1) as unknown) : null;
    return (
      isSame(
        read.map(({ holds }) => holds),
        answers,
      ) && read.some(({ quirks }) => quirks.has(quirk))
    );
  }
  const { holds, quirks } = evaluateAsReference(input as MarkerCase);
  return holds === theirs && quirks.has(quirk);
};

/** `===` with nothing behind it, `=== ""`, or a variable that is empty in this environment. */
const comparesWithNothing = ({ family, input }: Difference): boolean => {
  if (family === 'marker') {
    const [text, at] = input as MarkerCase;
    const empty = ['""', "''", ...(environmentOf(at).platform_release === '' ? ['platform_release'] : [])];
    const closed = text.replaceAll(/===\s*/g, '===').replaceAll(/(['"])\s+\1/g, '$1$1');
    return empty.some((nothing) => closed.includes(`===${nothing}`));
  }
  if (family === 'requirement' || family === 'metadata')
    return /===\s*(?:$|[,);]|\r?\n[^ \t])/.test(textOf(input));
  return firstText(input)
    .split(',')
    .some((clause) => stripWhiteSpace(clause) === '===');
};

/** The requirements of a case, those of a metadata file without their folds. */
const requirementsIn = ({ family, input }: Difference): string[] =>
  family === 'metadata'
    ? [
        ...textOf(input)
          .replaceAll(/\r?\n(?=[ \t])/g, '')
          .matchAll(/^requires-dist:(.*?)\r?$/gim),
      ].map(([, requirement = '']) => requirement)
    : [textOf(input)];

const isOutsideAscii = (text: string): boolean => /[^ -~\t]/.test(text);
const endsInSeparator = (text: string): boolean => /_(?![A-Za-z0-9._-])/.test(text);

/** Quoted texts replaced, so that what stands between them can be searched. */
const outsideQuotes = (text: string): string => text.replaceAll(/'[^']*'|"[^"]*"/g, '""');
const quotedName = /(['"])(?:[a-z]+_[a-z_]+|extra|extras)\1/;
const nameOf = (filename: string, separator: 'first' | 'last'): string => {
  const stem = filename.replace(/\.(?:whl|zip|tar\.gz)$/, '');
  return stem.slice(0, separator === 'first' ? stem.indexOf('-') : stem.lastIndexOf('-'));
};

export const acceptedDifferences: readonly AcceptedDifference[] = [
  {
    name: '=== with nothing behind it',
    standard:
      "Dependency specifiers, grammar: version = wsp* ( letterOrDigit | '-' | '_' | '.' | '*' | '+' | '!' )+, so at least one character.",
    families: ['specifier', 'contains', 'filter', 'marker', 'requirement', 'metadata'],
    explains: (difference) => isOursRefused(difference) && comparesWithNothing(difference),
  },
  {
    name: 'a text that is no version, in a set without clauses',
    standard:
      'Version specifiers, public version identifiers: installation tools SHOULD ignore any public versions which do not comply with this scheme.',
    families: ['contains'],
    explains: ({ input, theirs, ours }) => {
      const [text, version] = input as [string, string];
      if (ours !== false || theirs !== true || findVersion(version) !== undefined) return false;
      return parseSpecifierSet(text).specifiers.length === 0;
    },
  },
  {
    name: 'a version in other than ASCII or on two lines',
    standard:
      "Dependency specifiers: a distribution specification is written in ASCII text; grammar: wsp = ' ' | '\\t'.",
    families: ['requirement', 'metadata'],
    explains: (difference) => isOursRefused(difference) && requirementsIn(difference).some(isOutsideAscii),
  },
  {
    name: 'a comma in the version of ===',
    standard:
      "Dependency specifiers, grammar: version = wsp* ( letterOrDigit | '-' | '_' | '.' | '*' | '+' | '!' )+, so a comma ends it.",
    families: ['requirement', 'metadata'],
    explains: ({ input, theirs, ours }) =>
      ours !== null && theirs === null && /===\s*[^\s;),]*,/.test(textOf(input)),
  },
  {
    name: 'a name that ends in a separator',
    standard:
      'Names and normalization: a valid name consists only of ASCII letters and numbers, period, underscore and hyphen. It must start and end with a letter or number.',
    families: ['requirement', 'metadata'],
    explains: (difference) =>
      isOursRefused(difference) &&
      (requirementsIn(difference).some(endsInSeparator) ||
        /^name:.*_[ \t\r]*$/im.test(textOf(difference.input))),
  },
  {
    name: 'a file name whose project name is none',
    standard:
      'Names and normalization: a valid name consists only of ASCII letters and numbers, period, underscore and hyphen. It must start and end with a letter or number.',
    families: ['wheel', 'sdist'],
    explains: (difference) =>
      isOursRefused(difference) &&
      !isValidName(nameOf(textOf(difference.input), difference.family === 'wheel' ? 'first' : 'last')),
  },
  {
    name: 'a build tag with other than letters, digits, "_" and "."',
    standard:
      'PEP 427, escaping and Unicode: each component of the filename is escaped by replacing runs of non-alphanumeric characters with an underscore.',
    families: ['wheel'],
    explains: (difference) =>
      isOursRefused(difference) &&
      /^[^-]+-[^-]+-[0-9][^-]*[^-A-Za-z0-9_.][^-]*-/.test(textOf(difference.input)),
  },
  {
    name: 'an old sdist name with a separator in its version',
    standard:
      'Version specifiers, normalization: pre-releases should allow a ., -, or _ separator between the release segment and the pre-release segment (and so for post and development releases).',
    families: ['sdist'],
    explains: ({ input, ours }) => {
      if (ours === null) return false;
      const stem = textOf(input).replace(/\.(?:zip|tar\.gz)$/, '');
      const dash = stem.lastIndexOf('-');
      // Split there, as the reference does it, one part is not what it has to be.
      return !isValidName(stem.slice(0, dash)) || findVersion(stem.slice(dash + 1)) === undefined;
    },
  },
  {
    name: 'the plain linux tag before manylinux',
    standard:
      'Platform compatibility tags, manylinux: the simple scheme (linux_*) is insufficient for public distribution of wheel files to Linux platforms. It names no C library, so for a machine other than the own one it comes last, as in every release of the reference before this one.',
    families: ['platforms'],
    explains: ({ theirs, ours }) => {
      if (!Array.isArray(theirs) || !textOf(theirs[0]).startsWith('linux_')) return false;
      return isSame(ours, [...(theirs.slice(1) as unknown[]), theirs[0]]);
    },
  },
  {
    name: 'a version variable and a text that is no version',
    standard:
      'Dependency specifiers, environment markers: if both sides are not expressible as a Version, then ==, >=, and <= check for exact equality.',
    families: ['marker', 'requirement'],
    explains: (difference) => hasQuirk(difference, 'a text that is no version'),
  },
  {
    name: 'two variables',
    standard:
      'Dependency specifiers, grammar: marker_var = wsp* (env_var | python_str); env_var … -> lookup(varname), on either side.',
    families: ['marker'],
    explains: (difference) => hasQuirk(difference, 'two variables'),
  },
  {
    name: 'a quoted text that is spelled like a variable',
    standard:
      'Dependency specifiers, environment markers: user supplied constants are always encoded as strings with either \' or " quote marks.',
    families: ['marker'],
    explains: (difference) => isOursRefused(difference) && quotedName.test(firstText(difference.input)),
  },
  {
    name: 'a backslash',
    standard:
      'Dependency specifiers, environment markers: backslash escapes are not defined. They are not included in this specification.',
    families: ['marker'],
    explains: ({ input }) => firstText(input).includes('\\'),
  },
  {
    name: 'an order of extras',
    standard:
      'Dependency specifiers, environment markers: < and > on a String are legacy behavior, and tools may choose to fail; for a set of strings, which Python does not compare with a string, an error should be raised.',
    families: ['marker', 'requirement', 'metadata'],
    explains: (difference) =>
      isOursRefused(difference) &&
      /\bextra\s*(?:[<>]|[~=]==?|in\b|not\b)|[<>~]=?\s*extra\b|===\s*extra\b|(?:[<>]=?|[!=]=)\s*(?:extras|dependency_groups)\b/.test(
        outsideQuotes(firstText(difference.input)),
      ),
  },
  {
    name: 'a name in the set of extras',
    standard:
      'PEP 685: when comparing extra names, tools MUST normalize the names being compared; a part of a name is no name.',
    families: ['marker'],
    explains: ({ input, ours, theirs }) =>
      ours !== null && theirs !== null && /\bin\s*extra\b/.test(outsideQuotes(firstText(input))),
  },
  {
    name: 'an extra whose name is none',
    standard:
      'PEP 685: tools SHOULD warn users when an invalid extra name is read and SHOULD ignore the name to avoid ambiguity.',
    families: ['metadata'],
    explains: ({ input, theirs, ours }) =>
      theirs === null &&
      ours !== null &&
      [...textOf(input).matchAll(/^provides-extra:[ \t]*(.*(?:\r?\n[ \t].*)*)/gim)].some(
        ([, name = '']) => !isValidName(name.trim()),
      ),
  },
  {
    name: 'a newer minor version of the metadata',
    standard:
      'Core metadata, Metadata-Version: automated tools SHOULD warn if metadata_version is greater than the highest version they support, and MUST fail if it has a greater major version.',
    families: ['metadata'],
    explains: ({ input, theirs, ours }) =>
      theirs === null &&
      Array.isArray(ours) &&
      /^2\.(?:0|[7-9]|[0-9]{2,})$/.test(textOf(ours[0])) &&
      input !== null,
  },
  {
    name: 'a line of metadata that is no header',
    standard:
      'Core metadata: the practical standard is set by what email.parser can parse; such a line it reports as a defect, and takes all fields behind it for text.',
    families: ['metadata'],
    explains: (difference) => {
      const head = textOf(difference.input).replaceAll(/\r\n?/g, '\n').split('\n\n')[0] ?? '';
      return (
        isOursRefused(difference) && head.split('\n').some((line) => !/^(?:[!-9;-~]+:|[ \t])/.test(line))
      );
    },
  },
];

/** The accepted difference that explains this one; undefined for a difference that must not be. */
export const findExplanation = (difference: Difference): AcceptedDifference | undefined =>
  acceptedDifferences.find(
    (accepted) => accepted.families.includes(difference.family) && accepted.explains(difference),
  );
