import { Injectable } from '@nestjs/common';
import type { InputView } from '@ironwheel/contracts';
import { InputInvalidError } from '@ironwheel/resolver';
import { AppError, Database } from '../../platform/index.ts';
import { ArtifactBytes, ArtifactsService } from '../artifacts/index.ts';
import { decodeInput } from './check-input.ts';
import { findProjectName } from './find-project-name.ts';
import type { InputRow } from './input.row.ts';
import { toInputView } from './input.view.ts';
import { InputsRepository } from './inputs.repository.ts';

export interface DeletedInput {
  readonly dry_run: boolean;
  readonly input: InputView;
}

/** Lists, finds and deletes inputs, and reads those that are text. */
@Injectable()
export class InputsService {
  constructor(
    private readonly database: Database,
    private readonly inputs: InputsRepository,
    private readonly bytes: ArtifactBytes,
    private readonly artifacts: ArtifactsService,
  ) {}

  /** With `sha256` only inputs of those bytes. */
  async list(page: {
    limit: number;
    offset: number;
    sha256?: readonly string[] | undefined;
  }): Promise<{ items: InputView[] }> {
    return { items: (await this.inputs.list(page.limit, page.offset, page.sha256)).map(toInputView) };
  }

  async listPending(page: { limit: number; offset: number }): Promise<{ items: InputView[] }> {
    return { items: (await this.inputs.listPending(page.limit, page.offset)).map(toInputView) };
  }

  /** Throws INPUT_NOT_FOUND. */
  async get(id: string): Promise<InputView> {
    return toInputView(await this.#get(id));
  }

  /** The bytes go too, unless something else stands for them. Throws INPUT_NOT_FOUND, INPUT_IN_USE. */
  async delete(id: string, dryRun: boolean): Promise<DeletedInput> {
    const input = await this.#get(id);
    const isDeleted =
      input.run_id === null &&
      (dryRun || (await this.database.transaction((tx) => this.inputs.deletePending(tx, id))));
    if (!isDeleted) {
      // Between the two statements a run may have taken it, or somebody deleted it.
      const now = await this.#get(id);
      throw new AppError(
        'INPUT_IN_USE',
        `The input belongs to run ${now.run_id ?? 'of another call'}; it stays.`,
      );
    }
    if (!dryRun) await this.artifacts.deleteUnused(input.sha256, findProjectName(input.filename) ?? '', true);
    return { dry_run: dryRun, input: toInputView(input) };
  }

  /** A text input, decoded. Throws `InputInvalidError`. */
  async readText(input: InputRow): Promise<string> {
    const stream = await this.bytes.read(input.sha256);
    if (stream === null) {
      throw new InputInvalidError([
        `The bytes of ${input.filename} are no longer in the artifact store; hand it in again.`,
      ]);
    }
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    return decodeInput(Buffer.concat(chunks), input.filename);
  }

  async #get(id: string): Promise<InputRow> {
    const input = await this.inputs.find(id);
    if (input === undefined) throw new AppError('INPUT_NOT_FOUND', 'There is no input with this id.');
    return input;
  }
}
