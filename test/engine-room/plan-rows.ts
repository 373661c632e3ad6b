import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { PlanDocument, PlanNode } from '@ironwheel/contracts';
import { createSampleWheel, FakeIndex, type SampleWheel } from '@ironwheel/testing';
import { writeTar } from '../../apps/controller/src/work/inputs/archive-fixtures.ts';
import type { Room } from './room.ts';

export const target = { python_tag: 'cp312', platform_tag: 'manylinux_2_28_s390x' };
export const targetEnv = {
  PYTHON_VERSION: '3.12',
  PLATFORM_TAG: target.platform_tag,
  ARTIFACT_STORE_RESERVE_BYTES: '0',
};

/** An sdist that says what it needs to be built, and nothing else. */
export function createSampleSdist(
  name: string,
  version: string,
  buildRequires: readonly string[],
): SampleWheel {
  const stem = `${name}-${version}`;
  const requires = buildRequires.map((one) => `"${one}"`).join(', ');
  const bytes = gzipSync(
    writeTar([
      { name: `${stem}/PKG-INFO`, content: `Metadata-Version: 2.2\nName: ${name}\nVersion: ${version}\n` },
      {
        name: `${stem}/pyproject.toml`,
        content: `[build-system]\nrequires = [${requires}]\nbuild-backend = "backend"\nbackend-path = ["."]\n`,
      },
    ]),
  );
  return {
    filename: `${stem}.tar.gz`,
    bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}

/**
 * An index on loopback: `app` needs `ext` and `pure`; `ext` is built by `tool` and `pure`, and `tool` needs `core`, which is built
 * as well; `left`
 * and `right` contradict each other over `lib`.
 */
export async function startPlanIndex(): Promise<FakeIndex> {
  const index = await FakeIndex.start();
  const wheel = (name: string, version: string, requiresDist: readonly string[] = []): void =>
    index.add(name, createSampleWheel({ name, version, requiresDist }));
  wheel('app', '1.0', ['ext', 'pure']);
  index.add('ext', createSampleSdist('ext', '1.0', ['pure', 'tool']));
  wheel('tool', '2.0', ['core']);
  index.add('core', createSampleSdist('core', '3.0', []));
  wheel('pure', '1.0');
  wheel('left', '1.0', ['lib<2']);
  wheel('right', '1.0', ['lib>=2']);
  wheel('lib', '1.0');
  wheel('lib', '2.0');
  return index;
}

const stateOf = (n: number): string =>
  n % 40 === 7
    ? 'failed'
    : n % 20 === 3
      ? 'blocked'
      : n % 50 === 11
        ? 'running'
        : n % 9 === 2
          ? 'queued'
          : 'succeeded';

const nameOf = (n: number): string => `p${String(n).padStart(4, '0')}`;

/** Layers of packages: each needs three of those before it, the last ones are asked for. */
function toLargeDocument(runId: string, count: number): PlanDocument {
  const nodes = Array.from({ length: count }, (_, n): PlanNode => {
    const isBuilt = n % 3 !== 0;
    const needs = [...new Set([n - 40 - (n % 7), n - 61, n - 120 - (n % 13)])].filter((need) => need >= 0);
    return {
      name: nameOf(n),
      version: '1.0',
      python_version: '3.12',
      ...target,
      verdict: isBuilt ? 'build' : 'reuse',
      reason: isBuilt
        ? { code: 'no_wheel', text: 'There is no wheel of it.' }
        : { code: 'index_wheel', text: 'A wheel that fits is there.' },
      requested_by: [],
      needs: needs.map((need) => ({
        name: nameOf(need),
        version: '1.0',
        kind: need % 5 === 0 ? 'build-system' : 'install',
      })),
      roles: ['install'],
      ...(n >= count - 40 ? { path: [`${nameOf(n)} (requirements:${n - count + 41})`] } : {}),
    };
  });
  const named = (verdict: string): string[] =>
    nodes.filter((node) => node.verdict === verdict).map(({ name, version }) => `${name}==${version}`);
  return {
    run_id: runId,
    ...target,
    index: { index_url: null, extra_index_urls: [] },
    strategy: 'pinned',
    plan: nodes.map(({ name, version }, n) => ({
      name,
      version,
      ...target,
      action: n % 3 === 0 ? 'reuse' : 'build',
    })),
    nodes,
    reuse: named('reuse'),
    to_build: named('build'),
    dependency_expansions: [],
    missing_requirements: [],
  };
}

/** A plan of so many packages and the jobs of those that are built, by statements of their own. */
export async function addLargePlan(
  { controller: { database } }: Room,
  runId: string,
  count: number,
): Promise<void> {
  const document = toLargeDocument(runId, count);
  await database.query(
    `INSERT INTO plans (run_id, state, python_tag, platform_tag, document, created_by, enqueued_at)
     VALUES ($1, 'enqueued', $2, $3, $4::jsonb, 'the test', now())`,
    [runId, target.python_tag, target.platform_tag, JSON.stringify(document)],
  );
  const jobs = document.nodes.flatMap(({ name, verdict }, n) =>
    verdict === 'build' ? [{ name, state: stateOf(n) }] : [],
  );
  await database.query(
    `WITH made AS (
       INSERT INTO jobs (id, name, version, python_tag, platform_tag, generation, state)
       SELECT 'job_' || overlay(gen_random_uuid()::text placing '7' from 15 for 1), name, '1.0', $2, $3, 1, state
       FROM jsonb_to_recordset($4::jsonb) AS given(name text, state text) RETURNING id)
     INSERT INTO run_jobs (run_id, job_id) SELECT $1, id FROM made`,
    [runId, target.python_tag, target.platform_tag, JSON.stringify(jobs)],
  );
}
