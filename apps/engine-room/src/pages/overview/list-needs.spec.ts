import type { WorkerView } from '@ironwheel/contracts';
import { describe, expect, it } from 'vitest';
import { toWorkerState } from '../workers/worker-state.ts';
import { listVerbs } from '../workers/worker-verbs.ts';
import { listNeeds, writeVerdict, type NeedFacts, type QueueFact } from './list-needs.ts';

const at = '2026-11-29T08:00:00.000Z';
const worker = (change: Partial<WorkerView> = {}): WorkerView => ({
  worker_id: 'wrk_1',
  name: 'anvil',
  pool: 'default',
  hostname: 'host',
  version: '1',
  heartbeat_state: 'healthy',
  last_heartbeat_at: at,
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
  capabilities: null,
  slots: { total: 2, used: 0 },
  attempts: [],
  problems: [],
  enrolled_at: at,
  revoked_at: null,
  ...change,
});
const quarantine = { kind: 'manual' as const, reason: 'SIGILL', at, until: null, count: 1 };
const blocked = (code: string, holds_up = 0): QueueFact => ({
  package: 'numpy',
  blocked_by: { code, text: `because of ${code}`, until: null, jobs: [] },
  holds_up,
});
const facts = (change: Partial<NeedFacts> = {}): NeedFacts => ({
  claims: { paused: false, reason: null },
  queue: [],
  workers: [],
  servers: [],
  doctor: undefined,
  ...change,
});
const titles = (given: NeedFacts): string[] => listNeeds(given).map(({ title }) => title);

describe('the state of a worker', () => {
  it.each([
    [{}, 'idle', false],
    [{ slots: { total: 2, used: 1 } }, 'running', false],
    [{ heartbeat_state: 'stale' as const }, 'stale', true],
    [{ heartbeat_state: 'none' as const, last_heartbeat_at: null }, 'never', false],
    [{ problems: [{ code: 'DISK_LOW', text: 'full' }] }, 'problem', true],
    // Silent by plan: that is nobody's task.
    [{ heartbeat_state: 'stale' as const, desired_state: 'paused' as const }, 'paused', false],
    [{ quarantine, heartbeat_state: 'stale' as const }, 'quarantined', true],
    [{ quarantine, revoked_at: at }, 'revoked', false],
    [
      { desired_state: 'draining' as const, drain: { drained: false, overdue: true, blockers: ['att_1'] } },
      'draining',
      true,
    ],
    [
      { desired_state: 'draining' as const, drain: { drained: true, overdue: false, blockers: [] } },
      'drained',
      false,
    ],
  ])('%j is %s', (change, status, needsPerson) => {
    expect(toWorkerState(worker(change))).toMatchObject({ status, needsPerson });
  });

  it('says what can be asked of it, and why the rest cannot', () => {
    const verbs = (change: Partial<WorkerView>): string[] =>
      listVerbs(worker(change)).map(({ verb, bar }) => (bar === null ? verb : `(${verb})`));
    expect(verbs({})).toEqual(['pause', 'drain', 'quarantine']);
    expect(verbs({ desired_state: 'draining', quarantine })).toEqual(['resume', '(drain)', 'unquarantine']);
    expect(verbs({ revoked_at: at })).toEqual(['(pause)', '(drain)', '(quarantine)']);
  });
});

describe('what needs a person', () => {
  it('is nothing where everything goes on by itself', () => {
    const waiting = facts({
      queue: [blocked('workers_busy'), blocked('not_before'), { package: 'six', blocked_by: null }],
      workers: [worker({ desired_state: 'paused' })],
    });
    expect(titles(waiting)).toEqual([]);
    expect(writeVerdict(listNeeds(waiting))).toBe('Nothing needs you.');
  });

  it('stands in the order of what stands still, and of how much waits for it', () => {
    const given = facts({
      claims: { paused: true, reason: null },
      queue: [
        blocked('no_worker_for_target', 41),
        blocked('no_worker_for_target'),
        blocked('too_little_memory'),
      ],
      workers: [worker({ quarantine })],
    });
    expect(titles(given)).toEqual([
      'Jobs for a target that no worker builds for (2)',
      'All claims are paused',
      'Jobs that need more memory than any worker has (1)',
      'Worker anvil is quarantined',
    ]);
    expect(listNeeds(given)[0]?.holdsUp).toBe(43);
    expect(writeVerdict(listNeeds(given))).toBe('4 things need you; 3 hold up work.');
  });
});
