import { toFilePath } from './artifact.view.ts';
import type { ManifestEntry, ManifestRow } from './manifest.repository.ts';

export interface ManifestView {
  readonly run_id: string | null;
  readonly python_tag: string | null;
  readonly platform_tag: string | null;
  readonly entries: readonly ManifestEntry[];
}

/** An entry without the fields that are not known; a wheel of ours gets the URL under which it is served. */
export function toManifestEntry(row: ManifestRow, baseUrl: string): ManifestEntry {
  const { name, version, wheel, status, path, sha256, size } = row;
  const isOurs = path === null && row.url === null && sha256 !== null && status === 'built';
  const url = isOurs ? baseUrl + toFilePath({ sha256, filename: wheel }) : row.url;
  return {
    name,
    version,
    wheel,
    python_tag: row.python_tag ?? '',
    platform_tag: row.platform_tag ?? '',
    status,
    ...(path === null ? {} : { path }),
    ...(url === null ? {} : { url }),
    ...(sha256 === null ? {} : { sha256 }),
    ...(size === null ? {} : { size }),
  };
}
