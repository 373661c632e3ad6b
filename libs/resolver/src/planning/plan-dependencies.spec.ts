import { describe, expect, it } from 'vitest';
import { indexOf, outline, plan, target, type FakeProjects } from './plan-fixture.ts';

const pure = (name: string, version: string, ...requires: string[]) => ({
  filename: `${name}-${version}-py3-none-any.whl`,
  requires,
});
const source = (name: string, version: string, ...requires: string[]) => ({
  filename: `${name}-${version}.tar.gz`,
  requires,
});

describe('dependencies', () => {
  const projects: FakeProjects = {
    app: [pure('app', '1.0', 'lib>=2', 'win ; sys_platform == "win32"', 'zed; platform_machine == "s390x"')],
    lib: [source('lib', '2.0', 'base<3'), source('lib', '1.0')],
    base: [pure('base', '2.5'), pure('base', '3.0')],
    zed: [pure('zed', '0.1')],
    win: [pure('win', '1.0')],
  };

  it('are planned with the markers of the target, what is needed first standing first', async () => {
    const document = await plan('app', projects);
    expect(outline(document)).toEqual([
      'base==2.5 reuse index_wheel',
      'lib==2.0 build no_wheel',
      'zed==0.1 reuse index_wheel',
      'app==1.0 reuse index_wheel',
    ]);
    expect(document.dependency_expansions).toEqual(['base==2.5', 'lib==2.0', 'zed==0.1']);
    expect([document.reuse, document.to_build]).toEqual([
      ['base==2.5', 'zed==0.1', 'app==1.0'],
      ['lib==2.0'],
    ]);
    expect(document.plan).toHaveLength(4);
  });

  it('have edges, and a path back to what was asked for', async () => {
    const document = await plan('app', projects);
    const [base, lib] = document.nodes;
    expect(base?.path).toEqual(['app (requirements.txt:1)', 'lib 2.0', 'base 2.5']);
    expect(base?.requested_by).toEqual(['base<3 (lib 2.0)']);
    expect(lib?.needs).toEqual([{ name: 'base', version: '2.5', kind: 'install' }]);
    expect(lib?.roles).toEqual(['install']);
    expect(base?.metadata).toEqual({ place: 'wheel', filename: 'base-2.5-py3-none-any.whl' });
    expect(document.target).toEqual({
      python_full_version: '3.12.4',
      abi_tag: 'cp312',
      machine: 's390x',
      libc: 'glibc 2.28',
    });
  });

  it('of extras come with the extra, and an extra that is none is told', async () => {
    const document = await plan('app[fast,none]', {
      app: [{ ...pure('app', '1.0', 'speed ; extra == "fast"'), provides: ['fast'] }],
      speed: [pure('speed', '1.0')],
    });
    expect(document.nodes.map(({ name, extras }) => [name, extras])).toEqual([
      ['speed', []],
      ['app', ['fast', 'none']],
    ]);
    expect(document.notes).toEqual([expect.stringContaining('no extra "none"')]);
  });

  it('that form a circle of installs are legal', async () => {
    const document = await plan('left', {
      left: [pure('left', '1', 'right')],
      right: [pure('right', '1', 'left')],
    });
    expect(document.nodes.map(({ name }) => name)).toEqual(['left', 'right']);
  });

  it('are left out with no_deps, and nobody is asked about them', async () => {
    const index = indexOf(projects);
    const document = await plan('app', {}, { index, noDeps: true });
    expect(outline(document)).toEqual(['app==1.0 reuse index_wheel']);
    expect([index.asked, index.read]).toEqual([['app'], []]);
  });

  it('nobody has are told with who wants them', async () => {
    const document = await plan('app', { app: [pure('app', '1.0', 'gone==3.0', 'lost')] });
    expect(outline(document)).toEqual(['gone==3.0 missing not_found', 'app==1.0 reuse index_wheel']);
    expect(document.missing_requirements.map(({ requirement, code }) => [requirement, code])).toEqual([
      ['gone==3.0 (app 1.0)', 'not_found'],
      ['lost (app 1.0)', 'not_found'],
    ]);
  });

  it('that contradict each other are a conflict that tells who wants what', async () => {
    const planning = plan('one\ntwo', {
      one: [pure('one', '1.0', 'base<3')],
      two: [pure('two', '1.0', 'base>=3')],
      base: [pure('base', '2.5'), pure('base', '3.0')],
    });
    await expect(planning).rejects.toMatchObject({
      code: 'PLAN_UNRESOLVABLE',
      problems: [
        {
          code: 'conflict',
          steps: expect.arrayContaining([expect.stringContaining('base<3')]) as unknown,
        },
      ],
    });
  });

  it('beyond a limit are an error and never half a plan', async () => {
    await expect(plan('app', projects, { limits: { maxPackages: 2 } })).rejects.toMatchObject({
      problems: [{ code: 'limit', text: expect.stringContaining('maxPackages') as unknown }],
    });
  });

  it('are replaced by overrides and dropped by excludes', async () => {
    const document = await plan('app', projects, {
      overrideText: 'base==3.0',
      excludes: ['Zed'],
    });
    expect(document.nodes.map(({ name, version }) => `${name} ${version}`)).toEqual([
      'base 3.0',
      'lib 2.0',
      'app 1.0',
    ]);
    const excluded = await plan('app\nzed', projects, { excludes: ['zed'] });
    expect(excluded.skipped_requirements?.map(({ requirement }) => requirement)).toEqual([
      'zed (requirements.txt:2)',
    ]);
  });

  it('are the oldest that fit with the strategy lowest', async () => {
    const document = await plan('lib\nbase>=2', projects, { strategy: 'lowest' });
    expect(document.nodes.map(({ name, version }) => `${name} ${version}`)).toEqual(['base 2.5', 'lib 1.0']);
  });
});

