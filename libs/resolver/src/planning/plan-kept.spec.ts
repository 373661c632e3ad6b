import { createHash } from 'node:crypto';
import { createSampleWheel, writeZip, type SampleWheel } from '@ironwheel/testing';
import { describe, expect, it } from 'vitest';
import { toRandomAccess } from '../archives/random-access.ts';
import { type KeptFiles } from '../index-client/package-files.ts';
import { indexOf, outline, ownOf, plan } from './plan-fixture.ts';

const keep = (...wheels: readonly SampleWheel[]): KeptFiles => {
  const bytes = new Map(wheels.map((wheel) => [wheel.sha256, wheel.bytes]));
  return { open: (sha256) => Promise.resolve(toRandomAccess(bytes.get(sha256) ?? new Uint8Array())) };
};
const toSource = ({ filename, sha256, bytes }: SampleWheel) => ({ filename, sha256, size: bytes.length });

const foreign = createSampleWheel({
  name: 'foo',
  tag: 'cp312-cp312-manylinux_2_17_x86_64',
  requiresDist: ['bar>=1', 'win ; sys_platform == "win32"'],
});

describe('wheels that are in the artifact store', () => {
  it('of another platform tell what a build from the sdist of the index will depend on', async () => {
    const index = indexOf({ foo: ['foo-1.0.tar.gz'], bar: ['bar-1.5-py3-none-any.whl'] });
    const document = await plan('', {}, { index, kept: keep(foreign), sourceFiles: [toSource(foreign)] });
    expect(outline(document)).toEqual(['bar==1.5 reuse index_wheel', 'foo==1.0 build no_compatible_wheel']);
    expect(document.nodes[1]?.metadata).toMatchObject({ place: 'wheel', filename: foreign.filename });
    expect(document.dependency_expansions).toEqual(['bar==1.5']);
    expect(index.read).toEqual(['bar-1.5-py3-none-any.whl']);
  });

  it('are asked, when they fit, with no question to an index', async () => {
    const pure = createSampleWheel({ name: 'foo' });
    const index = indexOf({});
    const document = await plan('', {}, { index, kept: keep(pure), sourceFiles: [toSource(pure)] });
    expect(outline(document)).toEqual(['foo==1.0 reuse input_wheel']);
    expect([index.asked, index.read]).toEqual([[], []]);
  });

  it('and were built by us bring their dependencies, too', async () => {
    const built = createSampleWheel({ name: 'foo', tag: 'cp312-cp312-linux_s390x', requiresDist: ['bar'] });
    const document = await plan(
      'foo==1.0',
      { bar: ['bar-1.5.tar.gz'] },
      { own: ownOf({ filename: built.filename, sha256: built.sha256, yanked: false }), kept: keep(built) },
    );
    expect(outline(document)).toEqual(['bar==1.5 build no_wheel', 'foo==1.0 reuse own_wheel']);
  });

  it('that lie about what they are are an error that names them, and nothing is planned', async () => {
    const liar = { ...createSampleWheel({ name: 'bar' }), filename: 'foo-1.0-py3-none-any.whl' };
    const planning = plan('', {}, { kept: keep(liar), sourceFiles: [toSource(liar)] });
    await expect(planning).rejects.toMatchObject({ problems: [{ code: 'conflict', name: 'foo' }] });
    await expect(planning).rejects.toThrow(/foo-1\.0-py3-none-any\.whl is broken/);
  });

  it('and are for another Python are missing with the reason, where nothing else would do', async () => {
    const newer = createSampleWheel({ name: 'foo', version: '2.0', requiresPython: '>=3.13' });
    const options = { kept: keep(newer), sourceFiles: [toSource(newer)] };
    const document = await plan('bar', { bar: ['bar-1.0.tar.gz'] }, options);
    expect(outline(document)).toEqual(['bar==1.0 build no_wheel', 'foo==2.0 missing requires_python']);
    const other = await plan('', { foo: ['foo-2.5.tar.gz'] }, { ...options, strategy: 'eager' });
    expect(outline(other)).toEqual(['foo==2.5 build no_wheel']);
  });
});

describe('sdists that were handed in, where no index is set', () => {
  const sdist = (name: string, ...requires: readonly string[]): SampleWheel => {
    const bytes = writeZip([
      {
        name: `${name}-1.0/PKG-INFO`,
        content: `Metadata-Version: 2.2\nName: ${name}\nVersion: 1.0\n`,
      },
      {
        name: `${name}-1.0/pyproject.toml`,
        content: `[build-system]\nrequires = ${JSON.stringify(requires)}\nbuild-backend = "x"\n`,
      },
    ]);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { filename: `${name}-1.0.zip`, bytes, sha256 };
  };
  const planOf = (...files: readonly SampleWheel[]) =>
    plan('', {}, { index: null, planBuilds: true, kept: keep(...files), sourceFiles: files.map(toSource) });

  it('are built with what was handed in as well, and after it where that is built too', async () => {
    const document = await planOf(
      sdist('foo', 'tool', 'ready'),
      sdist('tool'),
      createSampleWheel({ name: 'ready' }),
    );
    expect(outline(document)).toEqual([
      'ready==1.0 reuse input_wheel',
      'tool==1.0 build input_sdist',
      'foo==1.0 build input_sdist',
    ]);
    expect(document.nodes[2]?.needs).toEqual([
      { name: 'ready', version: '1.0', kind: 'build-system' },
      { name: 'tool', version: '1.0', kind: 'build-system' },
    ]);
  });

  it('lack nothing that is not at hand: the host that builds has an index of its own', async () => {
    const ready = createSampleWheel({ name: 'ready', requiresDist: ['elsewhere==1'] });
    const alone = await planOf(sdist('foo', 'setuptools>=61', 'wheel==1'));
    expect(outline(alone)).toEqual(['foo==1.0 build input_sdist']);
    expect([alone.nodes[0]?.needs, alone.missing_requirements, alone.notes]).toEqual([[], [], []]);
    const old = await planOf(sdist('foo', 'ready>=2'), ready);
    expect(old.nodes.find(({ name }) => name === 'foo')).toMatchObject({ verdict: 'build', needs: [] });
  });
});
