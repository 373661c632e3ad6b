import { createSampleWheel, createTestDirectory, removeTestDirectory, writeZip } from '@ironwheel/testing';
import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InputInvalidError } from './input-error.ts';
import { hashLocalFile } from './hash-local-file.ts';
import { listInputFolder } from './list-input-folder.ts';
import { scanWheels, type ScannedWheel } from './scan-wheels.ts';

let directory: string;
beforeEach(() => {
  directory = createTestDirectory('scan');
});
afterEach(() => {
  removeTestDirectory(directory);
});

const put = (filename: string, bytes: Buffer | string): void => {
  writeFileSync(join(directory, filename), bytes);
};
const putWheel = (options: Parameters<typeof createSampleWheel>[0]): void => {
  const { filename, bytes } = createSampleWheel(options);
  put(filename, bytes);
};

const scan = async (): Promise<ScannedWheel[]> => {
  const wheels: ScannedWheel[] = [];
  for await (const wheel of scanWheels(await listInputFolder(directory))) wheels.push(wheel);
  return wheels;
};

const problemsOf = async (): Promise<readonly string[]> => {
  const outcome = await scan().catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(InputInvalidError);
  return (outcome as InputInvalidError).problems;
};

const metadata = (line: string): string =>
  `Metadata-Version: 2.1\nName: bad\nVersion: 1.0\n${line}\n\nText.\n`;
const badWheel = (content: string | Buffer): Buffer =>
  writeZip([{ name: 'bad-1.0.dist-info/METADATA', content }]);

describe('a folder of wheels made for another platform', () => {
  it('gives each wheel, sorted, with what its name and METADATA say', async () => {
    putWheel({ name: 'zeta', requiresDist: ['alpha>=1'] });
    putWheel({ name: 'alpha', tag: 'cp312-cp312-manylinux_2_17_x86_64' });
    putWheel({ name: 'middle', tag: 'cp312-cp312-manylinux_2_17_s390x' });
    put('README.txt', 'not a wheel');
    const wheels = await scan();
    expect(wheels.map(({ wheel }) => wheel.normalizedName)).toEqual(['alpha', 'middle', 'zeta']);
    const zeta = wheels[2] as ScannedWheel;
    expect(zeta.metadata.requiresDist.map(({ text }) => text)).toEqual(['alpha>=1']);
    expect(zeta.path).toBe(join(directory, 'zeta-1.0-py3-none-any.whl'));
  });

  it('does not enter folders', async () => {
    mkdirSync(join(directory, 'nested'));
    put('nested/broken-1.0-py3-none-any.whl', 'rubbish');
    expect(await scan()).toEqual([]);
  });

  it.each([
    ['a corrupt zip', Buffer.from('rubbish'), 'does not end as a zip archive does'],
    ['METADATA in Latin-1', badWheel(Buffer.from(metadata('Author: M\u00fcller'), 'latin1')), 'not UTF-8'],
    ['METADATA with a line that is no field', badWheel(metadata('<html>')), 'Line 4'],
    ['METADATA of 100 MB', badWheel(Buffer.alloc(100_000_000, 0x20)), '100000000 bytes'],
    [
      'METADATA of another project',
      badWheel(metadata('').replace('bad', 'good')),
      'its file name says bad 1.0',
    ],
    ['a hostile requirement', badWheel(metadata('Requires-Dist: ../../etc')), 'Requires-Dist'],
    ['no METADATA', writeZip([{ name: 'bad.py', content: '' }]), 'has no .dist-info folder'],
  ])('names the file with %s', async (_what, bytes, message) => {
    put('bad-1.0-py3-none-any.whl', bytes);
    const [problem = '', ...others] = await problemsOf();
    expect(others).toEqual([]);
    expect(problem).toMatch(/^bad-1\.0-py3-none-any\.whl/);
    expect(problem).toContain(message);
  });

  it('names each file that is none, or is there twice', async () => {
    putWheel({ name: 'good' });
    symlinkSync(join(directory, 'good-1.0-py3-none-any.whl'), join(directory, 'link-1.0-py3-none-any.whl'));
    mkdirSync(join(directory, 'folder-1.0-py3-none-any.whl'));
    put('Good-1.0-py3-none-any.whl', createSampleWheel({ name: 'good' }).bytes);
    put('not a\nwheel.whl', 'x');
    put('OLD-1.0-py3-none-any.WHL', 'x');
    const problems = await problemsOf();
    expect(problems).toHaveLength(5);
    const all = problems.join('\n');
    expect(all).toContain('folder-1.0-py3-none-any.whl is broken: it is not a regular file');
    expect(all).toContain('link-1.0-py3-none-any.whl: it is a symbolic link');
    expect(all).toContain('good-1.0-py3-none-any.whl: it is the same wheel as Good-1.0-py3-none-any.whl');
    expect(all).toContain('"not a\\nwheel.whl"');
    expect(all).toContain('does not end in ".whl"');
  });

  it('counts the problems beyond a thousand', async () => {
    for (let index = 0; index < 1010; index += 1) put(`bad${index}.whl`, '');
    const problems = await problemsOf();
    expect(problems).toHaveLength(1001);
    expect(problems.at(-1)).toContain('10 more problems');
  });

  it('says that a folder cannot be read, or has too many files', async () => {
    await expect(listInputFolder(join(directory, 'absent'))).rejects.toThrow('cannot be read (ENOENT)');
    putWheel({ name: 'good' });
    await expect(listInputFolder(directory, { maxFiles: 0 })).rejects.toThrow('at most 0 are read');
  });

  it('ends when it is told to', async () => {
    for (let index = 0; index < 100; index += 1) putWheel({ name: `wheel${index}` });
    const stop = new AbortController();
    const reading = async (): Promise<void> => {
      for await (const wheel of scanWheels(await listInputFolder(directory), stop.signal)) {
        if (wheel.filename !== '') stop.abort(new Error('enough'));
      }
    };
    await expect(reading()).rejects.toThrow('enough');
  });

  it('hashes a wheel as a step of its own', async () => {
    const bytes = Buffer.alloc(600_000, 'wheel');
    put('large-1.0-py3-none-any.whl', bytes);
    expect(await hashLocalFile(join(directory, 'large-1.0-py3-none-any.whl'))).toEqual({
      sha256: createHash('sha256').update(bytes).digest('hex'),
      size: 600_000,
    });
  });
});
