import { Injectable } from '@nestjs/common';
import type { ComputePlan } from '@ironwheel/contracts';
import {
  InputInvalidError,
  readRequirementLines,
  type RequestedRequirement,
  type SourceFile,
} from '@ironwheel/resolver';
import { AppError } from '../../platform/index.ts';
import { InputsRepository, InputsService, toInputInvalid, type InputRow } from '../inputs/index.ts';

/** What a plan is made from. */
export interface GatheredInputs {
  readonly inputIds: readonly string[];
  readonly requirements: readonly RequestedRequirement[];
  readonly constraints: readonly RequestedRequirement[];
  readonly sourceFiles: readonly SourceFile[];
  readonly noBinary: readonly string[];
  readonly allowsPrereleases: boolean;
}

/** Pending inputs that one plan takes at most; more are named by their ids. */
const maxInputs = 1000;

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
    const requirements: RequestedRequirement[] = [];
    const constraints: RequestedRequirement[] = [];
    const noBinary: string[] = [];
    const issues: { path: string; message: string }[] = [];
    let allowsPrereleases = false;

    const take = async (path: string, target: RequestedRequirement[], read: () => unknown): Promise<void> => {
      try {
        const found = (await read()) as Awaited<ReturnType<InputsService['readRequirements']>>;
        target.push(...found.requirements);
        noBinary.push(...found.noBinary);
        allowsPrereleases ||= found.allowsPrereleases;
      } catch (error) {
        if (!(error instanceof InputInvalidError)) throw error;
        issues.push(...error.problems.map((message) => ({ path, message })));
      }
    };
    for (const row of rows) {
      if (row.kind === 'wheel' || row.kind === 'sdist') continue;
      const target = row.kind === 'constraints' ? constraints : requirements;
      await take(row.filename, target, () => this.reader.readRequirements(row));
    }
    await take('requirements', requirements, () =>
      readRequirementLines(body.requirements ?? [], 'requirements'),
    );
    await take('constraints', constraints, () => readRequirementLines(body.constraints ?? [], 'constraints'));
    if (issues.length > 0) throw toInputInvalid(issues);
    return {
      inputIds: rows.map((row) => row.id),
      requirements,
      constraints,
      sourceFiles: rows
        .filter((row) => row.kind === 'wheel' || row.kind === 'sdist')
        .map(({ filename, sha256, size }) => ({ filename, sha256, size })),
      noBinary: [...noBinary, ...(body.no_binary ?? [])],
      allowsPrereleases,
    };
  }

  async #listRows(body: ComputePlan): Promise<InputRow[]> {
    if (body.input_ids === undefined) {
      return body.requirements === undefined ? this.inputs.listPending(maxInputs) : [];
    }
    const ids = [...new Set(body.input_ids)];
    const rows = await this.inputs.listByIds(ids);
    const missing = ids.filter((id) => !rows.some((row) => row.id === id));
    if (missing.length > 0) throw inputsNotFound(missing);
    return rows;
  }
}

export const inputsNotFound = (ids: readonly string[]): AppError =>
  new AppError(
    'INPUT_NOT_FOUND',
    `There is no input ${ids[0] ?? ''}${ids.length > 1 ? `, nor ${ids.length - 1} others of the list` : ''}.`,
  );
