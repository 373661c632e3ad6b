import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

export const repositoryRoot = resolve(import.meta.dirname, '../..');

const notOurs = new Set(['node_modules', 'dist', '.git', '.ironwheel', '.cache', 'coverage', '__pycache__']);

const walk = (directory: string): string[] =>
  readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    if (notOurs.has(entry.name)) return [];
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return walk(path);
    return entry.isFile() ? [path] : [];
  });

/** What git keeps, so that a developer's own leavings do not count; a copy without `.git` is walked instead. */
const listFiles = (): string[] => {
  if (!existsSync(join(repositoryRoot, '.git'))) {
    return walk(repositoryRoot).map((path) => relative(repositoryRoot, path));
  }
  const safe = ['-c', `safe.directory=${repositoryRoot}`];
  return execFileSync('git', [...safe, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: repositoryRoot,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(repositoryRoot, path)));
};

/** Paths of the repository's files, relative to its root, with `/` between the parts. */
export const repositoryFiles: readonly string[] = [...new Set(listFiles())].sort();

/** Files that end in one of the given ways. */
export const filesEndingIn = (...endings: string[]): string[] =>
  repositoryFiles.filter((path) => endings.some((ending) => path.endsWith(ending)));

export const readText = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');

/** Text files of a size that a person writes; fixtures and binaries are left out. */
export const writtenFiles = (): string[] =>
  repositoryFiles.filter((path) => {
    if (path.startsWith('test/fixtures/') || path.includes('/test-data/')) return false;
    if (statSync(join(repositoryRoot, path)).size > 400_000) return false;
    return !readText(path).includes('\0');
  });

export const lineCount = (text: string): number => text.split('\n').length - (text.endsWith('\n') ? 1 : 0);

/** The lines of a text that match, as `path:line: text`, so that a failing guard points at the place. */
export const linesMatching = (path: string, pattern: RegExp): string[] =>
  readText(path)
    .split('\n')
    .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : []));
