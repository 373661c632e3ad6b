import { normalizeName } from '@ironwheel/packaging';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { AppError, Database } from '../../platform/index.ts';
import { ArtifactBytes } from './artifact-bytes.ts';
import type { ArtifactOrigin, ArtifactRow, InputArtifact } from './artifact.row.ts';
import { ArtifactsRepository } from './artifacts.repository.ts';
import { isWantedWheel, type WantedWheel } from './check-wheel-name.ts';
import { ProjectsRepository } from './projects.repository.ts';

@Injectable()
export class ArtifactsService {
  constructor(
    private readonly database: Database,
    private readonly artifacts: ArtifactsRepository,
    private readonly projects: ProjectsRepository,
    private readonly bytes: ArtifactBytes,
  ) {}

  /** What an attempt has uploaded so far. */
  findUploaded(tx: SqlExecutor, attemptId: string): Promise<ArtifactRow[]> {
    return this.artifacts.listByAttempt(tx, attemptId);
  }

  /** From here on the index serves what the attempt uploaded. Throws ARTIFACT_NAME_TAKEN. */
  accept(tx: SqlExecutor, attemptId: string): Promise<ArtifactRow[]> {
    return this.#accept(tx, { attemptId }, 'a rebuild carries a build tag of its own.');
  }

  /** From here on the index serves these wheels, to the byte as they were handed in. Throws ARTIFACT_NAME_TAKEN. */
  async acceptInputs(tx: SqlExecutor, wheels: readonly InputArtifact[]): Promise<void> {
    if (wheels.length === 0) return;
    await this.artifacts.saveInputs(tx, wheels);
    const inputIds = [...new Set(wheels.map(({ inputId }) => inputId))];
    await this.#accept(tx, { inputIds }, 'what was handed in under this name cannot be served beside them.');
  }

  /** The wheel of another build that is just the one this job was to bring, tags and build tag alike; null without one. */
  async findServedFor(tx: SqlExecutor, job: WantedWheel): Promise<ArtifactRow | null> {
    const rows = await this.artifacts.listBuilt(tx, job.name, job.version);
    return rows.find((row) => isWantedWheel(row.filename, job)) ?? null;
  }

  /** What the index serves, of the named projects (any spelling) or of all. */
  listServed(filter: { readonly names?: readonly string[] } = {}): Promise<ArtifactRow[]> {
    return this.artifacts.listServed(
      filter.names === undefined ? {} : { names: filter.names.map(normalizeName) },
    );
  }

  list(query: {
    readonly name?: string | undefined;
    readonly limit: number;
    readonly offset: number;
  }): Promise<{ rows: ArtifactRow[]; total: number }> {
    return this.artifacts.list({
      ...query,
      name: query.name === undefined ? null : normalizeName(query.name),
    });
  }

  /** Throws ARTIFACT_NOT_FOUND. */
  async get(sha256: string): Promise<ArtifactRow> {
    const row = await this.artifacts.find(sha256);
    if (row === null)
      throw new AppError('ARTIFACT_NOT_FOUND', `There is no artifact with the digest ${sha256}.`);
    return row;
  }

  /** PEP 592: installers take a yanked file only when exactly its version is asked for. Throws ARTIFACT_NOT_FOUND. */
  yank(sha256: string, reason: string): Promise<ArtifactRow> {
    return this.#setYanked(sha256, { reason });
  }

  unyank(sha256: string): Promise<ArtifactRow> {
    return this.#setYanked(sha256, null);
  }

  /** Deletes bytes that no row stands for; with `evenIfRecent` also those that came in once, a moment ago. */
  async deleteUnused(sha256: string, name: string, evenIfRecent: boolean): Promise<boolean> {
    if (this.bytes.countRecent(sha256) > (evenIfRecent ? 1 : 0)) return false;
    if (await this.artifacts.isUsed(sha256, name)) return false;
    return evenIfRecent ? this.bytes.delete(sha256) : this.bytes.deleteOld(sha256);
  }

  async #accept(tx: SqlExecutor, origin: ArtifactOrigin, advice: string): Promise<ArtifactRow[]> {
    const [taken] = await this.artifacts.bindNames(tx, origin);
    if (taken !== undefined) {
      throw new AppError(
        'ARTIFACT_NAME_TAKEN',
        `Other bytes are served as ${taken.filename} already; ${advice}`,
        { extra: { served_sha256: taken.served_sha256 } },
      );
    }
    const accepted = await this.artifacts.markAccepted(tx, origin);
    await this.projects.markOwn(tx, [...new Set(accepted.map((row) => row.name))]);
    return accepted;
  }

  async #setYanked(sha256: string, yank: { readonly reason: string } | null): Promise<ArtifactRow> {
    return this.database.transaction(async (tx) => {
      const [row] = await this.artifacts.setYanked(tx, sha256, yank);
      if (row === undefined) {
        throw new AppError('ARTIFACT_NOT_FOUND', `No artifact with the digest ${sha256} is served.`);
      }
      await this.projects.touch(tx, row.name);
      return row;
    });
  }
}
