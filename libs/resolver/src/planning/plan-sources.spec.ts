import { describe, expect, it } from 'vitest';
import { createTarget, parseVersion } from '@ironwheel/packaging';
import { type LockedPackage } from '../inputs/locked-package.ts';
import {
  indexOf,
  inputOf,
  otherSha256,
  outline,
  plan,
  sdist,
  sha256,
  x86Wheel,
  type PlanOptions,
} from './plan-fixture.ts';

describe('a direct URL', () => {
  it('is the source of its project, with its hash', async () => {
    const index = indexOf({ bar: ['bar-1.0-py3-none-any.whl'] });
    const line = `foo @ https://h.example/d/foo-1.5.tar.gz#sha256=${sha256}`;
    const document = await plan(`${line}\nbar`, {}, { index });
    expect(outline(document)).toEqual(['bar==1.0 reuse index_wheel', 'foo==1.5 build url_sdist']);
    expect(document.nodes[1]?.source).toEqual({
      origin: 'url',
      filename: 'foo-1.5.tar.gz',
      url: 'https://h.example/d/foo-1.5.tar.gz',
      sha256,
    });
    expect(index.asked).toEqual(['bar']);
  });

  it('of a wheel is reused where it fits, and missing where it does not', async () => {
    const pure = await plan('foo @ https://h.example/foo-1.0-py3-none-any.whl', {});
    expect(outline(pure)).toEqual(['foo==1.0 reuse url_wheel']);
    const foreign = await plan(`foo @ https://h.example/${x86Wheel}`, {});
    expect(outline(foreign)).toEqual(['foo==1.0 missing no_sdist']);
  });

  it.each([
    ['foo @ https://user:hunter2@h.example/foo-1.0.tar.gz', /credentials/],
    ['foo @ file:///tmp/foo-1.0.tar.gz', /hand the file in/],
    ['foo @ https://h.example/foo.exe', /ends neither/],
    ['foo @ https://h.example/bar-1.0-py3-none-any.whl', /a wheel of bar/],
    ['foo @ hg+https://h.example/foo', /only git/],
    ['foo @ https://h.example/%E0%A4%A.tar.gz', /broken escape/],
  ])('%s is refused with the reason', async (line, why) => {
    const planning = plan(line, {});
    await expect(planning).rejects.toMatchObject({ problems: [{ code: 'url_unsupported', name: 'foo' }] });
    await expect(planning).rejects.toThrow(why);
    await expect(planning).rejects.not.toThrow(/hunter2/);
  });

  it('of an sdist that cannot be read is refused, and that only a build can tell of is built', async () => {
    const line = `foo @ https://h.example/${sdist}`;
    const broken = plan(line, {}, { index: indexOf({ foo: [{ filename: sdist, isBroken: true }] }) });
    await expect(broken).rejects.toMatchObject({ problems: [{ code: 'conflict', name: 'foo' }] });
    await expect(broken).rejects.toThrow(`https://h.example/${sdist} is broken: it is torn`);
    const index = indexOf({ foo: [{ filename: sdist, isDynamic: true }] });
    const dynamic = await plan(line, {}, { index });
    expect(outline(dynamic)).toEqual(['foo==1.0 build url_sdist']);
    expect(dynamic.nodes[0]?.metadata?.place).toBe('needs_host');
  });

  it('of a package of the index is not followed', async () => {
    const planning = plan('foo', {
      foo: [
        { filename: 'foo-1.0-py3-none-any.whl', requires: ['bar @ https://evil.example/bar-1.0.tar.gz'] },
      ],
    });
    await expect(planning).rejects.toMatchObject({ problems: [{ code: 'conflict' }] });
  });

  it('asked for twice must be the same', async () => {
    const lines = 'foo @ https://h.example/foo-1.0.tar.gz\nfoo @ https://h.example/foo-2.0.tar.gz';
    await expect(plan(lines, {})).rejects.toMatchObject({ problems: [{ code: 'conflicting_pins' }] });
  });
});

const pureWheelOf = (name: string): string => `${name}-1.0-py3-none-any.whl`;