describe('metadata', () => {
  const x86 = (version: string) => `foo-${version}-cp312-cp312-manylinux_2_28_x86_64.whl`;

  it('of what is to be built are read from a wheel for another target, which is told', async () => {
    const index = indexOf({
      foo: [
        'foo-1.0-cp312-cp312-win_amd64.whl',
        { filename: x86('1.0'), requires: ['bar'], metadata: { sha256: null } },
        'foo-1.0.tar.gz',
      ],
      bar: ['bar-1.0-py3-none-any.whl'],
    });
    const document = await plan('foo', {}, { index });
    expect(outline(document)).toEqual(['bar==1.0 reuse index_wheel', 'foo==1.0 build no_compatible_wheel']);
    expect(document.nodes[1]?.metadata).toMatchObject({
      place: 'core-metadata',
      filename: x86('1.0'),
      text: expect.stringContaining('may differ') as unknown,
    });
    expect(index.read).toEqual([x86('1.0'), 'bar-1.0-py3-none-any.whl']);
  });

  it('that only a build can tell are told, and can be stated by hand', async () => {
    const projects: FakeProjects = {
      foo: [{ filename: 'foo-1.0.tar.gz', isDynamic: true }],
      bar: ['bar-1.0-py3-none-any.whl'],
    };
    const document = await plan('foo', projects);
    expect(document.nodes[0]).toMatchObject({ verdict: 'build', metadata: { place: 'needs_host' } });
    expect(document.notes).toEqual([expect.stringMatching(/foo 1\.0: .* State "metadata"/)]);
    const packages = { Foo: { metadata: { requires_dist: ['bar; extra == "x"'], provides_extra: ['X'] } } };
    const stated = await plan('foo[x]', projects, { packages });
    expect(stated.nodes.map(({ name, metadata }) => [name, metadata?.place])).toEqual([
      ['bar', 'wheel'],
      ['foo', 'override'],
    ]);
    expect(stated.notes).toEqual([]);
  });

  it('are not looked for in file after file of a project that has none to be read', async () => {
    const files = Array.from({ length: 2000 }, (_, at) => ({
      filename: `foo-${at}.0-py3-none-any.whl`,
      isBroken: true,
    }));
    const index = indexOf({ foo: files });
    const planning = plan('foo', {}, { index });
    await expect(planning).rejects.toMatchObject({ problems: [{ code: 'limit', name: 'foo' }] });
    await expect(planning).rejects.toThrow(/foo: 100 releases were looked at in vain.*it is torn/);
    expect(index.read.length).toBeLessThan(200);
    const some = indexOf({ foo: [...files.slice(-90), 'foo-1.0-py3-none-any.whl'] });
    expect(outline(await plan('foo', {}, { index: some }))).toEqual(['foo==1.0 reuse index_wheel']);
  });

  it('that nobody knows are no way out of what the known needs of a newer release forbid', async () => {
    const limiter = [
      { filename: 'flask_limiter-3.9.0.tar.gz', isDynamic: true },
      pure('flask_limiter', '3.12', 'rich<14,>=12'),
      pure('flask_limiter', '3.13', 'rich<14,>=12'),
    ];
    const universe: FakeProjects = {
      app: [pure('app', '1.0', 'rich>=12', 'flask-limiter<4,>3')],
      rich: ['13.9.4', '14.0', '15.0'].map((version) => pure('rich', version)),
      'flask-limiter': limiter,
    };
    const document = await plan('app', universe);
    expect(outline(document)).toEqual([
      'rich==13.9.4 reuse index_wheel',
      'flask-limiter==3.13 reuse index_wheel',
      'app==1.0 reuse index_wheel',
    ]);
    expect(document.notes).toEqual([]);
    const forced = await plan('app\nrich>=15', universe);
    expect(outline(forced)).toContain('flask-limiter==3.9.0 build no_wheel');
    expect(forced.notes).toEqual([
      expect.stringMatching(/flask-limiter 3\.9\.0 .* nothing else fits/),
      expect.stringMatching(/flask-limiter 3\.9\.0: .* State "metadata"/),
    ]);
    const newest = {
      ...universe,
      'flask-limiter': [...limiter, { filename: 'flask_limiter-3.14.tar.gz', isDynamic: true }],
    };
    expect(outline(await plan('app', newest))).toContain('flask-limiter==3.14 build no_wheel');
  });

  it('that cannot be read make a release one that cannot be used', async () => {
    const document = await plan('foo', {
      foo: [{ filename: 'foo-2.0-py3-none-any.whl', isBroken: true }, 'foo-1.0-py3-none-any.whl'],
    });
    expect(outline(document)).toEqual(['foo==1.0 reuse index_wheel']);
    expect(document.notes).toEqual([expect.stringMatching(/^foo: 2\.0 cannot be used: .* it is torn\.$/)]);
  });

  it('in a file with other bytes than the index states end the plan', async () => {
    const planning = plan('foo', {
      foo: [{ filename: 'foo-2.0-py3-none-any.whl', isForged: true }, 'foo-1.0-py3-none-any.whl'],
    });
    await expect(planning).rejects.toMatchObject({ code: 'PACKAGE_FILE_LIES' });
    const building = plan(
      'foo',
      {
        foo: [
          { filename: 'foo-1.0.tar.gz', isForged: true },
          { filename: x86('1.0'), metadata: { sha256: null } },
        ],
      },
      { planBuilds: true },
    );
    await expect(building).rejects.toMatchObject({ code: 'PACKAGE_FILE_LIES' });
  });

  it('of what cannot be had are those of other platforms and count only when stated by hand', async () => {
    const index = indexOf({
      foo: [{ filename: x86('1.0'), requires: ['nvidia-thing'], metadata: { sha256: null } }],
      bar: ['bar-1.0-py3-none-any.whl'],
    });
    const document = await plan('foo', {}, { index });
    expect(outline(document)).toEqual(['foo==1.0 missing no_sdist']);
    expect(document.missing_requirements.map(({ text }) => text)).toEqual([
      expect.stringMatching(/ What it needs itself is not planned\.$/),
    ]);
    expect([index.asked, index.read]).toEqual([['foo'], []]);
    const packages = { foo: { metadata: { requires_dist: ['bar'] } } };
    const stated = await plan('foo', {}, { index, packages });
    expect(outline(stated)).toEqual(['bar==1.0 reuse index_wheel', 'foo==1.0 missing no_sdist']);
    expect(stated.missing_requirements[0]?.text).not.toContain('not planned');
  });

  it('stated by hand are checked before anything is asked', async () => {
    const index = indexOf({});
    const packages = { foo: { metadata: { requires_dist: ['not a requirement!'] } } };
    await expect(plan('foo', {}, { index, packages })).rejects.toMatchObject({
      problems: [{ code: 'override_invalid', name: 'foo' }],
    });
    expect(index.asked).toEqual([]);
  });
});

