import { type InputKind } from '@ironwheel/contracts';
import {
  parseRequirementsFile,
  quoteForError,
  type Requirement,
  type RequirementHash,
} from '@ironwheel/packaging';
import { InputInvalidError, toInputError } from './input-error.ts';

/** A requirement and who asked for it. */
export interface RequestedRequirement {
  readonly requirement: Requirement;
  readonly hashes: readonly RequirementHash[];
  /** For people: `requirements.txt:3`, or `request:1` for a line of the call itself. */
  readonly origin: string;
}

/** What a requirements or constraints text asks for. */
export interface RequirementsInput {
  readonly requirements: readonly RequestedRequirement[];
  /** Of `--no-binary` lines. */
  readonly noBinary: readonly string[];
  /** Of a `--pre` line. */
  readonly allowsPrereleases: boolean;
  /** Lines without effect, for people. */
  readonly notes: readonly string[];
}

/** Reads a requirements or constraints file. Throws one `InputInvalidError` with every bad line. */
export const readRequirements = (text: string, fileName: string): RequirementsInput => {
  const file = parseRequirementsFile(text, fileName);
  if (file.problems.length > 0) throw toInputError(file.problems);
  return {
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
  return readRequirements(lines.join('\n'), label);
};

/**
 * Reads an input by its kind. Lock files are refused, not guessed at. Throws `InputInvalidError`; wheels and sdists
 * hold no lines and are a caller's error.
 */
export const readTextInput = (kind: InputKind, text: string, fileName: string): RequirementsInput => {
  switch (kind) {
    case 'requirements':
    case 'constraints':
      return readRequirements(text, fileName);
    case 'pylock':
    case 'uv_lock':
      throw new InputInvalidError([
        `${fileName}: lock files are understood in a later version; export it to requirements (for example "uv export --format requirements-txt") and hand those in.`,
      ]);
    case 'wheel':
    case 'sdist':
      throw new InputInvalidError([`${fileName}: a ${kind} holds no requirement lines.`]);
  }
};
