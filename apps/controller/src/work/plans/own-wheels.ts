import { Injectable } from '@nestjs/common';
import type { TargetEnvironment } from '@ironwheel/packaging';
import type { OwnArtifact } from '@ironwheel/resolver';
import { ArtifactsRepository, type ArtifactRow } from '../artifacts/index.ts';
import { findProjectName } from '../inputs/index.ts';
import type { GatheredInputs } from './gather-inputs.ts';

type Target = Pick<TargetEnvironment, 'pythonTag' | 'platformTag'>;

/**
 * The wheels that our index shows under a target, of the projects that a plan is about. The resolver takes those whose
 * tags fit, and a yanked one only where its version is named exactly (PEP 592).
 */
@Injectable()
export class OwnWheels {
  constructor(private readonly artifacts: ArtifactsRepository) {}

  async list(
    inputs: Pick<GatheredInputs, 'requirements' | 'sourceFiles'>,
    target: Target,
  ): Promise<OwnArtifact[]> {
    const names = new Set([
      ...inputs.requirements.map(({ requirement }) => requirement.normalizedName),
      ...inputs.sourceFiles.flatMap(({ filename }) => {
        const name = findProjectName(filename);
        return name === undefined ? [] : [name];
      }),
    ]);
    if (names.size === 0) return [];
    const rows = await this.artifacts.listServed({ names: [...names] });
    const shown = rows.filter((row) => isShownUnder(row, target));
    // A file that was both handed in and built, to the same bytes, is our own.
    const byName = new Map<string, ArtifactRow>();
    for (const row of shown) {
      if (row.attempt_id !== null || !byName.has(row.filename)) byName.set(row.filename, row);
    }
    return [...byName.values()].map((row) => ({
      origin: row.attempt_id === null ? 'input' : 'own',
      filename: row.filename,
      sha256: row.sha256,
      size: row.size,
      requires_python: row.requires_python,
      yanked: row.yanked_at === null ? false : (row.yank_reason ?? ''),
    }));
  }
}

/**
 * A wheel with nothing but plain `linux_*` tags says nothing of the C library that it needs: it serves the target that
 * it was made for and no other, as on the index's pages.
 */
function isShownUnder(row: ArtifactRow, target: Target): boolean {
  const isPortable = row.tags.some((tag) => !/-linux_[a-z0-9_]+$/.test(tag));
  return isPortable || (row.python_tag === target.pythonTag && row.platform_tag === target.platformTag);
}