describe('a repository', () => {
  const line = 'foo @ git+https://h.example/foo.git@v1.0#subdirectory=python';

  it('is built, at its state and in its folder, as the version that is stated', async () => {
    const document = await plan(line, {}, { packages: { foo: { version: '1.2' } } });
    expect(outline(document)).toEqual(['foo==1.2 build git_source']);
    expect(document.nodes[0]?.source).toEqual({
      origin: 'git',
      filename: 'foo-1.2.tar.gz',
      url: 'https://h.example/foo.git',
      sha256: null,
      rev: 'v1.0',
      subdirectory: 'python',
    });
    expect(document.nodes[0]?.metadata).toMatchObject({
      place: 'needs_host',
      text: expect.stringMatching(/only when a worker fetches it/) as unknown,
    });
  });

  it.each([
    ['v1.0', '1.0'],
    ['1.0rc2', '1.0rc2'],
    ['release-1.0', '1.0'],
    ['Foo-v1.0', '1.0'],
    ['foo/1.0', '1.0'],
  ])('at the tag %s is version %s', async (rev, version) => {
    const document = await plan(`foo @ git+https://h.example/foo.git@${rev}`, {});
    expect(outline(document)).toEqual([`foo==${version} build git_source`]);
  });

  it.each(['main', 'v1', 'bar-1.0', '0123456789abcdef0123456789abcdef01234567'])(
    'at %s does not tell its version, which is said',
    async (rev) => {
      const document = await plan(`foo @ git+https://h.example/foo.git@${rev}`, {});
      expect(document.nodes).toEqual([]);
      expect(document.missing_requirements).toMatchObject([
        { code: 'not_found', text: expect.stringMatching(/state "version"/) as unknown },
      ]);
    },
  );

  it('needs what is stated, else what a wheel of its version for another target says', async () => {
    const index = indexOf({ foo: [{ filename: x86Wheel, requires: ['bar'] }], bar: [pureWheelOf('bar')] });
    const read = await plan(line, {}, { index });
    expect(outline(read)).toEqual(['bar==1.0 reuse index_wheel', 'foo==1.0 build git_source']);
    expect(read.nodes[1]?.metadata).toMatchObject({ place: 'wheel', filename: x86Wheel });
    const stated = await plan(
      line,
      { baz: [pureWheelOf('baz')] },
      { packages: { foo: { metadata: { requires_dist: ['baz'] } } } },
    );
    expect(outline(stated)).toEqual(['baz==1.0 reuse index_wheel', 'foo==1.0 build git_source']);
  });

  it('has its build requirements planned where they are stated, and else it is said', async () => {
    const projects = { flit_core: ['flit_core-1.0-py3-none-any.whl'] };
    const unknown = await plan(line, projects, { planBuilds: true });
    expect(unknown.notes).toEqual([
      expect.stringMatching(/foo 1\.0: its build requirements .*state "build_requires"/),
      expect.stringMatching(/what it depends on is not known/),
    ]);
    const packages = { foo: { build_requires: ['flit_core'] } };
    const stated = await plan(
      line,
      {},
      { planBuilds: true, packages, index: indexOf({ 'flit-core': projects.flit_core }) },
    );
    expect(stated.nodes.at(-1)?.needs).toEqual([{ name: 'flit-core', version: '1.0', kind: 'build-system' }]);
  });

  it('over ssh is shown, and missing', async () => {
    const document = await plan('foo @ git+ssh://git@h.example/foo.git@v1.0', {});
    expect(outline(document)).toEqual(['foo==1.0 missing no_sdist']);
    expect(document.nodes[0]).toMatchObject({
      source: { origin: 'git', url: 'ssh://git@h.example/foo.git', rev: 'v1.0' },
      reason: { text: expect.stringMatching(/https URL/) as unknown },
    });
  });

  it.each([
    ['git+https://h.example/foo.git@--upload-pack=x', /no tag, branch or commit/],
    ['git+https://h.example/foo.git@a..b', /no tag, branch or commit/],
    ['git+https://h.example/foo.git@+main:x', /no tag, branch or commit/],
    ['git+https://h.example/foo.git@%E0%A4%A', /broken escape/],
    ['git+file:///etc', /not file/],
    ['git+ext::sh', /not ext/],
    ['git+https://user:hunter2@h.example/foo.git', /credentials/],
    ['git+https://h.example/foo.git@v1.0#subdirectory=../x', /no folder within/],
    ['git+https://h.example/foo.git@v1.0#subdirectory=.git/hooks', /no folder within/],
    ['https://h.example/foo-1.0.tar.gz#subdirectory=/etc', /no folder within/],
  ])('%s is refused with the reason', async (url, why) => {
    const planning = plan(`foo @ ${url}`, {});
    await expect(planning).rejects.toMatchObject({ problems: [{ code: 'url_unsupported', name: 'foo' }] });
    await expect(planning).rejects.toThrow(why);
    await expect(planning).rejects.not.toThrow(/hunter2/);
  });

  it('that a user states is checked as well', async () => {
    const source = { git: 'https://h.example/foo.git', rev: '-c' };
    await expect(plan('foo', {}, { packages: { foo: { source } } })).rejects.toThrow(/no tag, branch or/);
  });

  it('gives way to an sdist of it that was handed in', async () => {
    const main = 'foo @ git+https://h.example/foo.git@main';
    const document = await plan(main, {}, { sourceFiles: [inputOf(sdist)] });
    expect(outline(document)).toEqual(['foo==1.0 build input_sdist']);
  });
});

