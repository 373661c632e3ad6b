import { type InputKind } from '@ironwheel/contracts';
import {
  parseRequirementsFile,
  quoteForError,
  type Requirement,
  type RequirementHash,
  type RequirementsProblem,
} from '@ironwheel/packaging';
import { InputInvalidError, toInputError } from './input-error.ts';

/** A requirement and who asked for it. */
export interface RequestedRequirement {
  readonly requirement: Requirement;
  readonly hashes: readonly RequirementHash[];
  /** For people: `requirements.txt:3`, or `request:1` for a line of the call itself. */
  readonly origin: string;
}

/** A line that brings in another file, which must be handed in as well. */
export interface FileReference {
  /** `-r` or `-c`. */
  readonly kind: 'requirements' | 'constraints';
  /** The last part of its path: inputs have names, and no folders. */
  readonly filename: string;
  /** For people: `requirements.txt:3`. */
  readonly origin: string;
}

/** What a requirements or constraints text asks for. */
export interface RequirementsInput {
  readonly requirements: readonly RequestedRequirement[];
  /** Of `--no-binary` lines. */
  readonly noBinary: readonly string[];
  /** Of a `--pre` line. */
  readonly allowsPrereleases: boolean;
  readonly references: readonly FileReference[];
  /** Lines without effect, for people. */
  readonly notes: readonly string[];
}

const referencePattern = /^(-r|--requirement|-c|--constraint)(?:\s*=\s*|\s+|(?<=^-[rc]))([^\s=].*)$/;

/** The file that a line refers to; undefined for any other line, and for an address, which is not handed in. */
const findReference = ({ text, line, fileName }: RequirementsProblem): FileReference | undefined => {
  const [, option = '', value = ''] = referencePattern.exec(text) ?? [];
  const path = value.replace(/^(["'])(.*)\1$/, '$2');
  const filename = path.split(/[/\\]/).at(-1) ?? '';
  if (filename === '' || /^[a-z][a-z0-9+.-]+:\/\//i.test(path)) return undefined;
  const kind = option === '-r' || option === '--requirement' ? 'requirements' : 'constraints';
  return { kind, filename, origin: `${fileName}:${line}` };
};

/** Reads a requirements or constraints file. Throws one `InputInvalidError` with every bad line. */
export const readRequirements = (text: string, fileName: string): RequirementsInput => {
  const file = parseRequirementsFile(text, fileName);
  const references: FileReference[] = [];
  const problems = file.problems.filter((problem) => {
    const reference = findReference(problem);
    if (reference !== undefined) references.push(reference);
    return reference === undefined;
  });
  if (problems.length > 0) throw toInputError(problems);
  return {
    references,
    requirements: file.entries.map(({ requirement, hashes, line }) => ({
      requirement,
      hashes,
      origin: `${fileName}:${line}`,
    })),
    noBinary: file.noBinary,
    allowsPrereleases: file.allowsPrereleases,
    notes: file.notes.map(
      ({ line, text: noted, detail }) => `${fileName}:${line}: ${quoteForError(noted)}: ${detail}.`,
    ),
  };
};

/** Reads lines given one by one, as in the body of a call; `label` names them in messages. Throws `InputInvalidError`. */
export const readRequirementLines = (lines: readonly string[], label = 'request'): RequirementsInput => {
  const multiline = lines.findIndex((line) => /[\r\n]/.test(line));
  if (multiline !== -1) {
    throw new InputInvalidError([
      `${label}:${multiline + 1}: a requirement is one line; send several as several.`,
    ]);
  }
  const input = readRequirements(lines.join('\n'), label);
  const [reference] = input.references;
  if (reference === undefined) return input;
  throw new InputInvalidError([
    `${reference.origin}: it refers to the file ${reference.filename}; hand that file in as an input.`,
  ]);
};

/** Reads a requirements or constraints input. Throws `InputInvalidError`; other kinds hold no lines. */
export const readTextInput = (kind: InputKind, text: string, fileName: string): RequirementsInput => {
  if (kind === 'requirements' || kind === 'constraints') return readRequirements(text, fileName);
  throw new InputInvalidError([`${fileName}: a ${kind} holds no requirement lines.`]);
};
