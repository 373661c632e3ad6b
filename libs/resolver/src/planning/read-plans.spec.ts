import { toDot } from '@ironwheel/contracts';
import { describe, expect, it } from 'vitest';
import { diffPlans } from './diff-plans.ts';
import { explainNode } from './explain-node.ts';
import { plan, type FakeProjects } from './plan-fixture.ts';

const projects: FakeProjects = {
  app: [{ filename: 'app-1.0-py3-none-any.whl', requires: ['ext'] }],
  ext: [{ filename: 'ext-1.0.tar.gz', buildRequires: ['tool'] }],
  tool: [{ filename: 'tool-2.0-py3-none-any.whl', requires: ['core'] }],
  core: ['core-3.0.tar.gz'],
};

describe('explainNode', () => {
  it('tells the way to a package, who wants it and what it waits for', async () => {
    const document = await plan('app', projects, { planBuilds: true });
    const { nodes } = explainNode(document, 'Ext');
    expect(nodes).toHaveLength(1);
    expect(nodes[0]).toMatchObject({
      path: ['app (requirements.txt:1)', 'ext 1.0'],
      requestedBy: ['ext (app 1.0)'],
      neededBy: [{ name: 'app', version: '1.0', kind: 'install', verdict: 'reuse' }],
      needs: [{ name: 'tool', version: '2.0', kind: 'build-system', verdict: 'reuse' }],
      waitsFor: [{ name: 'core', version: '3.0', kind: 'build-system', verdict: 'missing' }],
    });
    expect(explainNode(document, 'core').missing).toMatchObject([{ code: 'needs_bootstrap' }]);
    expect(explainNode(document, 'nothing')).toEqual({ name: 'nothing', nodes: [], missing: [] });
  });

  it('reads plans whose needs name no version', async () => {
    const document = await plan('app', projects);
    const nodes = document.nodes.map((node) => ({
      ...node,
      needs: node.needs.map(({ name, kind }) => ({ name, kind })),
    }));
    expect(explainNode({ ...document, nodes }, 'ext').nodes[0]?.neededBy).toHaveLength(1);
  });
});

describe('diffPlans', () => {
  it('tells what came, what went and what is different of what stayed', async () => {
    const before = await plan('app\ncore', projects);
    const after = await plan('app\nnew', {
      ...projects,
      ext: ['ext-1.1-py3-none-any.whl'],
      app: [{ filename: 'app-1.0-py2.py3-none-any.whl', requires: ['ext'] }],
      new: ['new-1.0.tar.gz'],
    });
    const { added, removed, changed } = diffPlans(before, after);
    expect(added.map(({ name, version }) => `${name} ${version}`)).toEqual(['new 1.0']);
    expect(removed.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual(['core build']);
    expect(changed.map(({ name, what }) => [name, what])).toEqual([
      ['app', ['source']],
      ['ext', ['version', 'verdict', 'source']],
    ]);
    expect(diffPlans(after, after)).toEqual({ added: [], removed: [], changed: [] });
  });
});

describe('toDot', () => {
  it('draws verdicts by shape and word, and kinds of needs', async () => {
    const document = await plan('app', projects, { planBuilds: true });
    expect(toDot(document).split('\n')).toEqual([
      'digraph "run_1" {',
      '  rankdir=LR;',
      String.raw`  "core 3.0" [shape=octagon, label="core 3.0\nmissing: needs_bootstrap"];`,
      String.raw`  "tool 2.0" [shape=box, label="tool 2.0\nreuse: index_wheel"];`,
      String.raw`  "ext 1.0" [shape=hexagon, label="ext 1.0\nbuild: no_wheel"];`,
      String.raw`  "app 1.0" [shape=box, label="app 1.0\nreuse: index_wheel"];`,
      '  "tool 2.0" -> "core 3.0";',
      '  "ext 1.0" -> "tool 2.0" [style=dashed, label="build-system"];',
      '  "app 1.0" -> "ext 1.0";',
      '}',
      '',
    ]);
  });

  it('lets no name end its quotes', async () => {
    const document = await plan('app', projects);
    const text = toDot({ ...document, run_id: 'a"; evil [label="\\' });
    expect(text.split('\n')[0]).toBe(String.raw`digraph "a\"; evil [label=\"\\" {`);
  });
});
