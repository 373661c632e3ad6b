import { createTarget } from '@ironwheel/packaging';
import { describe, expect, it } from 'vitest';
import { InputInvalidError } from './input-error.ts';
import { checkTextInput } from './read-input.ts';
import { readLock, type LockKind } from './read-lock.ts';

const target = createTarget({ pythonVersion: '3.12', platformTag: 'manylinux_2_28_s390x' });
const sha256 = 'a'.repeat(64);
const read = (kind: LockKind, text: string) =>
  readLock(kind, text, kind === 'pylock' ? 'pylock.toml' : 'uv.lock', { target });

const file = (name: string, url = `https://index.invalid/${name}`): string =>
  `{ url = "${url}", hash = "sha256:${sha256}", size = 7 }`;
const uvLock = `version = 1
revision = 3
requires-python = ">=3.10"

[[package]]
name = "demo"
version = "0.1.0"
source = { virtual = "." }
dependencies = [
    { name = "numpy" },
    { name = "colorama", marker = "sys_platform == 'win32'" },
    { name = "local" },
    { name = "wheels-only" },
]

[[package]]
name = "numpy"
version = "2.1.0"
source = { registry = "https://me:hidden@index.invalid/simple" }
sdist = ${file('numpy-2.1.0.tar.gz', 'https://me:hidden@index.invalid/numpy-2.1.0.tar.gz')}
wheels = [${file('numpy-2.1.0-cp312-cp312-manylinux_2_17_x86_64.whl')}]

[[package]]
name = "colorama"
version = "0.4.6"
source = { registry = "https://index.invalid/simple" }
wheels = [${file('colorama-0.4.6-py2.py3-none-any.whl')}]

[[package]]
name = "local"
version = "1.0"
source = { directory = "../local" }

[[package]]
name = "wheels-only"
version = "3.0"
source = { registry = "https://index.invalid/simple" }
wheels = [${file('wheels_only-3.0-cp312-cp312-win_amd64.whl')}]
`;

const pylock = (packages: string): string => `lock-version = "1.0"\ncreated-by = "a test"\n${packages}`;
const archive = (url: string, digest = sha256): string =>
  `[[packages]]\nname = "six"\nversion = "1.17.0"\n[packages.sdist]\nname = "six-1.17.0.tar.gz"\nurl = "${url}"\nhashes = { sha256 = "${digest}" }\n`;

describe('a uv.lock', () => {
  it('becomes the packages of the target, with their files and needs, and without the project itself', () => {
    const { packages } = read('uv_lock', uvLock);
    expect(
      packages.map(({ normalizedName, version, isDirect }) => [normalizedName, version?.text, isDirect]),
    ).toEqual([
      ['local', '1.0', true],
      ['numpy', '2.1.0', true],
      ['wheels-only', '3.0', true],
    ]);
    const [local, numpy] = packages;
    expect(local!.source).toEqual({ kind: 'directory', path: '../local' });
    expect(numpy!.label).toBe('uv.lock: numpy 2.1.0');
    expect(numpy!.files).toEqual([
      {
        filename: 'numpy-2.1.0.tar.gz',
        url: 'https://index.invalid/numpy-2.1.0.tar.gz',
        hashes: { sha256 },
        size: 7,
        uploadTime: null,
      },
      expect.objectContaining({ filename: 'numpy-2.1.0-cp312-cp312-manylinux_2_17_x86_64.whl' }),
    ]);
  });

  it('gives no user name and no password of its URLs any further', () => {
    const { packages, notes } = read('uv_lock', uvLock);
    expect(packages[1]!.source).toEqual({ kind: 'index', url: 'https://index.invalid/simple' });
    expect(JSON.stringify([packages, notes])).not.toContain('hidden');
  });

  it('tells people what of it cannot be taken as it stands', () => {
    const { notes } = read('uv_lock', uvLock);
    expect(notes).toEqual([
      expect.stringMatching(/^uv\.lock: .*demo/),
      expect.stringMatching(/^uv\.lock: .*local 1\.0/),
      expect.stringMatching(/^uv\.lock: .*neither an sdist nor a pure wheel of wheels-only 3\.0/),
    ]);
  });

  it('tells an extra that it does not have', () => {
    expect(() => readLock('uv_lock', uvLock, 'uv.lock', { target, extras: ['nope'] })).toThrow(
      InputInvalidError,
    );
  });
});

