import { isWheelCompatible, normalizeName, parseWheelFileName } from '@ironwheel/packaging';
import type { IndexFile } from '@ironwheel/resolver';
import { Injectable } from '@nestjs/common';
import { AppError } from '../platform/index.ts';
import type { IndexTarget } from './index-target.ts';
import { PackageIndexRepository, type ServedFile } from './package-index.repository.ts';
import type { ProjectPage } from './project-page.ts';
import { UpstreamIndex } from './upstream-index.ts';

/** Puts a project's page together: our files, those of the upstream, or both, by the project's origin. */
@Injectable()
export class PackageIndexService {
  constructor(
    private readonly repository: PackageIndexRepository,
    private readonly upstream: UpstreamIndex,
  ) {}

  listNames(): Promise<string[]> {
    return this.repository.listOwnNames();
  }

  /** Throws INDEX_PROJECT_NOT_FOUND and INDEX_UPSTREAM_UNREACHABLE. `target` null: the index for everyone. */
  async page(name: string, target: IndexTarget | null): Promise<ProjectPage> {
    const normalized = normalizeName(name);
    const origin = await this.repository.findOrigin(normalized);
    const own = origin === 'own' || origin === 'both' ? await this.#ownFiles(normalized, target) : null;
    // Only a name that nobody ever built here, or that an administrator opened, is asked for upstream.
    const theirs = origin === 'own' ? null : await this.upstream.find(normalized);
    if (own === null && theirs === null) {
      throw new AppError('INDEX_PROJECT_NOT_FOUND', `The index has no project ${normalized}.`);
    }
    const names = new Set(own?.map((file) => file.filename));
    const further = (theirs ?? []).filter((file) => !names.has(file.filename));
    return { name: normalized, files: [...(own ?? []), ...further] };
  }

  async #ownFiles(name: string, target: IndexTarget | null): Promise<IndexFile[]> {
    const rows = await this.repository.listServed(name);
    return rows.filter((row) => isServedUnder(row, target)).map(toIndexFile);
  }
}

/** Plain `linux_*` wheels run where they were built and promise nothing for elsewhere. */
function isServedUnder(row: ServedFile, target: IndexTarget | null): boolean {
  const wheel = parseWheelFileName(row.filename);
  const isPlainLinux = wheel.tags.some((tag) => tag.platform.startsWith('linux_'));
  if (target === null) return !isPlainLinux;
  if (isPlainLinux && (row.python_tag !== target.pythonTag || row.platform_tag !== target.platformTag))
    return false;
  return isWheelCompatible(wheel, target.environment);
}

const toIndexFile = (row: ServedFile): IndexFile => ({
  filename: row.filename,
  url: `/files/${row.sha256}/${encodeURIComponent(row.filename)}`,
  hashes: { sha256: row.sha256 },
  requiresPython: row.requires_python,
  yanked: row.yanked_at === null ? false : (row.yank_reason ?? ''),
  size: row.size,
  uploadTime: row.accepted_at.toISOString(),
  metadata: { sha256: row.metadata_sha256 },
});
