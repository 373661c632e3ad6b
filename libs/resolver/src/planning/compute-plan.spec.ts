import { planSnapshotSchema } from '@ironwheel/contracts';
import { describe, expect, it } from 'vitest';
import {
  indexOf,
  inputOf,
  otherSha256,
  outline,
  ownOf,
  plan,
  pureWheel,
  s390xWheel,
  sdist,
  sha256,
  x86Wheel,
} from './plan-fixture.ts';
import { toSnapshot } from './snapshot.ts';

describe('the verdict', () => {
  it.each([
    ['a pure wheel', [pureWheel, sdist], 'reuse index_wheel'],
    ['a wheel for the target', [x86Wheel, s390xWheel, sdist], 'reuse index_wheel'],
    ['wheels for other platforms and an sdist', [x86Wheel, sdist], 'build no_compatible_wheel'],
    ['an sdist', [sdist], 'build no_wheel'],
    ['a legacy sdist', ['foo-1.0.zip'], 'build no_wheel'],
    [
      'a wheel for a newer glibc',
      ['foo-1.0-cp312-cp312-manylinux_2_35_s390x.whl', sdist],
      'build no_compatible_wheel',
    ],
    ['wheels for other platforms only', [x86Wheel], 'missing no_sdist'],
    ['files of another project only', ['foobar-1.0.tar.gz', 'readme.txt'], 'missing no_matching_version'],
  ])('of %s', async (_, files, expected) => {
    expect(outline(await plan('foo==1.0', { foo: files }))).toEqual([`foo==1.0 ${expected}`]);
  });

  it('takes the wheel with the best tag, and says where it is', async () => {
    const document = await plan('foo', { foo: [pureWheel, s390xWheel, sdist] });
    expect(document.nodes[0]?.source).toEqual({
      origin: 'index',
      filename: s390xWheel,
      url: `https://files.example/${s390xWheel}`,
      sha256,
    });
    expect([document.reuse, document.to_build]).toEqual([['foo==1.0'], []]);
  });

  it('prefers .tar.gz to .zip', async () => {
    const document = await plan('foo', { foo: ['foo-1.0.zip', sdist] });
    expect(document.nodes[0]?.source?.filename).toBe(sdist);
  });

  it('prefers our own wheel, with the highest build', async () => {
    const own = [
      'foo-1.0-cp312-cp312-manylinux_2_28_s390x.whl',
      'foo-1.0-2-cp312-cp312-manylinux_2_28_s390x.whl',
    ];
    const document = await plan(
      'foo',
      { foo: [s390xWheel, sdist] },
      { own: ownOf(...own.map((filename) => ({ filename, sha256: otherSha256, yanked: false }))) },
    );
    expect(document.nodes[0]).toMatchObject({
      verdict: 'reuse',
      source: { origin: 'own', filename: own[1], sha256: otherSha256 },
    });
  });

  it('builds from an sdist that was handed in, whatever the index has of it', async () => {
    const index = indexOf({ foo: [pureWheel, sdist] });
    const document = await plan('', {}, { sourceFiles: [inputOf(sdist)], index, noDeps: true });
    expect(outline(document)).toEqual(['foo==1.0 build input_sdist']);
    expect(document.nodes[0]?.source).toEqual({ origin: 'input', filename: sdist, sha256, size: 10 });
    expect(index.asked).toEqual([]);
  });

  it('asks nobody about an exact pin that is at hand', async () => {
    const own = ownOf({ filename: s390xWheel, sha256, yanked: false });
    expect(outline(await plan('foo==1.0', {}, { own, index: null }))).toEqual(['foo==1.0 reuse own_wheel']);
  });
});

