import { dirname, join, normalize } from 'node:path/posix';
import { describe, expect, it } from 'vitest';
import { filesEndingIn, readText, repositoryFiles } from './repository-files.ts';

const known = new Set(repositoryFiles);
const exists = (path: string): boolean =>
  known.has(path) || repositoryFiles.some((file) => file.startsWith(`${path.replace(/\/$/, '')}/`));

/** A reader who follows a pointer of ours arrives. */
describe('pointers to documents', () => {
  it('links between documents lead to files that exist', () => {
    const broken = filesEndingIn('.md').flatMap((path) =>
      [...readText(path).matchAll(/\]\((?!https?:|mailto:|#)([^)\s#]+)[^)]*\)/g)]
        .map(([, target = '']) => normalize(join(dirname(path), target)))
        .filter((target) => !exists(target))
        .map((target) => `${path} → ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('documents that code and text name exist', () => {
    const broken = filesEndingIn('.md', '.ts', '.mjs', '.py', '.sql').flatMap((path) =>
      [...readText(path).matchAll(/(?<![\w./-])docs\/(?:[a-z0-9/-]+\.md|adr\/\d{4})/g)]
        .map(([target]) => target)
        .filter((target) => !exists(target) && !repositoryFiles.some((file) => file.startsWith(`${target}-`)))
        .map((target) => `${path} → ${target}`),
    );
    expect([...new Set(broken)]).toEqual([]);
  });
});