describe('a pylock.toml', () => {
  it('becomes the packages of the target, with the sources that are no index', () => {
    const commit = '1'.repeat(40);
    const { packages } = read(
      'pylock',
      pylock(
        `${archive('https://index.invalid/six-1.17.0.tar.gz')}
[[packages]]
name = "repo"
[packages.vcs]
type = "git"
url = "https://token:x@host.invalid/repo.git"
commit-id = "${commit}"

[[packages]]
name = "win"
version = "1"
marker = "sys_platform == 'win32'"
[packages.directory]
path = "win"
`,
      ),
    );
    expect(packages.map(({ normalizedName, source }) => [normalizedName, source])).toEqual([
      ['repo', { kind: 'git', url: 'https://host.invalid/repo.git', commit, subdirectory: null }],
      ['six', expect.objectContaining({ kind: 'index' })],
    ]);
  });

  it('is refused where a file would come over http with nothing to check it by', () => {
    const weak = archive('http://index.invalid/six-1.17.0.tar.gz').replace(
      `sha256 = "${sha256}"`,
      `md5 = "${'b'.repeat(32)}"`,
    );
    expect(() => read('pylock', pylock(weak))).toThrow(/six-1\.17\.0\.tar\.gz comes over http/);
    expect(read('pylock', pylock(archive('http://index.invalid/six-1.17.0.tar.gz'))).packages).toHaveLength(
      1,
    );
  });

  it('names no place of the machine where it was made as a URL', () => {
    const { packages } = read('pylock', pylock(archive('file:///home/me/six-1.17.0.tar.gz')));
    expect(packages[0]!.files[0]!.url).toBeNull();
  });
});

describe('a lock that is not sound is refused when it is handed in', () => {
  const deep = `x = ${'['.repeat(5000)}${']'.repeat(5000)}`;
  it.each<[string, LockKind, string, RegExp]>([
    ['no TOML', 'uv_lock', 'version = 1\nname = "x\n', /^uv\.lock:2:\d+: it is not TOML/],
    ['deep arrays', 'uv_lock', deep, /^uv\.lock:1:\d+: it is not TOML/],
    [
      'deep tables',
      'pylock',
      `${pylock('packages = []\n')}x = ${'{a='.repeat(5000)}1${'}'.repeat(5000)}`,
      /not TOML/,
    ],
    ['a key of every object', 'pylock', '__proto__ = 1\nconstructor = 2', /lock-version/],
    ['nothing', 'pylock', '', /lock-version/],
    ['wrong types', 'uv_lock', 'version = 1\npackage = 7', /package/],
    ['a table for a text', 'pylock', 'lock-version = { a = 1 }', /lock-version/],
    ['a later version', 'uv_lock', 'version = 2', /version/],
    ['a short hash', 'pylock', pylock(archive('https://i.invalid/six-1.17.0.tar.gz', 'abc')), /hash/],
    [
      'a path for a name',
      'pylock',
      pylock(archive('https://i.invalid/x').replace('"six-1.17.0.tar.gz"', '"../../etc/passwd"')),
      /file name/,
    ],
    [
      'another package in its wheel',
      'uv_lock',
      uvLock.replace('/numpy-2.1.0-cp312', '/scipy-2.1.0-cp312'),
      /another package/,
    ],
    ['a script URL', 'pylock', pylock(archive('javascript:alert(1)')), /URL/],
  ])('%s', (_label, kind, text, message) => {
    const name = kind === 'pylock' ? 'pylock.toml' : 'uv.lock';
    expect(() => checkTextInput(kind, text, name)).toThrow(InputInvalidError);
    expect(() => checkTextInput(kind, text, name)).toThrow(message);
  });

  it.each([
    ['millions of nested names', `[${'a.'.repeat(5_000_000)}a]`, /a name has more than/],
    ['as many quoted ones', `x = { ${'"a" . '.repeat(1_000_000)}a = 1 }`, /a name has more than/],
    [
      'a million keys',
      Array.from({ length: 1_000_000 }, (_, at) => `k${at}=1`).join('\n'),
      /more than 500000 keys/,
    ],
    ['millions of items', `x = [${'[],'.repeat(3_000_000)}]`, /more than 500000 keys/],
    ['too many characters', `x = "${'y'.repeat(17 * 1024 * 1024)}"`, /characters/],
  ])('%s, before they cost seconds and gigabytes', (_label, text, message) => {
    expect(() => checkTextInput('pylock', text, 'pylock.toml')).toThrow(message);
  });
});