describe('no_binary', () => {
  it('builds what has compiled parts for all, and also pure projects that are named', async () => {
    const projects = {
      foo: [s390xWheel, sdist],
      pure: ['pure-1.0-py3-none-any.whl', 'pure-1.0.tar.gz'],
      named: ['named-1.0-py3-none-any.whl', 'named-1.0.tar.gz'],
    };
    const document = await plan('foo\npure\nnamed', projects, { noBinary: [':all:', 'Named'] });
    expect(outline(document)).toEqual([
      'foo==1.0 build no_binary',
      'named==1.0 build no_binary',
      'pure==1.0 reuse index_wheel',
    ]);
  });

  it('is taken back by :none:', async () => {
    const document = await plan(
      'foo',
      { foo: [s390xWheel, sdist] },
      { noBinary: [':all:', 'foo', ':none:'] },
    );
    expect(document.reuse).toEqual(['foo==1.0']);
  });

  it('a wheel that we serve as it was handed in is nobody’s build: no_binary and hashes concern it', async () => {
    const own = ownOf({ origin: 'input' as const, filename: s390xWheel, sha256, yanked: false });
    const built = await plan('foo', { foo: [sdist] }, { noBinary: ['foo'], own });
    expect(outline(built)).toEqual(['foo==1.0 build no_binary']);
    const strange = `foo==1.0 --hash=sha256:${otherSha256}`;
    const missing = await plan(strange, {}, { own, index: null });
    expect(outline(missing)[0]).toMatch(/^foo==1\.0 missing/);
    expect(outline(await plan('foo', { foo: [sdist] }, { own }))).toEqual(['foo==1.0 reuse input_wheel']);
  });

  it('does not concern what we built from source ourselves', async () => {
    const own = ownOf({ filename: s390xWheel, sha256, yanked: false });
    const document = await plan('foo', { foo: [sdist] }, { noBinary: ['foo'], own });
    expect(document.reuse).toEqual(['foo==1.0']);
  });

  it('leaves a project without sdist missing', async () => {
    const document = await plan('foo', { foo: [s390xWheel] }, { noBinary: [':all:'] });
    expect(document.missing_requirements).toMatchObject([
      { code: 'no_sdist', text: expect.stringMatching(/no_binary/) as unknown },
    ]);
  });
});

describe('a rebuild', () => {
  it('builds what could be reused, but not a pure wheel of the index', async () => {
    const projects = { foo: [s390xWheel, sdist], pure: ['pure-1.0-py3-none-any.whl', 'pure-1.0.tar.gz'] };
    const document = await plan('foo\npure', projects, { rebuild: true });
    expect(outline(document)).toEqual(['foo==1.0 build rebuild', 'pure==1.0 reuse index_wheel']);
  });

  it('builds anew what we built, pure or not', async () => {
    const own = ownOf({ filename: pureWheel, sha256, yanked: false });
    const document = await plan('foo==1.0', { foo: [sdist] }, { rebuild: true, own });
    expect(outline(document)).toEqual(['foo==1.0 build rebuild']);
  });
});

