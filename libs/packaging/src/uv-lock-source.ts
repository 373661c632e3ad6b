import { checkWheel, parseDigest, parseUrl, readLockFile, toFileName } from './lock-file.ts';
import { type LockFile, type LockSource } from './lock-selection.ts';
import { quoteForError } from './packaging-error.ts';
import { type TableReader } from './table-reader.ts';
import { type Version } from './version.ts';

/** How uv.lock spells where a package comes from. */
export const uvSourceKinds = ['registry', 'git', 'url', 'path', 'directory', 'editable', 'virtual'] as const;
export type UvSourceKind = (typeof uvSourceKinds)[number];

export interface UvSource {
  readonly kind: UvSourceKind;
  /** The URL or path as written. */
  readonly location: string;
  readonly place: LockSource;
}

/** `https://host/repo?subdirectory=a&rev=main#COMMIT` */
const readGit = (table: TableReader, location: string): LockSource | undefined => {
  if (!/^(?:https?|ssh|git|file):\/\/[!-~]+$/i.test(location) || !URL.canParse(location)) {
    table.addProblem('git', 'must be an absolute https, ssh or git URL');
    return undefined;
  }
  const url = new URL(location);
  const commit = url.hash.slice(1).toLowerCase();
  const subdirectory = url.searchParams.get('subdirectory');
  if (!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(commit)) {
    table.addProblem('git', 'must end in "#" and a whole commit of 40 or 64 hexadecimal digits');
    return undefined;
  }
  if (subdirectory !== null && (/^[/\\]/.test(subdirectory) || subdirectory.split(/[/\\]/).includes('..'))) {
    table.addProblem('git', `has a subdirectory outside the source tree: ${quoteForError(subdirectory)}`);
    return undefined;
  }
  url.hash = '';
  url.search = '';
  return { kind: 'git', url: url.href, commit, subdirectory };
};

const readPlace = (table: TableReader, kind: UvSourceKind, location: string): LockSource | undefined => {
  if (kind === 'git') return readGit(table, location);
  if (kind === 'url') {
    const url = table.parsed('url', parseUrl);
    const subdirectory = table.string('subdirectory') ?? null;
    return url === undefined ? undefined : { kind: 'url', url, subdirectory };
  }
  if (kind !== 'registry') return { kind: 'path', path: location };
  // A registry may be a folder of files on the machine where the lock was made.
  return { kind: 'index', url: /^https?:\/\//i.test(location) ? location : null };
};

/** Reads a `source` table. A problem makes it undefined. */
export const readUvSource = (table: TableReader): UvSource | undefined => {
  const [kind, second] = uvSourceKinds.filter((key) => table.has(key));
  if (kind === undefined || second !== undefined) {
    table.report.add(`${table.path} must have one of ${uvSourceKinds.join(', ')}.`);
    return undefined;
  }
  const location = table.string(kind);
  const place = location === undefined ? undefined : readPlace(table, kind, location);
  return location === undefined || place === undefined ? undefined : { kind, location, place };
};

const readHashes = (table: TableReader): Record<string, string> => {
  const digest = table.parsed('hash', (text) => {
    const [algorithm = '', value = ''] = text.split(':', 2);
    return parseDigest(algorithm, value);
  });
  return digest === undefined ? {} : Object.fromEntries([digest]);
};

const readFile = (table: TableReader, kind: LockFile['kind'], { place }: UvSource): LockFile | undefined => {
  const hashes = readHashes(table);
  const isStated = table.has('url') || table.has('path') || table.has('filename');
  if (isStated) return readLockFile(table, { kind, name: table.string('filename'), hashes });
  // A file that is the source itself is described without its place.
  const url = place.kind === 'url' ? place.url : null;
  const path = place.kind === 'path' ? place.path : null;
  const filename = toFileName(path ?? url ?? '');
  if (filename === '') {
    table.report.add(`${table.path} needs a url, a path or a filename.`);
    return undefined;
  }
  const size = table.count('size') ?? null;
  return { kind, filename, url, path, hashes, size, uploadTime: table.time('upload-time') ?? null };
};

/** The sdist and the wheels of a package entry. */
export const readUvFiles = (
  table: TableReader,
  source: UvSource,
  name: string,
  version: Version | undefined,
): LockFile[] => {
  const files: LockFile[] = [];
  const sdist = table.table('sdist');
  const sdistKind = source.kind === 'registry' ? 'sdist' : 'archive';
  const sdistFile = sdist === undefined ? undefined : readFile(sdist, sdistKind, source);
  if (sdistFile !== undefined) files.push(sdistFile);
  for (const wheel of table.tables('wheels')) {
    const file = readFile(wheel, 'wheel', source);
    if (file === undefined) continue;
    checkWheel(wheel, file, name, version);
    files.push(source.kind === 'url' && file.url === null ? { ...file, url: source.location } : file);
  }
  return files;
};
