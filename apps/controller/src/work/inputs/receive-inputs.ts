import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { LoadedConfig } from '@ironwheel/config';
import type { InputKind, InputView } from '@ironwheel/contracts';
import { InputInvalidError, linkFiles, type FileReference } from '@ironwheel/resolver';
import type { StoredArtifact } from '@ironwheel/plugin-kit';
import type { FastifyRequest } from 'fastify';
import { AppError, Database, DataDirectory, newId, type Actor } from '../../platform/index.ts';
import { ArtifactBytes, ArtifactsService } from '../artifacts/index.ts';
import { checkInput } from './check-input.ts';
import { findProjectName } from './find-project-name.ts';
import { toInputView } from './input.view.ts';
import { inputsSection } from './inputs.section.ts';
import { InputsRepository } from './inputs.repository.ts';
import { spoolUpload, type SpooledFile } from './spool-upload.ts';

/** Problems that one answer lists. */
const maxIssues = 100;
/** A lock names all its problems in one. */
const longestMessage = 4000;

/** Takes the files of one call: all of them, or none. */
@Injectable()
export class ReceiveInputs implements OnModuleInit {
  readonly #settings;
  readonly #directory: string;

  constructor(
    private readonly database: Database,
    private readonly inputs: InputsRepository,
    private readonly bytes: ArtifactBytes,
    private readonly artifacts: ArtifactsService,
    dataDirectory: DataDirectory,
    config: LoadedConfig,
  ) {
    this.#settings = config.get(inputsSection);
    this.#directory = join(dataDirectory.path, 'incoming');
  }

  /** What a killed controller left behind. The data directory is this process's alone. */
  async onModuleInit(): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** Throws INPUT_INVALID with an issue for each problem of each file, and what `spoolUpload` throws. */
  receive(request: FastifyRequest, actor: Actor): Promise<{ items: InputView[] }> {
    const limits = {
      maxFiles: this.#settings.INPUT_MAX_FILES,
      maxFileBytes: Math.max(this.#settings.INPUT_MAX_BYTES, this.#settings.INPUT_TEXT_MAX_BYTES),
    };
    return spoolUpload(request, this.#directory, limits, async (files) => {
      const kinds = await this.#check(files);
      return { items: await this.#keep(files, kinds, actor) };
    });
  }

  async #check(files: readonly SpooledFile[]): Promise<InputKind[]> {
    const kinds: InputKind[] = [];
    const issues: { path: string; message: string }[] = [];
    const references: (FileReference & { from: string })[] = [];
    for (const file of files) {
      try {
        const checked = await checkInput(file, {
          maxTextBytes: this.#settings.INPUT_TEXT_MAX_BYTES,
          maxUnpackedBytes: this.#settings.INPUT_UNPACKED_MAX_BYTES,
        });
        kinds.push(checked.kind);
        references.push(...checked.references.map((one) => ({ ...one, from: file.filename })));
      } catch (error) {
        if (!(error instanceof InputInvalidError)) throw error;
        issues.push(...error.problems.map((message) => ({ path: file.filename, message })));
      }
    }
    const linked = linkFiles(
      references,
      files.map(({ filename }) => filename),
    );
    issues.push(...linked.problems.map(({ filename, message }) => ({ path: filename, message })));
    if (issues.length > 0) throw toInputInvalid(issues);
    return kinds;
  }

  /** The bytes first: a row never points to bytes that are not there. */
  async #keep(
    files: readonly SpooledFile[],
    kinds: readonly InputKind[],
    actor: Actor,
  ): Promise<InputView[]> {
    const stored: StoredArtifact[] = [];
    try {
      for (const file of files) {
        const maxBytes = this.#settings.INPUT_MAX_BYTES;
        stored.push(await this.bytes.put(createReadStream(file.path), { maxBytes }));
      }
      return await this.#insert(files, kinds, stored, actor);
    } catch (error) {
      for (const [index, { sha256, existed }] of stored.entries()) {
        const name = findProjectName(files[index]?.filename ?? '') ?? '';
        if (!existed) await this.artifacts.deleteUnused(sha256, name, true);
      }
      throw error;
    }
  }

  async #insert(
    files: readonly SpooledFile[],
    kinds: readonly InputKind[],
    stored: readonly StoredArtifact[],
    actor: Actor,
  ): Promise<InputView[]> {
    const rows = await this.database.transaction((tx) =>
      this.inputs.insert(
        tx,
        files.map((file, index) => ({
          id: newId('input'),
          kind: kinds[index] ?? 'requirements',
          filename: file.filename,
          sha256: stored[index]?.sha256 ?? '',
          size: stored[index]?.size ?? 0,
          created_by: actor.name,
        })),
      ),
    );
    return rows.map(toInputView);
  }
}

/** One sentence about the first problem, and every problem as an issue. */
export function toInputInvalid(issues: readonly { path: string; message: string }[]): AppError {
  const [first] = issues;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more problems, see issues)` : '';
  return new AppError('INPUT_INVALID', `${first?.message ?? 'The input is not valid.'}${more}`, {
    issues: issues
      .slice(0, maxIssues)
      .map(({ path, message }) => ({ path, message: message.slice(0, longestMessage) })),
  });
}
