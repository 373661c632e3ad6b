import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { InputInvalidError } from '@ironwheel/resolver';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSdist, writeTar, writeWheel, writeZip } from './archive-fixtures.ts';
import { checkInput } from './check-input.ts';

const limits = { maxTextBytes: 1000, maxUnpackedBytes: 256 * 1024 * 1024 };

describe('checkInput', () => {
  let directory = '';
  beforeAll(async () => void (directory = await mkdtemp(join(tmpdir(), 'iw-input-'))));
  afterAll(() => rm(directory, { recursive: true }));

  async function check(filename: string, content: Buffer | string): Promise<string> {
    const path = join(directory, 'file');
    await writeFile(path, content);
    return (await checkInput({ filename, path }, limits)).kind;
  }

  it.each([
    ['demo-1.0-py3-none-any.whl', writeWheel('demo', '1.0'), 'wheel'],
    ['Demo_Pkg-1.0.0-py2.py3-none-any.whl', writeWheel('demo_pkg', '1.0.0', 'py2.py3-none-any'), 'wheel'],
    ['demo-1.0.tar.gz', writeSdist('demo-1.0'), 'sdist'],
    ['demo.pkg-1.0.tar.gz', writeSdist('demo_pkg-1.0'), 'sdist'],
    ['demo-1.0.zip', writeZip([{ name: 'demo-1.0/setup.py', content: '' }]), 'sdist'],
    ['requirements-dev.txt', '\ufeffnumpy>=2 ; python_version >= "3.12"\n# nothing\n', 'requirements'],
    ['constraints.txt', 'numpy<3\n', 'constraints'],
  ])('takes %s', async (filename, content, kind) => {
    expect(await check(filename, content)).toBe(kind);
  });

  it('names every line that cannot be read', async () => {
    const problems = await check('requirements.txt', 'numpy\nnot a ===== name\n-e other\nflask\n').then(
      () => [],
      (error: unknown) => (error as InputInvalidError).problems,
    );
    expect(problems).toHaveLength(2);
    expect(problems[0]).toContain('requirements.txt:2');
    expect(problems[1]).toContain('requirements.txt:3');
  });

  const good = 'demo-1.0-py3-none-any.whl';
  const bomb = Buffer.alloc(128 * 1024 * 1024);
  it.each<[string, Buffer | string, RegExp]>([
    ['pylock.toml', 'lock-version = "1.0"', /created-by/],
    ['uv.lock', 'version = 2', /version is 2/],
    ['uv.lock', 'version = 1\nx = "', /uv\.lock:2:\d+: it is not TOML/],
    ['uv.lock', `version = 1\nx = "${'y'.repeat(1000)}"`, /at most 1000/],
    ['pyproject.toml', '[build-system]\n', /neither \[project\]/],
    ['setup.py', 'setup()\n', /script/],
    ['notes.md', 'x', /is no input/],
    ['demo.whl', writeWheel('demo', '1.0'), /not a wheel file name/],
    ['demo.tar.gz', writeSdist('demo-1.0'), /not an sdist file name/],
    ['requirements.txt', 'x'.repeat(1001), /at most 1000/],
    ['requirements.txt', Buffer.from([0xff, 0xfe, 0x41]), /not UTF-8/],
    ['requirements.txt', 'numpy\0', /NUL/],
    [good, 'not a zip', /too short for a zip/],
    [good, Buffer.alloc(0), /too short for a zip/],
    [good, writeWheel('demo', '1.0').subarray(0, 200), /does not end as a zip/],
    [good, writeZip([]), /no \.dist-info/],
    [good, writeWheel('other', '1.0'), /of another wheel/],
    [good, writeWheel('demo', '2.0'), /of another wheel/],
    [good, writeWheel('demo', '1.0', 'cp312-cp312-linux_s390x'), /its name says py3-none-any/],
    [
      good,
      writeWheel('demo', '1.0', 'py3-none-any', {
        metadata: 'Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n',
      }),
      /its METADATA evil/,
    ],
    [good, writeWheel('demo', '1.0', 'py3-none-any', { metadata: 'no header' }), /no header field/],
    [
      good,
      writeWheel('demo', '1.0', 'py3-none-any', { wheel: 'Tag: py3-none-any\n' }),
      /WHEEL states the format/,
    ],
    [good, writeWheel('demo', '1.0', 'py2.py3-none-any'), /its name says py3-none-any/],
    [good, writeWheel('demo', '1.0', 'py3-none-any', { record: '' }), /is not in RECORD/],
    [
      good,
      writeWheel('demo', '1.0', 'py3-none-any', {
        record: 'demo/__init__.py,sha256=AAAA,0\n',
      }),
      /does not have the digest/,
    ],
    [
      good,
      writeWheel('demo', '1.0', 'py3-none-any', { more: [{ name: '../evil.py', content: '' }] }),
      /outside/,
    ],
    [
      good,
      writeWheel('demo', '1.0', 'py3-none-any', { more: [{ name: '/etc/evil', content: '' }] }),
      /outside/,
    ],
    [
      good,
      writeWheel('demo', '1.0', 'py3-none-any', { more: [{ name: 'a\\..\\b', content: '' }] }),
      /outside/,
    ],
    [
      good,
      writeWheel('demo', '1.0', 'py3-none-any', { more: [{ name: 'demo/__init__.py', content: '' }] }),
      /twice/,
    ],
    [
      good,
      writeWheel('demo', '1.0', 'py3-none-any', { more: [{ name: 'b', content: '', isEncrypted: true }] }),
      /encrypted/,
    ],
    [
      good,
      writeWheel('demo', '1.0', 'py3-none-any', { more: [{ name: 'demo-2.dist-info/x', content: '' }] }),
      /more than one/,
    ],
    [
      good,
      writeWheel('demo', '1.0', 'py3-none-any', { more: [{ name: 'zeros', content: bomb }] }),
      /it grows from/,
    ],
    [
      good,
      writeWheel('demo', '1.0', 'py3-none-any', {
        more: [{ name: 'b', content: 'x', statedSize: 300 * 1024 * 1024 }],
      }),
      /unpacked, more than/,
    ],
    [
      good,
      writeWheel('demo', '1.0', 'py3-none-any', {
        more: [{ name: 'b', content: 'x', statedPackedSize: 1e6 }],
      }),
      /cut off/,
    ],
    [
      good,
      writeZip([
        { name: 'demo-1.0.dist-info/METADATA', content: 'x'.repeat(100), statedSize: 10 },
        { name: 'demo-1.0.dist-info/WHEEL', content: '' },
        { name: 'demo-1.0.dist-info/RECORD', content: '' },
      ]),
      /unpacks to more than/,
    ],
    ['demo-1.0.tar.gz', 'not gzip', /not a whole/],
    ['demo-1.0.tar.gz', gzipSync('not a tar archive'), /not a whole|empty/],
    ['demo-1.0.tar.gz', writeSdist('demo-1.0').subarray(0, 60), /not a whole/],
    ['demo-1.0.tar.gz', writeSdist('other-1.0'), /of another release/],
    ['demo-1.0.tar.gz', writeSdist('demo-1.0', [{ name: '../evil', content: '' }]), /outside/],
    ['demo-1.0.tar.gz', writeSdist('demo-1.0', [{ name: '/etc/evil', content: '' }]), /outside/],
    [
      'demo-1.0.tar.gz',
      writeSdist('demo-1.0', [{ name: 'second/file', content: '' }]),
      /more than one directory/,
    ],
    ['demo-1.0.tar.gz', gzipSync(writeTar([{ name: 'demo-1.0/README', content: '' }])), /neither pyproject/],
    ['demo-1.0.tar.gz', gzipSync(Buffer.alloc(300 * 1024 * 1024)), /unpacked|not a whole|empty/],
    ['demo-1.0.zip', writeZip([{ name: 'demo-1.0/../x', content: '' }]), /outside/],
  ])('refuses %s when its content is wrong', async (filename, content, reason) => {
    await expect(check(filename, content)).rejects.toThrow(reason);
  });
});
