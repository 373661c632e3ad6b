import { compareVersions, findVersion } from '@ironwheel/packaging';
import type { IndexFile } from '@ironwheel/resolver';
import { findFileVersion, type ProjectPage } from './index-page.ts';

/** PEP 691 with PEP 592, 658, 714 and the fields of PEP 700 where they are known. */
function writeFile(file: IndexFile) {
  const metadata =
    file.metadata === null ? false : file.metadata.sha256 === null ? true : { sha256: file.metadata.sha256 };
  return {
    filename: file.filename,
    url: file.url,
    hashes: file.hashes,
    ...(file.requiresPython === null ? {} : { 'requires-python': file.requiresPython }),
    ...(file.size === null ? {} : { size: file.size }),
    ...(file.uploadTime === null ? {} : { 'upload-time': file.uploadTime }),
    yanked: file.yanked === '' ? true : file.yanked,
    // Under its new name only (PEP 714): pip before 23.2 breaks off at the old one when it is a table of hashes.
    'core-metadata': metadata,
  };
}

function listVersions(files: readonly IndexFile[]): string[] {
  const versions = new Map<string, NonNullable<ReturnType<typeof findVersion>>>();
  for (const { filename } of files) {
    const version = findVersion(findFileVersion(filename) ?? '');
    if (version !== undefined) versions.set(version.text, version);
  }
  return [...versions.values()].sort(compareVersions).map((version) => version.text);
}

/** Version 1.1 (PEP 700) promises a size of every file; an upstream that states none makes it a page of 1.0. */
export function writeProjectJson({ name, files }: ProjectPage): string {
  const isComplete = files.every((file) => file.size !== null);
  return JSON.stringify({
    meta: { 'api-version': isComplete ? '1.1' : '1.0' },
    name,
    ...(isComplete ? { versions: listVersions(files) } : {}),
    files: files.map(writeFile),
  });
}

export const writeRootJson = (names: readonly string[]): string =>
  JSON.stringify({ meta: { 'api-version': '1.1' }, projects: names.map((name) => ({ name })) });
