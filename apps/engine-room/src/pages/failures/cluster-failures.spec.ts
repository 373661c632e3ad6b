import type { EventView } from '@ironwheel/contracts';
import { describe, expect, it } from 'vitest';
import { clusterFailures, describeSpread } from './cluster-failures.ts';

let count = 0;
const failure = (name: string, detail: string, metadata: Record<string, unknown> = {}): EventView => ({
  event_id: `evt ${(count += 1)}`,
  run_id: null,
  name,
  version: '1.0',
  python_tag: 'cp312',
  platform_tag: 'linux_s390x',
  status: 'failed',
  detail,
  metadata: { cause: 'package', error_code: 'BUILD_FAILED', worker_id: 'wrk_1', ...metadata },
  timestamp: '2026-01-01T00:00:00Z',
  matched_hint_ids: [],
});

describe('clusterFailures', () => {
  it('puts together what differs in names, numbers and paths only; what hits most packages is first', () => {
    const clusters = clusterFailures([
      failure('lxml', "fatal error: 'xml.h' file not found at line 12", { job_id: 'job_1' }),
      failure('scipy', 'out of memory', { error_code: 'OUT_OF_MEMORY' }),
      failure('cffi', "fatal error: 'ffi.h' file not found at line 96", { job_id: 'job_2' }),
      failure('lxml', "fatal error: 'xml.h' file not found at line 12", { job_id: 'job_1' }),
    ]);
    expect(clusters.map(({ packages, events }) => [packages, events.length])).toEqual([
      [['lxml', 'cffi'], 3],
      [['scipy'], 1],
    ]);
    expect(clusters[0]?.jobIds).toEqual(['job_1', 'job_2']);
  });

  it('keeps apart what has another cause or code', () => {
    expect(
      clusterFailures([
        failure('a', 'x'),
        failure('a', 'x', { cause: 'worker' }),
        failure('a', 'x', { error_code: 'B' }),
      ]),
    ).toHaveLength(3);
  });

  it('says where a cluster is found only', () => {
    const of = (events: EventView[]) => clusterFailures(events).map(describeSpread);
    expect(of([failure('a', 'x'), failure('b', 'x'), failure('c', 'x')])).toEqual(['on one worker only']);
    expect(of([failure('a', 'x'), failure('b', 'x', { worker_id: 'wrk_2' }), failure('c', 'x')])).toEqual([
      'for cp312 only',
    ]);
    expect(of([failure('a', 'x'), failure('b', 'x')])).toEqual([null]);
  });
});
