import type { ArtifactView, EventView, JobView } from '@ironwheel/contracts';
import { describe, expect, it } from 'vitest';
import { buildMatrix, findNewestServed } from './build-matrix.ts';

const target = { python_tag: 'cp312', platform_tag: 'linux_s390x' };
const event = (version: string, status: string, detail = ''): EventView => ({
  event_id: `e ${version} ${status}`,
  run_id: null,
  name: 'x',
  version,
  ...target,
  status,
  detail,
  metadata: { attempt_id: `att of ${version}` },
  timestamp: '2026-01-01T00:00:00Z',
  matched_hint_ids: [],
});
const job = (version: string, state: JobView['state'], python = 'cp312'): JobView => ({
  job_id: `job ${version}`,
  name: 'x',
  version,
  python_tag: python,
  platform_tag: 'linux_s390x',
  generation: 1,
  state,
  state_reason: null,
  pool: 'default',
  priority: 0,
  not_before: null,
  run_ids: [],
  attempt_count: 1,
  created_at: '2026-01-01T00:00:00Z',
  queued_at: null,
  finished_at: null,
  wheel: null,
});
const artifact = (version: string, yanked: ArtifactView['yanked']): ArtifactView => ({
  sha256: version.padEnd(64, '0'),
  filename: `x-${version}.whl`,
  size: 1,
  name: 'x',
  version,
  build_tag: null,
  tags: [],
  requires_python: null,
  ...target,
  attempt_id: null,
  job_id: null,
  created_at: '2026-01-01T00:00:00Z',
  accepted_at: '2026-01-01T00:00:00Z',
  yanked,
  url: `http://controller/files/0/x-${version}.whl`,
});

describe('the matrix of a package', () => {
  const matrix = buildMatrix({
    events: [event('1.10', 'failed', 'ffi.h is missing'), event('1.9', 'built'), event('1.8', 'failed')],
    jobs: [job('1.10', 'failed'), job('1.8', 'running'), job('2.0', 'queued', 'cp313')],
    artifacts: [artifact('1.9', false), artifact('1.7', 'broken')],
  });
  const statusOf = (version: string, python = 'cp312') =>
    matrix.cellOf(version, { python, platform: 'linux_s390x' })?.status;

  it('has the newest version first, and every target once', () => {
    expect(matrix.versions).toEqual(['2.0', '1.10', '1.9', '1.8', '1.7']);
    expect(matrix.targets.map(({ python }) => python)).toEqual(['cp312', 'cp313']);
  });

  it('says what there is: a wheel, else what its job does, else what happened last', () => {
    expect(['1.10', '1.9', '1.8', '1.7'].map((version) => statusOf(version))).toEqual([
      'failed',
      'served',
      'running',
      'yanked',
    ]);
    expect([statusOf('2.0'), statusOf('2.0', 'cp313')]).toEqual([undefined, 'queued']);
    const failed = matrix.cellOf('1.10', { python: 'cp312', platform: 'linux_s390x' });
    expect([failed?.reason, failed?.attemptId]).toEqual(['ffi.h is missing', 'att of 1.10']);
  });

  it('installs the newest version that is served', () => {
    expect(
      findNewestServed([artifact('1.9', false), artifact('1.10', false), artifact('2.0', '')])?.version,
    ).toBe('1.10');
    expect(findNewestServed([artifact('2.0', '')])).toBeNull();
  });
});
