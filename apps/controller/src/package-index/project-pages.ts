import {
  compareVersions,
  findVersion,
  findWheelFileName,
  findWheelRank,
  isWheelCompatible,
  type TargetEnvironment,
} from '@ironwheel/packaging';
import type { IndexFile } from '@ironwheel/resolver';
import { Injectable } from '@nestjs/common';
import { AppError } from '../platform/index.ts';
import { ProjectsRepository, toFilePath, type ProjectOrigin } from '../work/artifacts/index.ts';
import { findFileVersion, type ProjectPage } from './index-page.ts';
import { OwnFilesRepository, type OwnFileRow } from './own-files.repository.ts';
import { UpstreamIndex } from './upstream-index.ts';

/**
 * What a project's page holds. A name of ours is never answered by upstream: not while we have wheels of it, not while
 * there is nothing but a job for it, and not when upstream has more; only an administrator's word (`upstream`,
 * `both`) opens it. Otherwise a stranger could publish under our name and be installed.
 */
@Injectable()
export class ProjectPages {
  constructor(
    private readonly ownFiles: OwnFilesRepository,
    private readonly projects: ProjectsRepository,
    private readonly upstream: UpstreamIndex,
  ) {}

  listNames(target: TargetEnvironment | null): Promise<string[]> {
    return this.ownFiles.listNames(target);
  }

  /** `name` is normalized. Throws INDEX_PROJECT_NOT_FOUND or INDEX_UPSTREAM_UNREACHABLE. */
  async get(name: string, target: TargetEnvironment | null): Promise<ProjectPage> {
    const origin = await this.#originOf(name);
    const own = origin === 'upstream' ? [] : await this.#listOwn(name, target);
    const upstream = origin === 'own' ? null : await this.#listUpstream(name, target);
    if (own.length === 0 && upstream === null) throw notFound(name, origin, target);
    const ownNames = new Set(own.map((file) => file.filename));
    const others = (upstream ?? []).filter((file) => !ownNames.has(file.filename));
    return { name, files: [...own, ...others] };
  }

  async #originOf(name: string): Promise<ProjectOrigin> {
    const project = await this.projects.find(name);
    if (project !== null) return project.origin;
    return (await this.projects.hasJob(name)) ? 'own' : 'upstream';
  }

  async #listOwn(name: string, target: TargetEnvironment | null): Promise<IndexFile[]> {
    const rows = await this.ownFiles.listFiles(name, target);
    const toRoot = target === null ? '../..' : '../../../..';
    return sortFiles(
      rows.map((row) => toIndexFile(row, toRoot)),
      target,
    );
  }

  async #listUpstream(name: string, target: TargetEnvironment | null): Promise<IndexFile[] | null> {
    const answer = await this.upstream.find(name);
    if (answer?.found !== true) return null;
    if (target === null) return [...answer.files];
    return answer.files.filter((file) => {
      const wheel = findWheelFileName(file.filename);
      return wheel === undefined || isWheelCompatible(wheel, target);
    });
  }
}

const toIndexFile = (row: OwnFileRow, toRoot: string): IndexFile => ({
  filename: row.filename,
  url: toRoot + toFilePath(row),
  hashes: { sha256: row.sha256 },
  requiresPython: row.requires_python,
  yanked: row.yanked_at === null ? false : (row.yank_reason ?? ''),
  size: row.size,
  uploadTime: row.accepted_at.toISOString(),
  metadata: { sha256: row.metadata_sha256 },
});

/** Oldest version first; within one, under a target, the wheel that fits best. */
function sortFiles(files: readonly IndexFile[], target: TargetEnvironment | null): IndexFile[] {
  const keyed = files.map((file) => {
    const wheel = findWheelFileName(file.filename);
    const rank = wheel === undefined || target === null ? 0 : (findWheelRank(wheel, target) ?? Infinity);
    return { file, rank, version: findVersion(findFileVersion(file.filename) ?? '') };
  });
  keyed.sort((left, right) => {
    const byVersion =
      left.version === undefined || right.version === undefined
        ? 0
        : compareVersions(left.version, right.version);
    return byVersion || left.rank - right.rank || (left.file.filename < right.file.filename ? -1 : 1);
  });
  return keyed.map(({ file }) => file);
}

function notFound(name: string, origin: ProjectOrigin, target: TargetEnvironment | null): AppError {
  if (origin !== 'own')
    return new AppError('INDEX_PROJECT_NOT_FOUND', `There is no project ${name} on this index.`);
  const hint =
    target === null
      ? 'its wheels may be for single targets only: ask /index/<interpreter>-<platform>/simple/'
      : 'no wheel of it fits this target';
  return new AppError(
    'INDEX_PROJECT_NOT_FOUND',
    `${name} is built here and nothing of it is served: ${hint}.`,
  );
}
