import { parseVersion } from '@ironwheel/packaging';
import { describe, expect, it } from 'vitest';
import { type LockedPackage } from '../inputs/locked-package.ts';
import {
  indexOf,
  otherSha256,
  outline,
  ownOf,
  plan,
  type FakeProjects,
  type PlanOptions,
} from './plan-fixture.ts';

const setuptools = 'setuptools-80.0-py3-none-any.whl';
const native = (name: string, version: string): string =>
  `${name}-${version}-cp312-cp312-manylinux_2_28_s390x.whl`;
const source = (name: string, version: string, ...buildRequires: string[]) => ({
  filename: `${name}-${version}.tar.gz`,
  buildRequires,
});

const planWith = (requirements: string, projects: FakeProjects, options: PlanOptions = {}) =>
  plan(requirements, projects, { planBuilds: true, ...options });

describe('what a build needs', () => {
  it('is setuptools where the sdist says nothing (PEP 517), a node of role build with an edge to it', async () => {
    const document = await planWith('foo', { foo: ['foo-1.0.tar.gz'], setuptools: [setuptools] });
    expect(outline(document)).toEqual(['setuptools==80.0 reuse index_wheel', 'foo==1.0 build no_wheel']);
    const [tool, foo] = document.nodes;
    expect(tool).toMatchObject({
      roles: ['build'],
      requested_by: ['setuptools>=40.8.0 (to build foo 1.0)'],
      path: ['foo (requirements.txt:1)', 'setuptools 80.0 (build)'],
    });
    expect(foo?.needs).toEqual([{ name: 'setuptools', version: '80.0', kind: 'build-system' }]);
    // It is no part of what was asked for.
    expect(document.plan.map(({ name }) => name)).toEqual(['foo']);
    expect([document.reuse, document.dependency_expansions]).toEqual([[], []]);
  });

  it('is nothing for what is not built', async () => {
    const index = indexOf({ foo: ['foo-1.0-py3-none-any.whl'] });
    await planWith('foo', {}, { index });
    expect(index.asked).toEqual(['foo']);
  });

  it('is bound by no lock and no pin: these are about what is installed', async () => {
    const lockedTool: LockedPackage = {
      normalizedName: 'tool',
      version: parseVersion('3.0'),
      label: 'uv.lock: tool 3.0',
      isDirect: true,
      source: { kind: 'index', url: null },
      files: [
        {
          filename: 'tool-3.0-py3-none-any.whl',
          url: 'https://files.example/tool-3.0-py3-none-any.whl',
          hashes: { sha256: otherSha256 },
          size: 3,
          uploadTime: null,
        },
      ],
      needs: [],
    };
    const projects = {
      foo: [source('foo', '1.0', 'tool<3')],
      tool: ['tool-2.0-py3-none-any.whl', 'tool-3.0-py3-none-any.whl'],
    };
    const document = await planWith('foo', projects, { locked: [lockedTool] });
    expect(document.nodes.map(({ name, version, roles }) => [name, version, roles])).toEqual([
      ['tool', '2.0', ['build']],
      ['foo', '1.0', ['install']],
      ['tool', '3.0', ['install']],
    ]);
  });

  it('comes with its own dependencies, each environment solved on its own', async () => {
    const document = await planWith('foo\ntool==1.0', {
      foo: [source('foo', '1.0', 'tool>=2')],
      tool: [{ filename: 'tool-2.0-py3-none-any.whl', requires: ['helper'] }, 'tool-1.0-py3-none-any.whl'],
      helper: ['helper-1.0-py3-none-any.whl'],
    });
    expect(document.nodes.map(({ name, version, roles }) => [name, version, roles])).toEqual([
      ['helper', '1.0', ['build']],
      ['tool', '1.0', ['install']],
      ['tool', '2.0', ['build']],
      ['foo', '1.0', ['install']],
    ]);
    expect(document.nodes[2]?.needs).toEqual([{ name: 'helper', version: '1.0', kind: 'install' }]);
    expect(document.nodes[0]?.path).toEqual(['foo (requirements.txt:1)', 'tool 2.0 (build)', 'helper 1.0']);
  });

  it('follows the markers of the target', async () => {
    const document = await planWith('foo', {
      foo: [source('foo', '1.0', 'here; platform_machine == "s390x"', 'there; platform_machine != "s390x"')],
      here: ['here-1.0-py3-none-any.whl'],
    });
    expect(document.nodes.map(({ name }) => name)).toEqual(['here', 'foo']);
  });

  it('is stated by hand where only the backend could tell; what it adds is a build-backend need', async () => {
    const document = await planWith(
      'foo',
      {
        foo: [source('foo', '1.0', 'tool')],
        tool: ['tool-1.0-py3-none-any.whl'],
        ninja: [native('ninja', '1.11')],
      },
      { packages: { foo: { build_requires: ['tool', 'ninja'] } } },
    );
    expect(document.nodes.find(({ name }) => name === 'foo')?.needs).toEqual([
      { name: 'ninja', version: '1.11', kind: 'build-backend' },
      { name: 'tool', version: '1.0', kind: 'build-system' },
    ]);
  });

  it('is a version of it that the plan installs anyway, where that fits, also when it is built', async () => {
    const document = await planWith('foo\nnumpy==1.0', {
      foo: [source('foo', '1.0', 'numpy')],
      numpy: [source('numpy', '1.0'), source('numpy', '2.0')],
    });
    expect(
      document.nodes.map(({ name, version, verdict, roles }) => [name, version, verdict, roles]),
    ).toEqual([
      ['numpy', '1.0', 'build', ['install', 'build']],
      ['foo', '1.0', 'build', ['install']],
    ]);
    expect(document.nodes[1]?.needs).toEqual([{ name: 'numpy', version: '1.0', kind: 'build-system' }]);
  });

  it('that contradicts itself makes what needs it missing', async () => {
    const document = await planWith('foo\nbar', {
      foo: [source('foo', '1.0', 'tool<1', 'tool>2')],
      bar: ['bar-1.0-py3-none-any.whl'],
      tool: ['tool-0.5-py3-none-any.whl', 'tool-3.0-py3-none-any.whl'],
    });
    expect(outline(document)).toEqual(['bar==1.0 reuse index_wheel', 'foo==1.0 missing no_matching_version']);
    expect(document.nodes[1]?.reason.text).toMatch(/build requirements contradict each other/);
  });

  it('of an sdist that cannot be read is told as unknown', async () => {
    const projects: FakeProjects = { foo: [{ filename: 'foo-1.0.tar.gz', isBroken: true }] };
    const document = await planWith('foo', projects, {
      packages: { foo: { metadata: { requires_dist: [] } } },
    });
    expect(outline(document)).toEqual(['foo==1.0 build no_wheel']);
    expect(document.notes).toEqual([
      expect.stringMatching(/foo 1\.0: its build requirements are not planned: .*torn/),
    ]);
  });
});

