import { Injectable } from '@nestjs/common';
import type { ListedArtifact } from '@ironwheel/plugin-kit';
import { ArtifactBytes } from './artifact-bytes.ts';
import { ArtifactsRepository } from './artifacts.repository.ts';

const perQuestion = 500;

/** Bytes of the artifact store that no row stands for: what a crash between the bytes and their row leaves. */
@Injectable()
export class FindOrphans {
  constructor(
    private readonly bytes: ArtifactBytes,
    private readonly artifacts: ArtifactsRepository,
  ) {}

  /** Those that were put before `storedBefore`; younger ones may be about to get their row. */
  async *list(storedBefore: Date): AsyncGenerator<ListedArtifact> {
    let old: ListedArtifact[] = [];
    for await (const stored of this.bytes.list()) {
      if (stored.storedAt >= storedBefore) continue;
      old.push(stored);
      if (old.length < perQuestion) continue;
      yield* await this.#unused(old);
      old = [];
    }
    yield* await this.#unused(old);
  }

  /** Deletes one, unless a row has come for it meanwhile. */
  async remove(orphan: ListedArtifact): Promise<boolean> {
    return (await this.#unused([orphan])).length > 0 && this.bytes.deleteOld(orphan.sha256);
  }

  async #unused(stored: readonly ListedArtifact[]): Promise<ListedArtifact[]> {
    if (stored.length === 0) return [];
    const unused = new Set(await this.artifacts.listUnused(stored.map(({ sha256 }) => sha256)));
    return stored.filter(({ sha256 }) => unused.has(sha256));
  }
}
