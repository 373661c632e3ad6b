import type { WorkerView } from '@ironwheel/contracts';
import { describe, expect, it } from 'vitest';
import { explainWaiting } from './explain-waiting.ts';

const worker: WorkerView = {
  worker_id: 'wrk_1',
  name: 'local',
  pool: 'default',
  hostname: 'host',
  version: '0.1.0',
  heartbeat_state: 'healthy',
  last_heartbeat_at: null,
  desired_state: 'active',
  desired: { reason: null, by: null, at: null, until: null },
  drain: null,
  quarantine: null,
  runtime_match: 'unmatched',
  matched_by: null,
  match_reason: null,
  server_id: null,
  remote_addr: null,
  machine_id: null,
  draining: false,
  capabilities: { python_tags: ['cp311'], platform_tags: ['linux_s390x'], runner: 'process', free_slots: 1 },
  slots: { total: 1, used: 0 },
  attempts: [],
  problems: [],
  enrolled_at: '2026-01-01T00:00:00Z',
  revoked_at: null,
};
const job = { python_tag: 'cp311', platform_tag: 'linux_s390x' };

describe('explainWaiting', () => {
  it('finds nothing to say when a fitting worker is there', () => {
    expect(explainWaiting(job, [worker], false)).toBeNull();
  });

  it('names the one thing that stands in the way', () => {
    expect(explainWaiting(job, [worker], true)).toMatch(/paused for all/);
    expect(explainWaiting(job, [], false)).toMatch(/no worker is enrolled/);
    expect(explainWaiting(job, [{ ...worker, heartbeat_state: 'stale' }], false)).toMatch(
      /no worker is running/,
    );
    expect(explainWaiting({ ...job, python_tag: 'cp312' }, [worker], false)).toMatch(
      /cp312 linux_s390x; they have cp311/,
    );
    expect(explainWaiting(job, [{ ...worker, desired_state: 'paused' }], false)).toMatch(
      /paused, draining or in quarantine/,
    );
    const quarantine = {
      kind: 'automatic',
      reason: 'odd',
      at: '2026-01-01T00:00:00Z',
      until: null,
      count: 1,
    } as const;
    expect(explainWaiting(job, [{ ...worker, quarantine }], false)).toMatch(/in quarantine/);
    const full = { ...worker, problems: [{ code: 'DISK', text: 'the disk is full' }] };
    expect(explainWaiting(job, [full], false)).toMatch(/the disk is full/);
  });
});