describe('a build requirement without a ready wheel', () => {
  const projects: FakeProjects = {
    foo: [source('foo', '1.0', 'tool')],
    tool: [source('tool', '2.0', 'deep'), source('tool', '1.0', 'deep')],
    deep: [source('deep', '1.0')],
  };

  it('is missing, and what needs it is still to be built', async () => {
    const document = await planWith('foo', projects);
    expect(outline(document)).toEqual(['tool==2.0 missing needs_bootstrap', 'foo==1.0 build no_wheel']);
    expect(document.to_build).toEqual(['foo==1.0']);
    expect(document.missing_requirements).toMatchObject([
      { code: 'needs_bootstrap', requirement: 'tool (to build foo 1.0)' },
    ]);
  });

  it('is built with bootstrap, and so is what its own build needs', async () => {
    const document = await planWith('foo', projects, { bootstrap: true });
    expect(outline(document)).toEqual([
      'deep==1.0 build no_wheel',
      'tool==2.0 build no_wheel',
      'foo==1.0 build no_wheel',
    ]);
    expect(document.to_build).toEqual(['deep==1.0', 'tool==2.0', 'foo==1.0']);
    expect(document.nodes[0]?.path).toEqual([
      'foo (requirements.txt:1)',
      'tool 2.0 (build)',
      'deep 1.0 (build)',
    ]);
  });

  it('is taken in an older version that has one, before anything is built', async () => {
    const withWheel = { ...projects, tool: [...(projects['tool'] ?? []), native('tool', '1.0')] };
    for (const bootstrap of [false, true]) {
      const document = await planWith('foo', withWheel, { bootstrap });
      expect(outline(document)).toEqual(['tool==1.0 reuse index_wheel', 'foo==1.0 build no_wheel']);
    }
  });

  it('is reused when we have built it', async () => {
    const own = ownOf({ filename: native('tool', '2.0'), sha256: otherSha256, yanked: false });
    const document = await planWith('foo', projects, { own });
    expect(outline(document)).toEqual(['tool==2.0 reuse own_wheel', 'foo==1.0 build no_wheel']);
  });

  it('is concerned by no_binary only with bootstrap', async () => {
    const withWheel: FakeProjects = {
      foo: [source('foo', '1.0', 'tool')],
      tool: [native('tool', '1.0'), source('tool', '1.0')],
    };
    const noBinary = [':all:'];
    expect(outline(await planWith('foo', withWheel, { noBinary }))[0]).toBe('tool==1.0 reuse index_wheel');
    expect(outline(await planWith('foo', withWheel, { noBinary, bootstrap: true }))[0]).toBe(
      'tool==1.0 build no_binary',
    );
  });
});