describe('a folder of an archive', () => {
  const line = `foo @ https://h.example/d/foo-1.5.tar.gz#subdirectory=./py/&sha256=${sha256}`;

  it('is built, and nothing of the archive around it is read for it', async () => {
    const index = indexOf({});
    const document = await plan(line, {}, { index, planBuilds: true });
    expect(outline(document)).toEqual(['foo==1.5 build url_sdist']);
    expect(document.nodes[0]?.source).toEqual({
      origin: 'url',
      filename: 'foo-1.5.tar.gz',
      url: 'https://h.example/d/foo-1.5.tar.gz',
      sha256,
      subdirectory: 'py',
    });
    expect(document.nodes[0]?.metadata?.place).toBe('needs_host');
    expect(index.read).toEqual([]);
  });

  it('whose archive does not tell its version is missing', async () => {
    const document = await plan('foo @ https://h.example/main.zip#subdirectory=py', {});
    expect(document.missing_requirements).toMatchObject([{ code: 'not_found' }]);
  });
});

describe('what is stated of a package by hand', () => {
  const projects = { foo: ['foo-2.0.tar.gz', 'foo-1.0.tar.gz', x86Wheel] };

  it('excludes it from the target, with the reason', async () => {
    const document = await plan('foo', projects, { packages: { foo: { excluded: 'no JIT there' } } });
    expect(outline(document)).toEqual(['foo==2.0 missing excluded']);
    expect(document.missing_requirements[0]?.text).toMatch(/no JIT there/);
  });

  it('names its source or its version', async () => {
    const url = 'https://h.example/foo-9.0.tar.gz';
    const sourced = await plan('foo', projects, {
      packages: { foo: { source: { url, sha256: otherSha256 } } },
    });
    expect(sourced.nodes[0]).toMatchObject({
      version: '9.0',
      source: { origin: 'url', url, sha256: otherSha256 },
    });
    expect(outline(await plan('foo', projects, { packages: { foo: { version: '1.0' } } }))).toEqual([
      'foo==1.0 build no_compatible_wheel',
    ]);
    const unknown = await plan('foo', projects, { packages: { foo: { version: '7' } } });
    expect(unknown.missing_requirements).toMatchObject([{ code: 'no_matching_version' }]);
  });
});

describe('known failures and only_binary', () => {
  it('keep a version from being built, so that another is taken', async () => {
    const projects = { foo: ['foo-2.0.tar.gz', 'foo-1.0-py3-none-any.whl', 'foo-1.0.tar.gz'] };
    const knownFailures = new Map([['Foo==2.0.0', 'needs a newer compiler']]);
    const document = await plan('foo', projects, { knownFailures });
    expect(outline(document)).toEqual(['foo==1.0 reuse index_wheel']);
    const pinned = await plan('foo==2.0', projects, { knownFailures });
    expect(outline(pinned)).toEqual(['foo==2.0 missing known_failure']);
    expect(outline(await plan('foo', projects, { onlyBinary: [':all:'] }))).toEqual([
      'foo==1.0 reuse index_wheel',
    ]);
  });
});

describe('fallback_latest', () => {
  const projects = {
    foo: [x86Wheel, 'foo-2.0.tar.gz', 'foo-3.0rc1.tar.gz', 'foo-2.5-cp312-cp312-win_amd64.whl'],
  };

  it('takes the latest that can be had in place of a pin, and tells so', async () => {
    for (const options of [{ sourceFiles: [inputOf(x86Wheel)] }, {}]) {
      const document = await plan(options.sourceFiles ? '' : 'foo==1.0', projects, {
        ...options,
        fallbackLatest: true,
      });
      expect(outline(document)).toEqual(['foo==2.0 build no_wheel']);
      expect(document.nodes[0]?.reason.text).toMatch(
        /1\.0 was asked for and cannot be had: .*fallback_latest/,
      );
    }
  });

  it('keeps a pin that can be had, and other bounds', async () => {
    const kept = await plan(
      'foo==2.0',
      { foo: ['foo-2.0.tar.gz', 'foo-3.0.tar.gz'] },
      { fallbackLatest: true },
    );
    expect(kept.to_build).toEqual(['foo==2.0']);
    const bound = await plan('foo==1.0', projects, { fallbackLatest: true, constraintText: 'foo<2' });
    expect(outline(bound)).toEqual(['foo==1.0 missing no_sdist']);
  });
});

