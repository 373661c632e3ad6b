import { compareVersions } from './compare-versions.ts';
import { type LockFile } from './lock-selection.ts';
import { PackagingError, quoteForError } from './packaging-error.ts';
import { type TableReader } from './table-reader.ts';
import { type Version } from './version.ts';
import { findWheelFileName } from './wheel-file-name.ts';

const digestLengths: ReadonlyMap<string, number> = new Map([
  ['md5', 32],
  ['sha1', 40],
  ['sha224', 56],
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
]);
const longestDigest = 512;
const longestFileName = 255;

/** An algorithm and its digest, lower case. Throws `LOCK_INVALID`. */
export const parseDigest = (algorithm: string, digest: string): readonly [string, string] => {
  const name = algorithm.toLowerCase();
  const value = digest.toLowerCase();
  const length = digestLengths.get(name);
  const isDigest = /^[0-9a-f]+$/.test(value) && value.length <= longestDigest;
  if (/^[a-z][a-z0-9_-]{0,30}$/.test(name) && isDigest && (length ?? value.length) === value.length) {
    return [name, value];
  }
  throw new PackagingError(
    'LOCK_INVALID',
    `${quoteForError(`${algorithm}:${digest}`)} is not a hash; expected an algorithm and hexadecimal digits, such as sha256 and 64 of them.`,
  );
};

/** An absolute http(s) or file URL. Throws `LOCK_INVALID`. */
export const parseUrl = (text: string): string => {
  if (/^(?:https?|file):\/\/[!-~]+$/i.test(text) && URL.canParse(text)) return text;
  throw new PackagingError(
    'LOCK_INVALID',
    `${quoteForError(hideUser(text))} is not an absolute http(s) URL.`,
  );
};

/** User name and password of a URL never go into a message. */
const hideUser = (text: string): string => text.replace(/:\/\/[^/@]*@/, '://***@');

/** The last component of a URL or path, without query and fragment. */
export const toFileName = (location: string): string => {
  const isUrl = /^[a-z][a-z0-9+.-]+:\/\//i.test(location);
  const path = isUrl ? location.replace(/[?#].*$/s, '') : location;
  const last = path.split(isUrl ? '/' : /[/\\]/).at(-1) ?? '';
  if (!isUrl) return last;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
};

const isFileName = (text: string): boolean =>
  text.length <= longestFileName && /^[^/\\\p{Cc}]+$/u.test(text) && text !== '.' && text !== '..';

/** What every form of lock states of a file; `name` is what the lock says it is called. */
export interface FileParts {
  readonly kind: LockFile['kind'];
  readonly name: string | undefined;
  readonly hashes: Readonly<Record<string, string>>;
}

/** Reads `url`, `path`, `size` and `upload-time` of a file's table. A problem makes it undefined. */
export const readLockFile = (table: TableReader, parts: FileParts): LockFile | undefined => {
  const url = table.parsed('url', parseUrl) ?? null;
  const path = table.string('path') ?? null;
  const size = table.count('size') ?? null;
  const uploadTime = table.time('upload-time') ?? null;
  const filename = parts.name ?? toFileName(path ?? url ?? '');
  if (isFileName(filename)) {
    return { kind: parts.kind, filename, url, path, hashes: parts.hashes, size, uploadTime };
  }
  if (table.has('url') && url === null) return undefined;
  table.addProblem('name', `is not a file name: ${quoteForError(filename)}`);
  return undefined;
};

/** A wheel of a lock is one of its package and version: anything else is a mistake or an attack. */
export const checkWheel = (
  table: TableReader,
  file: LockFile,
  name: string | undefined,
  version: Version | undefined,
): void => {
  const wheel = findWheelFileName(file.filename);
  const shown = quoteForError(file.filename);
  if (wheel === undefined) table.addProblem('name', `is not a wheel file name: ${shown}`);
  else if (name !== undefined && wheel.normalizedName !== name) {
    table.addProblem('name', `is of another package than ${name}: ${shown}`);
  } else if (version !== undefined && compareVersions(wheel.version, version) !== 0) {
    table.addProblem('name', `is of another version than ${version.text}: ${shown}`);
  }
};
