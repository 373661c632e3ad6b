import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesEndingIn, lineCount, readText, repositoryFiles } from './repository-files.ts';

const maxLines = 400;
/** The build driver is one standard-library file that a container gets whole (docs/adr/0004). */
const oneFileByDecision = new Set(['build-driver/ironwheel_build.py']);
const ours = (path: string): boolean => !path.startsWith('test/fixtures/');

describe('the shape of the files', () => {
  it(`no file of code is longer than ${maxLines} lines`, () => {
    const long = filesEndingIn('.ts', '.tsx', '.py', '.mjs', '.css')
      .filter((path) => ours(path) && !oneFileByDecision.has(path))
      .map((path) => ({ path, lines: lineCount(readText(path)) }))
      .filter(({ lines }) => lines > maxLines);
    expect(long).toEqual([]);
  });

  it('no file is named after nothing', () => {
    const empty = /^(?:.*[-_.])?(?:utils?|helpers?|common|misc|manager)(?:[-_.].*)?$/;
    expect(repositoryFiles.filter((path) => empty.test(basename(path)))).toEqual([]);
  });

  it('TypeScript files are named in kebab-case with their role as suffix', () => {
    const name = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*\.tsx?$/;
    expect(filesEndingIn('.ts', '.tsx').filter((path) => !name.test(basename(path)))).toEqual([]);
  });

  it('every folder stands on the map of docs/architecture.md', () => {
    const map = readText('docs/architecture.md');
    const tops = new Set(
      repositoryFiles.flatMap((path) => {
        const [top, second] = path.split('/');
        if (top === undefined || second === undefined) return [];
        return ['apps', 'libs', 'plugins', 'test'].includes(top) && path.split('/').length > 2
          ? [`${second}/`]
          : [`${top}/`];
      }),
    );
    expect([...tops].filter((folder) => !map.includes(folder))).toEqual([]);
  });
});
