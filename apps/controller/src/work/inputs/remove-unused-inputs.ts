import { Injectable } from '@nestjs/common';
import { ArtifactsService } from '../artifacts/index.ts';
import { findProjectName } from './find-project-name.ts';
import { InputsRepository } from './inputs.repository.ts';

const batch = 200;

/** Removes inputs that were handed in and never used by a run. */
@Injectable()
export class RemoveUnusedInputs {
  constructor(
    private readonly inputs: InputsRepository,
    private readonly artifacts: ArtifactsService,
  ) {}

  /** What would go at an age of `ageS` seconds. */
  preview(ageS: number): Promise<{ count: number; bytes: number }> {
    return this.inputs.countUnused(ageS);
  }

  /** Rows first, bytes after them. */
  async removeSome(ageS: number): Promise<{ count: number; bytes: number }> {
    const removed = await this.inputs.deleteUnused(ageS, batch);
    let bytes = 0;
    for (const { sha256, filename, size } of removed)
      if (await this.artifacts.deleteUnused(sha256, findProjectName(filename) ?? '', false)) bytes += size;
    return { count: removed.length, bytes };
  }
}
