import type { PlanNode } from '@ironwheel/contracts';
import { describe, expect, it } from 'vitest';
import { listBuildNeeds } from './build-needs.ts';

const sha256 = 'a'.repeat(64);
const node = (
  name: string,
  verdict: PlanNode['verdict'],
  needs: PlanNode['needs'] = [],
  origin?: 'own' | 'index',
): PlanNode => ({
  name,
  version: '1.0',
  python_version: '3.12',
  python_tag: 'cp312',
  platform_tag: 'manylinux_2_28_s390x',
  verdict,
  reason: { code: 'test', text: 'test' },
  requested_by: [],
  needs,
  ...(origin === undefined ? {} : { source: { origin, filename: `${name}-1.0-py3-none-any.whl`, sha256 } }),
});
const namesOf = (nodes: PlanNode[], name: string): { needs: string[]; wheels: string[] } => {
  const found = [...listBuildNeeds(nodes)].find(([each]) => each.name === name)?.[1];
  return {
    needs: (found?.needs ?? []).map((need) => `${need.name} ${need.version ?? '?'} ${need.kind}`),
    wheels: (found?.buildWheels ?? []).map((wheel) => wheel.filename),
  };
};

describe('what a build waits for', () => {
  it('is what its build requirements are installed with as well, at any distance', () => {
    const nodes = [
      node('package', 'build', [
        { name: 'backend', version: '1.0', kind: 'build-backend' },
        { name: 'beside', version: '1.0', kind: 'install' },
      ]),
      node('beside', 'build'),
      node('backend', 'reuse', [{ name: 'helper', kind: 'install' }], 'index'),
      node('helper', 'build', [
        { name: 'native', kind: 'install' },
        { name: 'compiler', kind: 'build-system' },
      ]),
      node('native', 'build'),
      node('compiler', 'build'),
    ];
    expect(namesOf(nodes, 'package').needs).toEqual(['helper 1.0 build-backend', 'native 1.0 build-backend']);
    expect(namesOf(nodes, 'helper').needs).toEqual(['compiler 1.0 build-system']);
  });

  it('ends where installs go in a circle, and never names the node itself', () => {
    const nodes = [
      node('a', 'build', [{ name: 'b', kind: 'build-system' }]),
      node('b', 'build', [{ name: 'c', kind: 'install' }]),
      node('c', 'build', [
        { name: 'b', kind: 'install' },
        { name: 'a', kind: 'install' },
      ]),
    ];
    expect(namesOf(nodes, 'a').needs).toEqual(['b 1.0 build-system', 'c 1.0 build-system']);
  });

  it('hands over the wheels that only our own index has', () => {
    const nodes = [
      node('package', 'build', [
        { name: 'ours', kind: 'build-system' },
        { name: 'theirs', kind: 'build-system' },
        { name: 'lost', kind: 'build-system' },
      ]),
      node('ours', 'reuse', [], 'own'),
      node('theirs', 'reuse', [], 'index'),
      node('lost', 'missing'),
    ];
    expect(namesOf(nodes, 'package')).toEqual({ needs: [], wheels: ['ours-1.0-py3-none-any.whl'] });
  });
});
