import { isValidName, normalizeName } from './names.ts';
import { PackagingError, quoteForError } from './packaging-error.ts';
import { parseRequirement, type Requirement } from './requirement.ts';
import { readLogicalLines, type LogicalLine } from './requirements-lines.ts';

/** A digest that a file must have (`--hash=sha256:…`); hexadecimal, lower case. */
export interface RequirementHash {
  readonly algorithm: 'sha256' | 'sha384' | 'sha512';
  readonly digest: string;
}

export interface RequirementEntry {
  readonly line: number;
  /** The requirement as written, without `--hash`. */
  readonly text: string;
  readonly requirement: Requirement;
  /** A file must have one of them; empty: any file. */
  readonly hashes: readonly RequirementHash[];
}

/** A line that was understood and has no effect here, with the reason. */
export interface RequirementsNote {
  readonly line: number;
  readonly text: string;
  readonly detail: string;
}

/** A line that cannot be used, with what to do about it. */
export interface RequirementsProblem {
  readonly fileName: string;
  readonly line: number;
  readonly text: string;
  readonly detail: string;
}

export interface RequirementsFile {
  readonly fileName: string;
  readonly entries: readonly RequirementEntry[];
  /** Normalized names, `:all:` and `:none:` of `--no-binary`, in order. */
  readonly noBinary: readonly string[];
  /** Whether `--pre` stands in the file. */
  readonly allowsPrereleases: boolean;
  readonly notes: readonly RequirementsNote[];
  /** Every line that cannot be used; the file is sound when there is none. */
  readonly problems: readonly RequirementsProblem[];
}

/** Of a bad line, as much as tells which one it is. */
const longestQuote = 500;

/** Continuations joined; room for several hundred hashes. */
const longestLine = 64 * 1024;

const digestLengths = { sha256: 64, sha384: 96, sha512: 128 } as const;

/** Options of pip that change nothing here, and why. */
const ignoredOptions: Readonly<Record<string, string>> = {
  '-i': 'the package index is set for the whole installation, not by a requirements file',
  '--index-url': 'the package index is set for the whole installation, not by a requirements file',
  '--extra-index-url': 'the package index is set for the whole installation, not by a requirements file',
  '--no-index': 'the package index is set for the whole installation, not by a requirements file',
  '--trusted-host': 'trusted hosts are set for the whole installation, not by a requirements file',
  '--require-hashes': 'hashes are checked wherever they are given',
  '--prefer-binary': 'a wheel that fits is always preferred to building',
  '--only-binary': 'what has no wheel that fits is built; that is the purpose',
  '--use-feature': 'it concerns pip itself',
};

/** Options that would bring in more than this text, and what to do instead. */
const refusedOptions: Readonly<Record<string, string>> = {
  '-r': 'it refers to another file; hand that file in as an input of its own and take this line out',
  '--requirement':
    'it refers to another file; hand that file in as an input of its own and take this line out',
  '-c': 'it refers to another file; hand that file in as constraints and take this line out',
  '--constraint': 'it refers to another file; hand that file in as constraints and take this line out',
  '-e': 'an editable source lives on one machine only; name a released version, or hand in its sdist',
  '--editable': 'an editable source lives on one machine only; name a released version, or hand in its sdist',
  '-f': 'link pages are not read; hand the wheels and sdists in as inputs and take this line out',
  '--find-links': 'link pages are not read; hand the wheels and sdists in as inputs and take this line out',
};

const optionPattern = /^(--[a-z][a-z-]*|-[a-z])(?:\s*=\s*|\s+|$|(?<=^-[a-z]))(.*)$/;
const trailingOption = /\s--([a-z][a-z-]*)(?:=|\s+)(\S+)\s*$/;

class RequirementsReader {
  readonly entries: RequirementEntry[] = [];
  readonly noBinary: string[] = [];
  readonly notes: RequirementsNote[] = [];
  readonly problems: RequirementsProblem[] = [];
  allowsPrereleases = false;
  readonly #fileName: string;

  constructor(fileName: string) {
    this.#fileName = fileName;
  }

  read(line: LogicalLine): void {
    if (line.text.length > longestLine) {
      this.#refuse(line, `the line is longer than ${longestLine} characters`);
    } else if (/\$\{[A-Z0-9_]+\}/.test(line.text)) {
      this.#refuse(line, 'environment variables are not expanded here; write the value, and no secret');
    } else if (line.text.startsWith('-')) {
      this.#readOption(line);
    } else {
      this.#readRequirement(line);
    }
  }