describe('packages that need each other to be built', () => {
  const projects: FakeProjects = {
    a: [source('a', '1.0', 'b'), native('a', '1.0')],
    b: [source('b', '2.0', 'a')],
  };

  it('are shown as a circle with the choice to make, and nothing is planned', async () => {
    await expect(planWith('a\nb', projects, { noBinary: ['a'] })).rejects.toMatchObject({
      problems: [
        {
          code: 'build_cycle',
          name: 'a',
          text: expect.stringMatching(/a 1\.0 → b 2\.0 → a 1\.0.*a or b in only_binary/) as unknown,
          steps: ['a 1.0 is built with b 2.0.', 'b 2.0 is built with a 1.0.'],
        },
      ],
    });
  });

  it('are planned when only_binary names one of them, and the broken circle is listed', async () => {
    const document = await planWith('a\nb', projects, { noBinary: ['a'], onlyBinary: ['a'] });
    expect(outline(document)).toEqual(['a==1.0 reuse index_wheel', 'b==2.0 build no_wheel']);
    expect(document.cycles).toEqual([['a==1.0', 'b==2.0']]);
  });

  it('stay in a circle when the named one has no ready wheel', async () => {
    const noWheel = { ...projects, a: [source('a', '1.0', 'b')] };
    const document = await planWith('b', noWheel, { onlyBinary: ['a'], bootstrap: true });
    expect(outline(document)).toEqual(['a==1.0 missing excluded', 'b==2.0 build no_wheel']);
    await expect(planWith('b', noWheel, { bootstrap: true })).rejects.toMatchObject({
      problems: [{ code: 'build_cycle' }],
    });
  });

  it('may be one that needs itself, unless its backend is in its own tree', async () => {
    const self: FakeProjects = { a: [source('a', '1.0', 'a')] };
    await expect(planWith('a', self)).rejects.toThrow(/a needs itself to be built: a 1\.0 → a 1\.0/);
    const inTree: FakeProjects = { a: [{ ...source('a', '1.0', 'a'), backendPath: ['src'] }] };
    expect(outline(await planWith('a', inTree))).toEqual(['a==1.0 build no_wheel']);
  });

  it('are found through what a build requirement itself needs to run', async () => {
    const through: FakeProjects = {
      a: [source('a', '1.0', 'tool')],
      tool: [{ filename: 'tool-1.0-py3-none-any.whl', requires: ['a'] }],
    };
    await expect(planWith('a', through)).rejects.toThrow(/a needs itself/);
  });
});
