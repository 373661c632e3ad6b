import type { ArtifactView } from '@ironwheel/contracts';
import type { ArtifactRow } from './artifact.row.ts';

/** Path of a file on the index. */
export const toFilePath = (file: Pick<ArtifactRow, 'sha256' | 'filename'>): string =>
  `/files/${file.sha256}/${encodeURIComponent(file.filename)}`;

/** `baseUrl` is the controller's public URL, without a trailing slash. */
export const toArtifactView = (row: ArtifactRow, baseUrl: string): ArtifactView => ({
  sha256: row.sha256,
  filename: row.filename,
  size: row.size,
  name: row.name,
  version: row.version,
  build_tag: row.build_tag,
  tags: row.tags,
  requires_python: row.requires_python,
  python_tag: row.python_tag,
  platform_tag: row.platform_tag,
  attempt_id: row.attempt_id,
  job_id: row.job_id,
  created_at: row.created_at.toISOString(),
  accepted_at: row.accepted_at?.toISOString() ?? null,
  yanked: row.yanked_at === null ? false : (row.yank_reason ?? ''),
  url: baseUrl + toFilePath(row),
});