describe('the version', () => {
  const versions = (...all: string[]): string[] => all.map((version) => `foo-${version}.tar.gz`);

  it.each([
    ['foo', '2.0'],
    ['foo<2', '1.5'],
    ['foo==1.0.0', '1.0'],
    ['foo~=1.0', '1.5'],
    ['foo>=2.1.dev0', '2.1rc1'],
    ['foo===1.5', '1.5'],
  ])('of %s is %s', async (requirement, version) => {
    const document = await plan(requirement, { foo: versions('1.0', '1.5', '2.0', '2.1rc1') });
    expect(document.nodes[0]?.version).toBe(version);
  });

  it('is a pre-release where nothing else can be had, or where that is asked for', async () => {
    expect(outline(await plan('foo', { foo: versions('1.0a1', '1.0a2') }))).toEqual([
      'foo==1.0a2 build no_wheel',
    ]);
    const asked = await plan('foo', { foo: versions('1.0', '1.1a2') }, { allowsPrereleases: true });
    expect(asked.nodes[0]?.version).toBe('1.1a2');
  });

  it('satisfies every requester and constraint', async () => {
    const document = await plan(
      'foo>=1\nFoo<3',
      { foo: versions('0.5', '1.5', '2.5', '3') },
      { constraintText: 'foo<2\nbar==1' },
    );
    expect(document.nodes.map(({ name, version }) => [name, version])).toEqual([['foo', '1.5']]);
    expect(document.nodes[0]?.requested_by).toEqual([
      'foo>=1 (requirements.txt:1)',
      'Foo<3 (requirements.txt:2)',
      'constraint foo<2 (constraints.txt:1)',
    ]);
  });

  it('is for the Python of the target, not of this machine', async () => {
    const files = [
      { filename: 'foo-3.0.tar.gz', requiresPython: '>=3.13' },
      { filename: 'foo-2.0.tar.gz', requiresPython: '>=3.12.5' },
      { filename: 'foo-1.0.tar.gz', requiresPython: '>=3.12.4' },
    ];
    const document = await plan('foo', { foo: files });
    expect(document.nodes[0]).toMatchObject({ version: '1.0', requires_python: '>=3.12.4' });
    expect(document.nodes[0]?.reason.text).toMatch(/Newer, but not to be had for the target: 3\.0, 2\.0/);
    expect(outline(await plan('foo>=2', { foo: files }))).toEqual(['foo==3.0 missing requires_python']);
  });

  it('is passed over when it can neither be reused nor built', async () => {
    const document = await plan('foo', { foo: ['foo-2.0-cp312-cp312-win_amd64.whl', sdist] });
    expect(outline(document)).toEqual(['foo==1.0 build no_wheel']);
  });

  it('is a yanked one only where it is named exactly (PEP 592)', async () => {
    const files = [sdist, { filename: 'foo-2.0.tar.gz', yanked: 'eats data' }];
    expect((await plan('foo', { foo: files })).nodes[0]?.version).toBe('1.0');
    expect(outline(await plan('foo==2.*', { foo: files }))).toEqual(['foo==2.0 missing yanked']);
    const pinned = await plan('foo==2.0', { foo: files });
    expect(pinned.nodes[0]).toMatchObject({
      verdict: 'build',
      reason: { text: expect.stringMatching(/eats data/) as unknown },
    });
  });

  it('has a file with one of the hashes that are given', async () => {
    const files = [
      { filename: 'foo-2.0.tar.gz', hashes: { sha256: otherSha256 } },
      { filename: 'foo-1.0.tar.gz', hashes: { sha256 } },
    ];
    expect((await plan(`foo --hash=sha256:${sha256}`, { foo: files })).nodes[0]?.version).toBe('1.0');
    const wrong = await plan(`foo==2.0 --hash=sha256:${sha256}`, { foo: files });
    expect(wrong.missing_requirements).toMatchObject([{ text: expect.stringMatching(/hashes/) as unknown }]);
  });

  it('that nobody has is told with what there is', async () => {
    const document = await plan('foo>=9\nbar==1.0\nbaz', { foo: versions('1.0', '2.0') });
    expect(outline(document)).toEqual(['bar==1.0 missing not_found']);
    expect(document.missing_requirements.map(({ code, requirement }) => [code, requirement])).toEqual([
      ['not_found', 'bar==1.0 (requirements.txt:2)'],
      ['not_found', 'baz (requirements.txt:3)'],
      ['not_uploaded', 'foo>=9 (requirements.txt:1)'],
    ]);
    expect(document.missing_requirements[2]?.text).toMatch(/foo>=9 \(requirements\.txt:1\); .*2\.0 and 1\.0/);
  });
});

describe('wheels made for another platform', () => {
  it('give reuse, reuse and build, as the snapshot of the seeds says', async () => {
    const sourceFiles = [
      'a_pure-1.0-py3-none-any.whl',
      'fits-2.0-cp312-cp312-manylinux2014_s390x.whl',
      'foreign-3.0-cp312-cp312-manylinux2014_x86_64.whl',
    ].map(inputOf);
    const document = await plan(
      '',
      {
        foreign: ['foreign-3.0.tar.gz', 'foreign-4.0.tar.gz'],
        setuptools: ['setuptools-80.0-py3-none-any.whl'],
      },
      { sourceFiles, planBuilds: true },
    );
    const snapshot = toSnapshot(document);
    expect(planSnapshotSchema.parse(snapshot)).toEqual(snapshot);
    const tags = { python_version: '3.12', python_tag: 'cp312', platform_tag: 'manylinux_2_28_s390x' };
    expect(snapshot).toEqual({
      run_id: 'run_1',
      plan: [
        { name: 'a-pure', version: '1.0', ...tags, action: 'reuse' },
        { name: 'fits', version: '2.0', ...tags, action: 'reuse' },
        { name: 'foreign', version: '3.0', ...tags, action: 'build' },
      ],
    });
  });

  it('pin their version, or are the least that is wanted', async () => {
    const sourceFiles = [inputOf(x86Wheel)];
    const projects = { foo: [sdist, 'foo-2.0.tar.gz'] };
    expect((await plan('', projects, { sourceFiles })).to_build).toEqual(['foo==1.0']);
    expect((await plan('', projects, { sourceFiles, strategy: 'eager' })).to_build).toEqual(['foo==2.0']);
  });

  it('are missing when there is no source of them', async () => {
    const document = await plan('', {}, { sourceFiles: [inputOf(x86Wheel)] });
    expect(outline(document)).toEqual(['foo==1.0 missing not_found']);
    expect(toSnapshot(document).plan[0]?.action).toBe('skip');
  });
});

