import { Injectable } from '@nestjs/common';
import type { ComputePlan } from '@ironwheel/contracts';
import {
  InputInvalidError,
  linkFiles,
  readRequirementLines,
  readText,
  type ProjectOptions,
  type RequestedRequirement,
  type RequirementsInput,
  type SourceFile,
} from '@ironwheel/resolver';
import { AppError } from '../../platform/index.ts';
import { InputsRepository, InputsService, toInputInvalid, type InputRow } from '../inputs/index.ts';
import type { HandedInLock } from './select-locks.ts';

/** What a plan is made from. */
export interface GatheredInputs {
  readonly inputIds: readonly string[];
  readonly requirements: readonly RequestedRequirement[];
  readonly constraints: readonly RequestedRequirement[];
  /** Parsed once the target is known. */
  readonly locks: readonly HandedInLock[];
  readonly sourceFiles: readonly SourceFile[];
  readonly noBinary: readonly string[];
  readonly allowsPrereleases: boolean;
}

interface Issue {
  readonly path: string;
  readonly message: string;
}

/** Pending inputs that one plan takes at most; more are named by their ids. */
const maxInputs = 10_000;

/** What was read so far, and what was wrong with it. */
class Gathering {
  readonly requirements: RequestedRequirement[] = [];
  readonly constraints: RequestedRequirement[] = [];
  readonly locks: HandedInLock[] = [];
  readonly noBinary: string[] = [];
  readonly issues: Issue[] = [];
  allowsPrereleases = false;
  readonly #files: {
    readonly filename: string;
    readonly found: RequirementsInput;
    readonly isConstraints: boolean;
  }[] = [];

  /** Every problem of every input is told at once. */
  async attempt(path: string, read: () => Promise<void> | void): Promise<void> {
    try {
      await read();
    } catch (error) {
      if (!(error instanceof InputInvalidError)) throw error;
      this.issues.push(...error.problems.map((message) => ({ path, message })));
    }
  }

  /** A requirements file is of one sort or the other once all of them are known. */
  keep(filename: string, found: RequirementsInput, isConstraints: boolean): void {
    this.#files.push({ filename, found, isConstraints });
  }

  /** Follows the `-r` and `-c` lines. */
  link(filenames: readonly string[]): void {
    const references = this.#files.flatMap(({ filename, found, isConstraints }) =>
      found.references.map((reference) => ({
        ...reference,
        kind: isConstraints ? ('constraints' as const) : reference.kind,
        from: filename,
      })),
    );
    const { constraints, problems } = linkFiles(references, filenames);
    this.issues.push(...problems.map(({ filename, message }) => ({ path: filename, message })));
    for (const { filename, found, isConstraints } of this.#files) {
      this.take(found, isConstraints || constraints.has(filename) ? this.constraints : this.requirements);
    }
  }

  take(found: RequirementsInput, target: RequestedRequirement[]): void {
    // No spread: a file may have more lines than a call may have arguments.
    for (const requirement of found.requirements) target.push(requirement);
    for (const name of found.noBinary) this.noBinary.push(name);
    this.allowsPrereleases ||= found.allowsPrereleases;
  }
}

/** Reads the inputs that a call names, or every pending one when it names nothing at all. */
@Injectable()
export class GatherInputs {
  constructor(
    private readonly inputs: InputsRepository,
    private readonly reader: InputsService,
  ) {}

  /** Throws INPUT_NOT_FOUND, and INPUT_INVALID with an issue for each bad line. */
  async gather(body: ComputePlan): Promise<GatheredInputs> {
    const rows = await this.#listRows(body);
    const gathering = new Gathering();
    for (const row of rows) {
      if (row.kind === 'wheel' || row.kind === 'sdist') continue;
      await gathering.attempt(row.filename, () => this.#read(row, toOptions(body), gathering));
    }
    gathering.link(rows.map(({ filename }) => filename));
    await gathering.attempt('requirements', () =>
      gathering.take(readRequirementLines(body.requirements ?? [], 'requirements'), gathering.requirements),
    );
    await gathering.attempt('constraints', () =>
      gathering.take(readRequirementLines(body.constraints ?? [], 'constraints'), gathering.constraints),
    );
    gathering.issues.push(...findIdleChoices(body, rows));
    if (gathering.issues.length > 0) throw toInputInvalid(gathering.issues);
    const { requirements, constraints, locks, noBinary, allowsPrereleases } = gathering;
    return {
      inputIds: rows.map((row) => row.id),
      requirements,
      constraints,
      locks,
      sourceFiles: rows
        .filter((row) => row.kind === 'wheel' || row.kind === 'sdist')
        .map(({ filename, sha256, size }) => ({ filename, sha256, size })),
      noBinary: [...noBinary, ...(body.no_binary ?? [])],
      allowsPrereleases,
    };
  }

  async #read(row: InputRow, options: ProjectOptions, gathering: Gathering): Promise<void> {
    const { kind, filename } = row;
    const text = await this.reader.readText(row);
    if (kind === 'pylock' || kind === 'uv_lock') {
      gathering.locks.push({ kind, filename, text });
      return;
    }
    const found = await readText('readInputRequirements', [kind, text, filename, options]);
    gathering.keep(filename, found, kind === 'constraints');
  }

  async #listRows(body: ComputePlan): Promise<InputRow[]> {
    if (body.input_ids === undefined) {
      return body.requirements === undefined ? this.inputs.listPending(maxInputs) : [];
    }
    const ids = [...new Set(body.input_ids)];
    const rows = await this.inputs.listByIds(ids);
    const found = new Set(rows.map((row) => row.id));
    const missing = ids.filter((id) => !found.has(id));
    if (missing.length > 0) throw inputsNotFound(missing);
    return rows;
  }
}

const toOptions = ({ extras, dependency_groups: groups }: ComputePlan): ProjectOptions => ({
  ...(extras === undefined ? {} : { extras }),
  ...(groups === undefined ? {} : { dependencyGroups: groups }),
});

/** Extras and groups that nothing could have are a mistake, and would be passed over without a word. */
function findIdleChoices(body: ComputePlan, rows: readonly InputRow[]): Issue[] {
  const hasChoice = rows.some(({ kind }) => kind === 'pylock' || kind === 'uv_lock' || kind === 'pyproject');
  if (hasChoice) return [];
  return (['extras', 'dependency_groups'] as const)
    .filter((path) => (body[path]?.length ?? 0) > 0)
    .map((path) => ({
      path,
      message: `${path} choose from lock files and pyproject.toml, and none was handed in; write extras of a requirement as name[extra].`,
    }));
}

export const inputsNotFound = (ids: readonly string[]): AppError =>
  new AppError(
    'INPUT_NOT_FOUND',
    `There is no input ${ids[0] ?? ''}${ids.length > 1 ? `, nor ${ids.length - 1} others of the list` : ''}.`,
  );