  #refuse({ line, text }: LogicalLine, detail: string): void {
    this.problems.push({
      fileName: this.#fileName,
      line,
      text: hideSecrets(text).slice(0, longestQuote),
      detail: hideSecrets(detail),
    });
  }

  #readOption(line: LogicalLine): void {
    const match = optionPattern.exec(line.text);
    const name = match?.[1] ?? '';
    const value = match?.[2]?.trim() ?? '';
    const refusal = refusedOptions[name];
    const note = ignoredOptions[name];
    if (name === '--pre') this.allowsPrereleases = true;
    else if (name === '--no-binary') this.#readNoBinary(line, value);
    else if (refusal !== undefined) this.#refuse(line, refusal);
    else if (note !== undefined) {
      this.notes.push({ line: line.line, text: hideSecrets(line.text), detail: `ignored: ${note}` });
    } else this.#refuse(line, 'the option is not known; take the line out');
  }

  #readNoBinary(line: LogicalLine, value: string): void {
    for (const name of value.split(',').map((part) => part.trim())) {
      if (name === ':all:' || name === ':none:') this.noBinary.push(name);
      else if (isValidName(name)) this.noBinary.push(normalizeName(name));
      else this.#refuse(line, `${quoteForError(name)} is not a project name, :all: or :none:`);
    }
  }

  #readRequirement(line: LogicalLine): void {
    const hashes: RequirementHash[] = [];
    let text = line.text;
    for (let match = trailingOption.exec(text); match !== null; match = trailingOption.exec(text)) {
      const [, option = '', value = ''] = match;
      text = text.slice(0, match.index);
      if (option !== 'hash') {
        this.#refuse(line, `--${option} is not supported for one requirement; take it out`);
        return;
      }
      const hash = findHash(value);
      if (hash === undefined) {
        this.#refuse(line, `${quoteForError(value)} is not a hash; write sha256: and 64 hexadecimal digits`);
        return;
      }
      hashes.unshift(hash);
    }
    try {
      const requirement = parseRequirement(text);
      this.entries.push({ line: line.line, text: requirement.text, requirement, hashes });
    } catch (error) {
      if (!(error instanceof PackagingError)) throw error;
      this.#refuse(line, describeBadLine(text, error));
    }
  }
}

const findHash = (text: string): RequirementHash | undefined => {
  const [name = '', digest = ''] = text.toLowerCase().split(':', 2);
  if (name !== 'sha256' && name !== 'sha384' && name !== 'sha512') return undefined;
  if (digest.length !== digestLengths[name] || !/^[0-9a-f]+$/.test(digest)) return undefined;
  return { algorithm: name, digest };
};

const describeBadLine = (text: string, error: PackagingError): string => {
  if (/^(?:[a-z][a-z0-9+.-]*:\/\/|git\+)/i.test(text)) {
    return 'a bare URL has no name; write "name @ URL"';
  }
  if (/^\.{0,2}\//.test(text) || /\.(?:whl|tar\.gz|zip)$/.test(text)) {
    return 'a path exists on one machine only; hand the file in as an input';
  }
  // The error quotes a piece of the line, which could end inside a password.
  if (hideSecrets(text) !== text)
    return 'it cannot be read as a requirement; check what stands around its URL';
  return error.message.replace(/\.$/, '');
};

/** User name and password of URLs never go into a message. */
const hideSecrets = (text: string): string => text.replaceAll(/:\/\/[^\s/@]*@/g, '://***@');

/**
 * Reads a requirements or constraints file in pip's format. It reads no other file: `-r` and `-c` are problems that
 * say so. Never throws for what stands in the text: every bad line is in `problems`, all at once.
 */
export const parseRequirementsFile = (text: string, fileName: string): RequirementsFile => {
  const reader = new RequirementsReader(fileName);
  for (const line of readLogicalLines(text)) reader.read(line);
  const { entries, noBinary, allowsPrereleases, notes, problems } = reader;
  return { fileName, entries, noBinary, allowsPrereleases, notes, problems };
};

/** One sentence for people: where, what stands there, and what to do. */
export const formatRequirementsProblem = (problem: RequirementsProblem): string =>
  `${problem.fileName}:${problem.line}: ${quoteForError(problem.text)}: ${problem.detail}.`;