describe('a lock', () => {
  const locked = (name: string, version: string, more: Partial<LockedPackage> = {}): LockedPackage => ({
    normalizedName: name,
    version: parseVersion(version),
    label: `uv.lock: ${name} ${version}`,
    isDirect: false,
    source: { kind: 'index', url: null },
    files: [
      {
        filename: `${name}-${version}-py3-none-any.whl`,
        url: `https://files.example/${name}-${version}-py3-none-any.whl`,
        hashes: { sha256: otherSha256 },
        size: 3,
        uploadTime: null,
      },
    ],
    needs: [],
    ...more,
  });
  const need = (name: string) => ({ name, version: null, extras: [], marker: null });

  it('is planned as it stands, from its own files and needs, with no question to an index', async () => {
    const index = indexOf({});
    const document = await plan(
      '',
      {},
      {
        index,
        locked: [locked('app', '1.0', { isDirect: true, needs: [need('lib')] }), locked('lib', '0.5')],
      },
    );
    expect(outline(document)).toEqual(['lib==0.5 reuse index_wheel', 'app==1.0 reuse index_wheel']);
    expect(document.nodes[0]).toMatchObject({
      source: { origin: 'index', sha256: otherSha256, size: 3 },
      path: ['uv.lock: app 1.0', 'lib 0.5'],
      metadata: { place: 'lock' },
    });
    expect(document.dependency_expansions).toEqual(['lib==0.5']);
    expect([index.asked, index.read]).toEqual([[], []]);
  });

  it('that names no file for the target is filled from the index, which is told', async () => {
    const [file] = locked('foo', '1.0').files;
    const files = file === undefined ? [] : [{ ...file, filename: x86Wheel }];
    const document = await plan(
      '',
      { foo: [sdist, 'foo-2.0.tar.gz'] },
      {
        locked: [locked('foo', '1.0', { files, isDirect: true })],
      },
    );
    expect(outline(document)).toEqual(['foo==1.0 build no_compatible_wheel']);
    expect(document.notes).toEqual([expect.stringMatching(/does not vouch/)]);
  });

  it('of a folder of another machine is missing until an sdist of it is handed in', async () => {
    const source = { kind: 'directory', path: 'packages/foo' } as const;
    const packages = [locked('foo', '1.0', { source, files: [], isDirect: true })];
    expect(outline(await plan('', {}, { locked: packages }))).toEqual(['foo==1.0 missing no_sdist']);
    const handedIn = await plan('', {}, { locked: packages, sourceFiles: [inputOf(sdist)] });
    expect(outline(handedIn)).toEqual(['foo==1.0 build input_sdist']);
  });
});

describe('the result of a build', () => {
  it('is told where wheels of other platforms show that it serves more than one interpreter', async () => {
    const abi3 = await plan('foo', { foo: ['foo-1.0-cp39-abi3-manylinux_2_28_x86_64.whl', sdist] });
    expect(abi3.nodes[0]?.reason.text).toMatch(/cp39-abi3, so that one build serves every CPython from 3\.9/);
    const pure = await plan('foo', { foo: ['foo-1.0-py3-none-any.whl', sdist] }, { noBinary: ['foo'] });
    expect(pure.nodes[0]?.reason.text).toMatch(/py3-none-any/);
    const mixed = await plan('foo', { foo: ['foo-1.0-cp39-abi3-win_amd64.whl', x86Wheel, sdist] });
    expect(mixed.nodes[0]?.reason.text).not.toMatch(/one build/);
  });
});

describe('what was learnt of a listing for one plan', () => {
  it('decides nothing that the next plan sees otherwise', async () => {
    const index = indexOf({ foo: ['foo-2.0.tar.gz', 'foo-1.0-py3-none-any.whl', 'foo-1.0.tar.gz'] });
    const listing = await index.findProject('foo');
    const warm = { ...index, findProject: () => Promise.resolve(listing) };
    const planWarm = async (options: PlanOptions = {}) =>
      outline(await plan('foo', {}, { index: warm, ...options }));
    expect(await planWarm()).toEqual(['foo==2.0 build no_wheel']);
    expect(await planWarm()).toEqual(['foo==2.0 build no_wheel']);
    expect(await planWarm({ knownFailures: new Map([['foo==2.0', 'why']]) })).toEqual([
      'foo==1.0 reuse index_wheel',
    ]);
    expect(await planWarm({ onlyBinary: ['foo'] })).toEqual(['foo==1.0 reuse index_wheel']);
    expect(await planWarm({ noBinary: ['foo'] })).toEqual(['foo==2.0 build no_binary']);
    expect(await planWarm({ packages: { foo: { excluded: 'no' } } })).toEqual(['foo==2.0 missing excluded']);
    const other = createTarget({ pythonVersion: '3.11', platformTag: 'manylinux_2_28_x86_64' });
    expect(await planWarm({ target: other })).toEqual(['foo==2.0 build no_wheel']);
  });
});
