import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { collectInputs, parseConstraints } from './collect-inputs.ts';

let directory: string;
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'iw-inputs-'))));
afterEach(() => rm(directory, { recursive: true, force: true }));

const nothing = { requirements: [], requirementFiles: [], wheelDirectories: [], constraintFiles: [] };

it('takes wheels and sdists of a directory and leaves the rest, but not what ends as a wheel', async () => {
  for (const name of ['six-1.16.0-py2.py3-none-any.whl', 'wrapt-1.16.0.tar.gz', 'notes.txt', 'bad.whl']) {
    await writeFile(join(directory, name), '');
  }
  const { files } = await collectInputs({ ...nothing, wheelDirectories: [directory] });
  expect(files.map((file) => file.filename)).toEqual([
    'bad.whl',
    'six-1.16.0-py2.py3-none-any.whl',
    'wrapt-1.16.0.tar.gz',
  ]);
});

it('uploads a requirements file under a name that tells what it is', async () => {
  for (const name of ['deps.in', 'constraints.txt', 'uv.lock']) await writeFile(join(directory, name), '');
  const requirementFiles = ['deps.in', 'constraints.txt', 'uv.lock'].map((name) => join(directory, name));
  const { files } = await collectInputs({ ...nothing, requirementFiles });
  expect(files.map((file) => file.filename)).toEqual(['deps.in', 'requirements.txt', 'uv.lock']);
});

it('takes along the files that a requirements file names', async () => {
  await mkdir(join(directory, 'sub'));
  await writeFile(
    join(directory, 'all.txt'),
    '-r sub/base.txt  # why\n-c constraints.txt\n-r https://host/x.txt\n',
  );
  await writeFile(join(directory, 'sub', 'base.txt'), '--requirement=../all.txt\nsix\n');
  await writeFile(join(directory, 'constraints.txt'), 'six<2\n');
  const requirementFiles = [join(directory, 'all.txt')];
  const { files } = await collectInputs({ ...nothing, requirementFiles });
  expect(files.map((file) => file.filename)).toEqual(['all.txt', 'base.txt', 'constraints.txt']);
  await writeFile(join(directory, 'constraints.txt'), '-r gone.txt');
  await expect(collectInputs({ ...nothing, requirementFiles })).rejects.toThrow(/gone\.txt cannot be read/);
});

it('refuses nothing, a missing file, and a directory without a distribution', async () => {
  await expect(collectInputs(nothing)).rejects.toMatchObject({ exitCode: 2 });
  await expect(
    collectInputs({ ...nothing, requirementFiles: [join(directory, 'none.txt')] }),
  ).rejects.toThrow(/none\.txt cannot be read/);
  await expect(collectInputs({ ...nothing, wheelDirectories: [directory] })).rejects.toThrow(/no wheel/);
});

it('reads constraint lines without comments, and refuses options among them', () => {
  expect(parseConstraints('# top\nsix==1.16.0  # why\n\nwrapt\\\n<2\n', 'c.txt')).toEqual([
    'six==1.16.0',
    'wrapt<2',
  ]);
  expect(() => parseConstraints('-r other.txt', 'c.txt')).toThrow(/c\.txt/);
});
