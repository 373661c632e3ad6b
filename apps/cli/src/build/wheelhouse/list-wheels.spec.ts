import { planDocumentSchema, type PlanDocument, type PlanNode } from '@ironwheel/contracts';
import { describe, expect, it } from 'vitest';
import type { ResultRow } from '../run-results.ts';
import { toResults } from '../run-results.ts';
import { listWheels } from './list-wheels.ts';

const sha256 = 'a'.repeat(64);
const node = (name: string, change: Partial<PlanNode> = {}): PlanNode => ({
  name,
  version: '1.0',
  python_version: '3.12',
  python_tag: 'cp312',
  platform_tag: 'linux_s390x',
  verdict: 'reuse',
  reason: { code: 'reused', text: 'It is there.' },
  source: {
    origin: 'index',
    filename: `${name}-1.0-py3-none-any.whl`,
    url: `https://index.invalid/${name}`,
    sha256,
    size: 7,
  },
  requested_by: [],
  needs: [],
  ...change,
});
const plan = (nodes: PlanNode[], missing: PlanDocument['missing_requirements'] = []): PlanDocument =>
  planDocumentSchema.parse({
    run_id: 'run_1',
    python_tag: 'cp312',
    platform_tag: 'linux_s390x',
    index: { index_url: null, extra_index_urls: [] },
    strategy: 'pinned',
    plan: [],
    nodes,
    reuse: [],
    to_build: [],
    dependency_expansions: [],
    missing_requirements: missing,
  });
const list = (document: PlanDocument, change: (row: ResultRow) => ResultRow = (row) => row) =>
  listWheels(document, toResults(document, { runId: 'run_1', jobs: [] }).map(change));

describe('what goes into a wheelhouse', () => {
  it('comes from the controller, from an index through it, or from where a direct reference says', () => {
    const own = { origin: 'own' as const, filename: 'own-1.0-py3-none-any.whl', sha256 };
    const url = {
      ...own,
      origin: 'url' as const,
      filename: 'u-1.0-py3-none-any.whl',
      url: 'https://u.invalid/',
    };
    const { wheels, problems } = list(
      plan([node('own', { source: own }), node('six'), node('u', { source: url })]),
    );
    expect(problems).toEqual([]);
    expect(wheels.map(({ name, from, size }) => [name, from, size])).toEqual([
      ['own', { kind: 'kept' }, null],
      ['six', { kind: 'passed', runId: 'run_1', url: 'https://index.invalid/six' }, 7],
      ['u', { kind: 'direct', url: 'https://u.invalid/' }, null],
    ]);
  });

  it('is what is installed, and not what only builds something', () => {
    const { wheels } = list(
      plan([
        node('both', { roles: ['install', 'build'] }),
        node('wheel', { roles: ['build'] }),
        node('numpy', { version: '1.0', roles: ['install'] }),
        node('numpy', { version: '2.0', roles: ['build'] }),
      ]),
    );
    expect(wheels.map(({ name, version }) => `${name} ${version}`)).toEqual(['both 1.0', 'numpy 1.0']);
  });

  it('lacks what failed and what is missing, each told once', () => {
    const missing = (name: string, roles: PlanNode['roles']): PlanNode =>
      node(name, { verdict: 'missing', roles, reason: { code: 'no_sdist', text: 'No sdist.' } });
    const lines = ['torch==1.0', 'ninja>=1', 'nowhere'].map((requirement) => ({
      requirement,
      code: 'not_found',
      text: 'Gone.',
    }));
    const document = plan(
      [missing('torch', ['install']), missing('ninja', ['build']), node('native', { verdict: 'build' })],
      lines,
    );
    expect(list(document).problems).toEqual([
      expect.stringMatching(/^native 1\.0: /),
      expect.stringMatching(/^torch 1\.0: missing: No sdist\. \(no_sdist\)/),
      expect.stringMatching(/^nowhere: missing: Gone\./),
    ]);
  });

  it('is one version of a project', () => {
    const { problems } = list(plan([node('a'), node('a', { version: '2.0' })]));
    expect(problems).toEqual([expect.stringMatching(/installs both/)]);
  });

  it('is only what has the name of a wheel, and of our own what has a digest', () => {
    const path = (row: ResultRow): ResultRow => ({ ...row, wheel: '../../etc/passwd' });
    expect(list(plan([node('a')]), path)).toMatchObject({
      wheels: [],
      problems: [expect.stringMatching(/no wheel file name/)],
    });
    const undigested = (row: ResultRow): ResultRow => ({ ...row, source: null, sha256: null });
    expect(list(plan([node('a')]), undigested)).toMatchObject({
      wheels: [],
      problems: [expect.stringMatching(/no SHA-256/)],
    });
  });
});
