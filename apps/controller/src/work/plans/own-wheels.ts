import { Injectable } from '@nestjs/common';
import type { TargetEnvironment } from '@ironwheel/packaging';
import type { OwnArtifact, OwnWheelSource } from '@ironwheel/resolver';
import { ArtifactsRepository, type ArtifactRow } from '../artifacts/index.ts';

type Target = Pick<TargetEnvironment, 'pythonTag' | 'platformTag'>;

/**
 * The wheels that our index shows under a target. The resolver takes those whose tags fit, and a yanked one only where
 * its version is named exactly (PEP 592).
 */
@Injectable()
export class OwnWheels {
  constructor(private readonly artifacts: ArtifactsRepository) {}

  /**
   * For one plan: a project is asked for once. What is asked for while the database answers is its next question: one
   * connection, however many projects come up at a time.
   */
  forTarget(target: Target): OwnWheelSource {
    const known = new Map<string, Promise<readonly OwnArtifact[]>>();
    let batch: { names: string[]; answer: Promise<Map<string, OwnArtifact[]>> } | null = null;
    let before: Promise<unknown> = new Promise((resolve) => setImmediate(resolve));
    const ask = (name: string): Promise<Map<string, OwnArtifact[]>> => {
      if (batch === null) {
        const names: string[] = [];
        const answer = before.then(() => {
          batch = null;
          return this.#list(names, target);
        });
        batch = { names, answer };
        before = answer.catch(() => undefined);
      }
      batch.names.push(name);
      return batch.answer;
    };
    return {
      list: (name) => {
        const answer = known.get(name) ?? ask(name).then((byProject) => byProject.get(name) ?? []);
        known.set(name, answer);
        return answer;
      },
    };
  }

  async #list(names: readonly string[], target: Target): Promise<Map<string, OwnArtifact[]>> {
    const rows = await this.artifacts.listServed({ names });
    // A file that was both handed in and built, to the same bytes, is our own.
    const byFile = new Map<string, ArtifactRow>();
    for (const row of rows.filter((each) => isShownUnder(each, target))) {
      if (row.attempt_id !== null || !byFile.has(row.filename)) byFile.set(row.filename, row);
    }
    const byProject = new Map<string, OwnArtifact[]>();
    for (const row of byFile.values()) {
      const list = byProject.get(row.name) ?? [];
      byProject.set(row.name, [...list, toOwnArtifact(row)]);
    }
    return byProject;
  }
}

const toOwnArtifact = (row: ArtifactRow): OwnArtifact => ({
  origin: row.attempt_id === null ? 'input' : 'own',
  filename: row.filename,
  sha256: row.sha256,
  size: row.size,
  requires_python: row.requires_python,
  yanked: row.yanked_at === null ? false : (row.yank_reason ?? ''),
});

/**
 * A wheel with nothing but plain `linux_*` tags says nothing of the C library that it needs: it serves the target that
 * it was made for and no other, as on the index's pages.
 */
function isShownUnder(row: ArtifactRow, target: Target): boolean {
  const isPortable = row.tags.some((tag) => !/-linux_[a-z0-9_]+$/.test(tag));
  return isPortable || (row.python_tag === target.pythonTag && row.platform_tag === target.platformTag);
}
