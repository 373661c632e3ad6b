import { homedir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { indexHosts } from './index-hosts.ts';
import {
  filesEndingIn,
  linesMatching,
  readText,
  repositoryFiles,
  repositoryRoot,
  writtenFiles,
} from './repository-files.ts';

const literally = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const everywhere = (pattern: RegExp, paths: readonly string[] = writtenFiles()): string[] =>
  paths.flatMap((path) => linesMatching(path, pattern));

const product = (): string[] =>
  filesEndingIn('.ts', '.tsx', '.mjs').filter((path) => !path.startsWith('test/guards/'));

/** Where the environment of the process may be read; everything else gets its configuration handed in. */
const readsEnvironment = [
  // The one door of the product.
  'libs/config/src/load-config.ts',
  // Commands of the repository, which run before anything is built.
  /^scripts\//,
  // Tests hand an environment on to the processes that they start.
  /\.spec\.tsx?$/,
  /^libs\/testing\//,
  /^test\//,
  /^apps\/[^/]+\/test\//,
  /^libs\/plugin-kit\/src\/suites\//,
];

describe('what stands nowhere in the repository', () => {
  it('host names of package indexes', () => {
    const hosts = indexHosts();
    const pattern = new RegExp(
      `(?<![A-Za-z0-9.-])(?:${hosts.map(literally).join('|')})(?![A-Za-z0-9-])`,
      'i',
    );
    expect(hosts.length === 0 ? [] : everywhere(pattern)).toEqual([]);
  });

  it('paths of a developer’s machine', () => {
    const own = [repositoryRoot, homedir()].filter((path) => path.split('/').length > 2);
    if (own.length > 0) expect(everywhere(new RegExp(own.map(literally).join('|')))).toEqual([]);
    // A test may speak of somebody's home; it belongs to nobody.
    const shipped = writtenFiles().filter((path) => !/\.spec\.tsx?$|^test\//.test(path));
    const homes = /(?<![A-Za-z0-9_.-])\/(?:home|Users|root)\/[a-z._]/;
    expect(everywhere(homes, shipped)).toEqual([]);
  });

  it('notes of work that was not done', () => {
    const words = ['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'];
    expect(everywhere(new RegExp(`\\b(?:${words.join('|')})\\b`))).toEqual([]);
  });

  it('a TypeScript enum', () => {
    expect(
      everywhere(/^\s*(?:export\s+)?(?:declare\s+)?(?:const\s+)?enum\s+\w+/, filesEndingIn('.ts', '.tsx')),
    ).toEqual([]);
  });

  it('the environment of the process outside the one place that reads it', () => {
    const closed = filesEndingIn('.ts', '.tsx', '.mjs').filter(
      (path) =>
        !readsEnvironment.some((open) => (typeof open === 'string' ? open === path : open.test(path))),
    );
    expect(
      everywhere(/\bprocess\.env\b|\bprocess\[['"]env['"]\]|\benv\b.*from 'node:process'/, closed),
    ).toEqual([]);
  });

  it('a rule that was switched off without naming it and giving the reason', () => {
    const directive = 'eslint-' + 'disable';
    const everyUse = everywhere(new RegExp(`${directive}|@ts-(?:ignore|nocheck|expect-error)`), product());
    const explained = new RegExp(`${directive}-next-line (?!boundaries)[a-z@/-]+ -- \\S{3,}`);
    expect(everyUse.filter((line) => !explained.test(line))).toEqual([]);
  });

  it('a test that is left out or alone', () => {
    const alone = new RegExp(`\\b(?:it|test|describe)\\.(?:${['on' + 'ly', 'to' + 'do'].join('|')})\\b`);
    expect(everywhere(alone, filesEndingIn('.ts', '.tsx'))).toEqual([]);
  });

  it('a key or a token', () => {
    const secret = /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*$/;
    expect(everywhere(secret)).toEqual([]);
  });
});

describe('package-lock.json', () => {
  interface LockEntry {
    readonly integrity?: string;
    readonly resolved?: string;
    readonly link?: boolean;
    readonly inBundle?: boolean;
  }
  const lock = JSON.parse(readText('package-lock.json')) as { packages: Record<string, LockEntry> };
  const installed = Object.entries(lock.packages).filter(([path]) => path !== '');

  it('pins every package by its hash', () => {
    const loose = installed.filter(([, entry]) => !/^sha(?:512|384|256)-/.test(entry.integrity ?? ''));
    expect(loose.filter(([, entry]) => entry.link !== true && entry.inBundle !== true)).toEqual([]);
  });

  it('names no host', () => {
    expect(installed.filter(([, entry]) => entry.resolved !== undefined)).toEqual([]);
  });

  it('is the only lock file', () => {
    expect(
      repositoryFiles.filter((path) => /(?:yarn\.lock|pnpm-lock\.yaml|npm-shrinkwrap\.json)$/.test(path)),
    ).toEqual([]);
  });
});
