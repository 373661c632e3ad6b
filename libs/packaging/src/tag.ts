import { PackagingError, quoteForError } from './packaging-error.ts';

/** Interpreter, ABI and platform of a wheel (PEP 425), for example `cp312-abi3-manylinux_2_28_s390x`. */
export interface Tag {
  readonly interpreter: string;
  readonly abi: string;
  readonly platform: string;
}

/** More tags than this in one compressed set is an attack: real wheels have under a hundred. */
const mostTags = 1000;

export const formatTag = (tag: Tag): string => `${tag.interpreter}-${tag.abi}-${tag.platform}`;

const invalid = (text: string, why: string): PackagingError =>
  new PackagingError('TAG_INVALID', `${quoteForError(text)} is not a tag (PEP 425): ${why}`);

/** Expands a compressed tag set (`py2.py3-none-any`) to its cross product. Throws `TAG_INVALID`. */
export const parseTagSet = (text: string): Tag[] => {
  const parts = text.toLowerCase().split('-');
  const [interpreters, abis, platforms] = parts.map((part) => part.split('.'));
  if (parts.length !== 3 || interpreters === undefined || abis === undefined || platforms === undefined) {
    throw invalid(text, 'expected interpreter-abi-platform.');
  }
  if (!interpreters.every((part) => /^[a-z_][a-z0-9_]*$/.test(part))) {
    throw invalid(text, 'expected interpreters such as cp312 or py3.');
  }
  if (![...abis, ...platforms].every((part) => /^[a-z0-9_]+$/.test(part))) {
    throw invalid(text, 'expected ABI and platform names of letters, digits and "_".');
  }
  const count = interpreters.length * abis.length * platforms.length;
  if (count > mostTags) throw invalid(text, `it stands for ${count} tags; at most ${mostTags} are taken.`);
  return interpreters.flatMap((interpreter) =>
    abis.flatMap((abi) => platforms.map((platform) => ({ interpreter, abi, platform }))),
  );
};

/** Runs on every machine: ABI `none` and platform `any`. */
export const isPureTag = (tag: Tag): boolean => tag.abi === 'none' && tag.platform === 'any';
