import { Injectable } from '@nestjs/common';
import type { OwnArtifact } from '@ironwheel/resolver';
import { ArtifactsRepository } from '../artifacts/index.ts';
import { findProjectName } from '../inputs/index.ts';
import type { GatheredInputs } from './gather-inputs.ts';

/** The wheels that our index serves of the projects that a plan is about; the resolver takes those that fit. */
@Injectable()
export class OwnWheels {
  constructor(private readonly artifacts: ArtifactsRepository) {}

  async list(inputs: Pick<GatheredInputs, 'requirements' | 'sourceFiles'>): Promise<OwnArtifact[]> {
    const names = new Set([
      ...inputs.requirements.map(({ requirement }) => requirement.normalizedName),
      ...inputs.sourceFiles.flatMap(({ filename }) => {
        const name = findProjectName(filename);
        return name === undefined ? [] : [name];
      }),
    ]);
    if (names.size === 0) return [];
    const rows = await this.artifacts.listServed({ names: [...names] });
    return rows.map((row) => ({
      filename: row.filename,
      sha256: row.sha256,
      size: row.size,
      requires_python: row.requires_python,
      yanked: row.yanked_at === null ? false : (row.yank_reason ?? ''),
    }));
  }
}