describe('a plan', () => {
  it('is the same, whatever order answers and lines come in', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const projects: FakeProjects = Object.fromEntries(
      names.map((name, at) => [name, [pure(name, '1', ...names.slice(at + 1)), source(name, '2')]]),
    );
    const slowly = (order: readonly string[]) => {
      const index = indexOf(projects);
      return {
        ...index,
        async findProject(name: string) {
          for (let turn = 0; turn < order.indexOf(name); turn++) await Promise.resolve();
          return index.findProject(name);
        },
      };
    };
    const first = await plan('a<2', {}, { index: slowly(names) });
    const second = await plan('a<2', {}, { index: slowly(names.toReversed()) });
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
    expect(first.nodes).toHaveLength(6);
  });

  it('follows the marker environment of the target alone', async () => {
    const document = await plan('app', {
      app: [
        pure(
          'app',
          '1.0',
          'here ; platform_machine == "s390x" and python_full_version == "3.12.4"',
          `there ; platform_machine == "${process.arch}" or python_version < "3.12"`,
        ),
      ],
      here: [pure('here', '1')],
    });
    expect(target.machine).toBe('s390x');
    expect(document.nodes.map(({ name }) => name)).toEqual(['here', 'app']);
    expect(document.missing_requirements).toEqual([]);
  });
});
