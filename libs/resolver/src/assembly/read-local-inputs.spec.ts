import { createTarget } from '@ironwheel/packaging';
import { createSampleWheel, createTestDirectory, removeTestDirectory } from '@ironwheel/testing';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readKeptMetadata } from '../index-client/kept-package-files.ts';
import { type InputInvalidError } from '../inputs/input-error.ts';
import { listInputFolder } from '../inputs/list-input-folder.ts';
import { readLocalInputs } from './read-local-inputs.ts';

const target = createTarget({ pythonVersion: '3.12', platformTag: 'manylinux_2_28_s390x' });
let directory: string;
beforeEach(() => {
  directory = createTestDirectory('local-inputs');
});
afterEach(() => {
  removeTestDirectory(directory);
});

const put = (filename: string, bytes: Buffer | string): void => {
  writeFileSync(join(directory, filename), bytes);
};
const read = async (...folders: string[]) => {
  const isAlsoInput = (name: string): boolean => name.endsWith('.txt');
  const listed = await Promise.all(folders.map((folder) => listInputFolder(folder, { isAlsoInput })));
  return readLocalInputs(listed.flat(), { target });
};
const problemsOf = async (...folders: string[]): Promise<readonly string[]> =>
  read(...folders).then(
    () => [],
    (error: unknown) => (error as InputInvalidError).problems,
  );

describe('inputs of this machine', () => {
  it('are wheels and sdists with their digests, and METADATA that nobody reads again', async () => {
    const wheel = createSampleWheel({ name: 'app', requiresDist: ['base'] });
    put(wheel.filename, wheel.bytes);
    put('native-1.0.tar.gz', 'an sdist');
    put('requirements.txt', 'other\n');
    const { sourceFiles, kept, requirements } = await read(directory);
    expect(requirements).toHaveLength(1);
    expect(sourceFiles).toEqual([
      { filename: wheel.filename, sha256: wheel.sha256, size: wheel.bytes.length },
      { filename: 'native-1.0.tar.gz', sha256: expect.any(String) as string, size: 8 },
    ]);
    rmSync(join(directory, wheel.filename));
    const { requiresDist } = await readKeptMetadata(kept, wheel.filename, wheel.sha256);
    expect(requiresDist.map(({ text }) => text)).toEqual(['base']);
  });

  it('are refused together, with every problem of every file', async () => {
    put('bad-1.0-py3-none-any.whl', 'rubbish');
    put('oops.whl', 'rubbish');
    put('requirements.txt', 'six\n=== nothing\n');
    const problems = await problemsOf(directory);
    expect(problems).toHaveLength(3);
    expect(problems[0]).toContain('requirements.txt:2');
    expect(problems[1]).toContain('bad-1.0-py3-none-any.whl is broken: it does not end as a zip archive');
    expect(problems[2]).toContain('oops.whl');
  });

  it('name an sdist that is a link or a folder', async () => {
    symlinkSync('/etc/hostname', join(directory, 'link-1.0.tar.gz'));
    mkdirSync(join(directory, 'folder-1.0.tar.gz'));
    const problems = (await problemsOf(directory)).join('\n');
    expect(problems).toContain('link-1.0.tar.gz: it is a symbolic link');
    expect(problems).toContain('folder-1.0.tar.gz is broken: it is not a regular file');
  });

  it('of several folders count once where they are the same, and are refused where only the name is', async () => {
    const folders = ['one', 'two'].map((name) => join(directory, name));
    for (const folder of folders) mkdirSync(folder);
    const { filename, bytes } = createSampleWheel({ name: 'app' });
    for (const folder of folders) writeFileSync(join(folder, filename), bytes);
    expect((await read(...folders)).sourceFiles).toHaveLength(1);
    const other = createSampleWheel({ name: 'app', requiresDist: ['base'] });
    writeFileSync(join(folders[1] ?? '', filename), other.bytes);
    expect(await problemsOf(...folders)).toEqual([
      `${filename}: there are two of this name with different content; keep one.`,
    ]);
  });
});
