import { checkWheel, parseDigest, parseUrl, readLockFile, toFileName } from './lock-file.ts';
import { type LockFile, type LockSource } from './lock-selection.ts';
import { quoteForError } from './packaging-error.ts';
import { type TableReader } from './table-reader.ts';
import { type Version } from './version.ts';

interface FoundSource {
  readonly source: LockSource;
  readonly files: readonly LockFile[];
}

const readHashes = (table: TableReader): Record<string, string> => {
  const hashes = table.requireKey('hashes', table.table('hashes'));
  const entries = (hashes?.keys ?? []).flatMap((algorithm) => {
    const digest = hashes?.parsed(algorithm, (text) => parseDigest(algorithm, text));
    return digest === undefined ? [] : [digest];
  });
  if (hashes?.keys.length === 0) table.addProblem('hashes', 'must have at least one entry');
  return Object.fromEntries(entries);
};

/** PEP 751: a place is a URL or a path. */
const requirePlace = (table: TableReader): void => {
  if (!table.has('url') && !table.has('path')) table.report.add(`${table.path} needs a url or a path.`);
};

/** Relative, and inside the source tree. */
const readSubdirectory = (table: TableReader): string | null => {
  const text = table.string('subdirectory') ?? null;
  if (text !== null && (/^(?:[/\\]|[A-Za-z]:)/.test(text) || text.split(/[/\\]/).includes('..'))) {
    table.addProblem('subdirectory', `must stay inside the source tree: ${quoteForError(text)}`);
  }
  return text;
};

const readVcs = (table: TableReader): FoundSource | undefined => {
  requirePlace(table);
  const type = table.requireKey('type', table.string('type'));
  const commit = table.requireKey('commit-id', table.string('commit-id'));
  const subdirectory = readSubdirectory(table);
  table.string('requested-revision');
  const path = table.string('path');
  const url = table.string('url');
  if (type !== undefined && type !== 'git') {
    table.addProblem('type', `is ${quoteForError(type)}; only git is supported`);
  }
  if (commit !== undefined && !/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/i.test(commit)) {
    table.addProblem('commit-id', 'must be a whole git commit of 40 or 64 hexadecimal digits');
  }
  if (url !== undefined && !/^(?:https?|ssh|git|file):\/\/[!-~]+$/i.test(url)) {
    table.addProblem('url', 'must be an absolute https, ssh or git URL');
  }
  if (url !== undefined && commit !== undefined) {
    return { source: { kind: 'git', url, commit: commit.toLowerCase(), subdirectory }, files: [] };
  }
  return path === undefined ? undefined : { source: { kind: 'path', path }, files: [] };
};

const readDirectory = (table: TableReader): FoundSource | undefined => {
  const path = table.requireKey('path', table.string('path'));
  table.boolean('editable');
  readSubdirectory(table);
  return path === undefined ? undefined : { source: { kind: 'path', path }, files: [] };
};

const readArchive = (
  table: TableReader,
  name: string | undefined,
  version: Version | undefined,
): FoundSource | undefined => {
  requirePlace(table);
  const subdirectory = readSubdirectory(table);
  const hashes = readHashes(table);
  const isWheel = toFileName(table.string('path') ?? table.string('url') ?? '').endsWith('.whl');
  const kind = isWheel ? 'wheel' : 'archive';
  const file = readLockFile(table, { kind, name: undefined, hashes });
  if (file === undefined) return undefined;
  if (isWheel) checkWheel(table, file, name, version);
  const source: LockSource =
    file.url === null
      ? { kind: 'path', path: file.path ?? '' }
      : { kind: 'url', url: file.url, subdirectory };
  return { source, files: [file] };
};

const readDistribution = (table: TableReader, kind: 'wheel' | 'sdist'): LockFile | undefined => {
  requirePlace(table);
  return readLockFile(table, { kind, name: table.string('name'), hashes: readHashes(table) });
};

const readDistributions = (
  table: TableReader,
  name: string | undefined,
  version: Version | undefined,
): FoundSource => {
  const files: LockFile[] = [];
  const sdist = table.table('sdist');
  const sdistFile = sdist === undefined ? undefined : readDistribution(sdist, 'sdist');
  if (sdistFile !== undefined) files.push(sdistFile);
  for (const wheel of table.tables('wheels')) {
    const file = readDistribution(wheel, 'wheel');
    if (file === undefined) continue;
    checkWheel(wheel, file, name, version);
    files.push(file);
  }
  return { source: { kind: 'index', url: table.parsed('index', parseUrl) ?? null }, files };
};

const treeKeys = ['vcs', 'directory', 'archive'] as const;

/** Reads where a package comes from, and checks that the entry says so in one way. A problem makes it undefined. */
export const readPylockSource = (
  table: TableReader,
  name: string | undefined,
  version: Version | undefined,
): FoundSource | undefined => {
  const stated = [...treeKeys, 'sdist', 'wheels'].filter((key) => table.has(key));
  const [tree, second] = treeKeys.filter((key) => table.has(key));
  if (second !== undefined || (tree !== undefined && stated.length > 1)) {
    table.report.add(`${table.path} has conflicting sources: ${stated.join(', ')}.`);
    return undefined;
  }
  if (stated.length === 0) {
    table.report.add(`${table.path} has no source: expected vcs, directory, archive, sdist or wheels.`);
    return undefined;
  }
  if (tree === undefined) return readDistributions(table, name, version);
  const entry = table.table(tree);
  if (entry === undefined) return undefined;
  if (tree === 'vcs') return readVcs(entry);
  return tree === 'directory' ? readDirectory(entry) : readArchive(entry, name, version);
};