describe('markers', () => {
  it('are those of the target', async () => {
    const document = await plan(
      'foo ; platform_machine == "s390x"\nbar ; platform_machine == "x86_64"\nbaz ; sys_platform == "win32"',
      { foo: [sdist] },
    );
    expect(document.nodes.map(({ name }) => name)).toEqual(['foo']);
    expect(document.skipped_requirements?.map(({ requirement }) => requirement)).toEqual([
      'bar ; platform_machine == "x86_64" (requirements.txt:2)',
      'baz ; sys_platform == "win32" (requirements.txt:3)',
    ]);
  });

  it('leave out a URL without showing its password', async () => {
    const line = 'bar @ https://user:hunter2@h.example/bar-1.0.tar.gz ; sys_platform == "win32"';
    const document = await plan(`foo\n${line}`, { foo: [sdist] });
    expect(document.skipped_requirements).toHaveLength(1);
    expect(JSON.stringify(document)).not.toContain('hunter2');
  });

  it('also decide whether a pin conflicts', async () => {
    const document = await plan('foo==1.0 ; python_version >= "3.10"\nfoo==0.9 ; python_version < "3.10"', {
      foo: [sdist],
    });
    expect(document.to_build).toEqual(['foo==1.0']);
  });
});

describe('what cannot be planned', () => {
  it('is told all at once, before anything is asked', async () => {
    const index = indexOf({});
    const requirements = [
      'foo==1.0',
      'Foo==2.0',
      'bar @ https://user:hunter2@h.example/bar-1.0.tar.gz',
      'baz ; os_name ~= "posix"',
      'qux==1',
    ].join('\n');
    const planning = plan(requirements, {}, { index, constraintText: 'qux==2\nquux[extra]<1' });
    await expect(planning).rejects.toMatchObject({
      code: 'PLAN_UNRESOLVABLE',
      problems: [
        { code: 'url_unsupported', name: 'bar' },
        { code: 'marker_invalid', name: 'baz' },
        { code: 'constraint_invalid', name: 'quux' },
        { code: 'conflicting_pins', name: 'foo' },
        { code: 'conflicting_pins', name: 'qux' },
      ],
    });
    await expect(planning).rejects.toThrow(
      /foo==1\.0 \(requirements\.txt:1\) wants 1\.0, Foo==2\.0 \(requirements\.txt:2\)/,
    );
    await expect(planning).rejects.not.toThrow(/hunter2/);
    expect(index.asked).toEqual([]);
  });

  it('names a wheel that contradicts a line', async () => {
    const planning = plan('foo==2.0', {}, { sourceFiles: [inputOf(x86Wheel)] });
    await expect(planning).rejects.toThrow(/requirements\.txt:1.*foo-1\.0-cp312.*\(input\)/s);
  });

  it('is an empty wish', async () => {
    await expect(plan('', {})).rejects.toMatchObject({ problems: [{ code: 'no_input' }] });
  });

  it('is anything while the index fails', async () => {
    const failure = new Error('unreachable');
    const index = { ...indexOf({}), findProject: () => Promise.reject(failure) };
    await expect(plan('foo\nbar', {}, { index })).rejects.toBe(failure);
  });
});
