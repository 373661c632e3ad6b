import type { AttemptView, JobView, PlanDocument, PlanNode } from '@ironwheel/contracts';
import { expect, it } from 'vitest';
import { toResults } from './run-results.ts';

const node = (name: string, verdict: PlanNode['verdict']): PlanNode => ({
  name,
  version: '1.0',
  python_version: '3.11',
  python_tag: 'cp311',
  platform_tag: 'linux_s390x',
  verdict,
  reason: { code: 'why', text: 'because' },
  source: {
    origin: 'index',
    filename: `${name}-1.0-py3-none-any.whl`,
    url: 'https://index.test/x',
    sha256: 'a'.repeat(64),
  },
  requested_by: [],
  needs: [],
});
const plan: PlanDocument = {
  run_id: 'run_1',
  python_tag: 'cp311',
  platform_tag: 'linux_s390x',
  index: { index_url: null, extra_index_urls: [] },
  strategy: 'pinned',
  plan: [],
  nodes: [
    node('Fast_One', 'build'),
    node('broken', 'build'),
    node('pure', 'reuse'),
    // Only to build another: nobody asked for it.
    { ...node('tool', 'reuse'), roles: ['build'] },
    node('gone', 'missing'),
  ],
  reuse: [],
  to_build: [],
  dependency_expansions: [],
  missing_requirements: [{ requirement: 'gone==1.0', code: 'not_found', text: 'no such project' }],
};
const job = (name: string, state: JobView['state']): JobView => ({
  job_id: `job_${name}`,
  name,
  version: '1.0',
  python_tag: 'cp311',
  platform_tag: 'linux_s390x',
  generation: 1,
  state,
  state_reason: null,
  pool: 'default',
  priority: 0,
  not_before: null,
  run_ids: ['run_1'],
  attempt_count: 1,
  created_at: '2026-01-01T00:00:00Z',
  queued_at: null,
  finished_at: null,
  wheel: state === 'succeeded' ? `${name}-1.0-cp311-cp311-linux_s390x.whl` : null,
});
const attempt = {
  runner: 'process',
  claimed_at: '2026-01-01T00:00:00Z',
  started_at: '2026-01-01T00:00:06Z',
  duration_s: null,
  finished_at: '2026-01-01T00:00:08Z',
  phase: 'build',
  error: { code: 'COMPILER_FAILED', message: 'gcc failed', lines: [] },
  artifacts: [{ filename: 'fast-one-1.0-cp311-cp311-linux_s390x.whl', sha256: 'b'.repeat(64), size: 10 }],
} as unknown as AttemptView;

it('brings plan and jobs together, with a row for what is missing', () => {
  const rows = toResults(plan, {
    runId: 'run_1',
    jobs: [
      { job: job('fast-one', 'succeeded'), attempt },
      { job: job('broken', 'failed'), attempt },
    ],
  });
  expect(rows.map(({ name, action, ok }) => [name, action, ok])).toEqual([
    ['fast-one', 'build', true],
    ['broken', 'build', false],
    ['pure', 'reuse', true],
    ['gone==1.0', 'missing', false],
  ]);
  expect(rows[0]).toMatchObject({ sha256: 'b'.repeat(64), time_s: 8, runner: 'process' });
  expect(rows[1]).toMatchObject({ wheel: null, reason: 'failed in build: COMPILER_FAILED' });
  expect(rows[2]).toMatchObject({ wheel: 'pure-1.0-py3-none-any.whl', sha256: 'a'.repeat(64) });
});

it('does not call a build done that was never queued', () => {
  const rows = toResults(
    { ...plan, nodes: [node('lost', 'build')], missing_requirements: [] },
    { runId: 'run_1', jobs: [] },
  );
  expect(rows[0]).toMatchObject({ ok: false, wheel: null });
});
