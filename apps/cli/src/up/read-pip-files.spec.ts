import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parsePipFile, readPipFiles } from './read-pip-files.ts';

describe('parsePipFile', () => {
  it('lets the section of the command win over the one for all', () => {
    const text =
      '[global]\ncert = /a.pem\nproxy: http://one\n[download]\nproxy = http://two\n[install]\ncert = /b';
    expect(Object.fromEntries(parsePipFile(text))).toEqual({ cert: '/a.pem', proxy: 'http://two' });
  });

  it('reads values of several lines, comments, and keys in any spelling', () => {
    const text = '# first\n[global]\nTrusted_Host =\n    one.test\n    ; no host\n    two.test:8443\n';
    expect(parsePipFile(text).get('trusted-host')).toBe('one.test\ntwo.test:8443');
  });

  it('takes no harm from what is no configuration', () => {
    expect([...parsePipFile('no section = 1\n]][[\n[global]\nnothing\n')]).toEqual([]);
  });
});

describe('readPipFiles', () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'ironwheel-pip-'));
    await mkdir(join(home, '.config', 'pip'), { recursive: true });
    await writeFile(
      join(home, '.config', 'pip', 'pip.conf'),
      '[global]\ncert = /own.pem\nproxy = http://own\n',
    );
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  it('prefers the environment to the named file, and that to the file of the user', async () => {
    const named = join(home, 'named.conf');
    await writeFile(named, '[global]\nproxy = http://named\ntrusted-host = one.test two.test\n');
    const env = { HOME: home, XDG_CONFIG_DIRS: home, PIP_CONFIG_FILE: named, PIP_CERT: '/env.pem' };
    expect(await readPipFiles(env)).toEqual({
      cert: '/env.pem',
      proxy: 'http://named',
      trustedHosts: ['one.test', 'two.test'],
    });
  });

  it('reads no file where pip is told to read none', async () => {
    const nothing = { cert: null, proxy: null, trustedHosts: [] };
    expect(await readPipFiles({ HOME: home, PIP_CONFIG_FILE: '/dev/null' })).toEqual(nothing);
  });
});
