import { describe, expect, it } from 'vitest';
import { findCircle, keyText, listEdges, type NeedyNode } from './job-edges.ts';

const target = { python_tag: 'cp312', platform_tag: 'manylinux_2_28_s390x' };
const node = (name: string, version: string, needs: NeedyNode['needs'] = []): NeedyNode => ({
  ...target,
  name,
  version,
  needs,
});
const edgesOf = (nodes: NeedyNode[]): string[] =>
  listEdges(
    nodes,
    new Map(nodes.map((each) => [keyText(each), `${each.name}-${each.version}-${each.python_tag}`])),
  ).map((edge) => `${edge.job_id} > ${edge.needs_job_id}`);

describe('edges between jobs', () => {
  it('go to the version that is needed where a plan builds several of one project', () => {
    expect(
      edgesOf([
        node('numpy', '2.0'),
        node('numpy', '1.26'),
        node('old', '1', [{ name: 'NumPy', version: '1.26', kind: 'build-system' }]),
        node('new', '1', [{ name: 'numpy', version: '2.0', kind: 'build-backend' }]),
      ]),
    ).toEqual(['old-1-cp312 > numpy-1.26-cp312', 'new-1-cp312 > numpy-2.0-cp312']);
  });

  it('do not go to another version than the one that is needed, which is reused', () => {
    expect(
      edgesOf([
        node('numpy', '2.0'),
        node('old', '1', [{ name: 'numpy', version: '1.26', kind: 'build-system' }]),
      ]),
    ).toEqual([]);
  });

  it('go to every job of the project and target where no version is named', () => {
    const other = { ...node('cython', '3.1'), python_tag: 'cp313' };
    const needy = node('lxml', '5', [{ name: 'cython', kind: 'build-system' }]);
    expect(edgesOf([node('cython', '3.0'), other, needy])).toEqual(['lxml-5-cp312 > cython-3.0-cp312']);
  });

  it('leave out what is only installed beside the wheel, the job itself, and repetitions', () => {
    expect(
      edgesOf([
        node('base', '1'),
        node('top', '1', [
          { name: 'base', version: '1', kind: 'install' },
          { name: 'top', version: '1', kind: 'build-system' },
        ]),
        node('twice', '1', [
          { name: 'base', version: '1', kind: 'build-system' },
          { name: 'base', version: '1', kind: 'build-sdist' },
        ]),
      ]),
    ).toEqual(['twice-1-cp312 > base-1-cp312']);
  });
});

describe('jobs that wait for each other', () => {
  const edges = (...pairs: string[]) =>
    pairs.map((pair) => ({ job_id: pair.charAt(0), needs_job_id: pair.charAt(1) }));

  it('are found, without what only waits for them', () => {
    expect(findCircle(edges('xa', 'ab', 'bc', 'ca', 'cz'))?.toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('are none in a graph without a circle, also where paths meet again', () => {
    expect(findCircle(edges('ab', 'ac', 'bd', 'cd'))).toBeNull();
    expect(findCircle([])).toBeNull();
  });
});
