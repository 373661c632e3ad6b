import { describe, expect, it } from 'vitest';
import { findBlock, type WaitingFacts, type WorkerStanding } from './index.ts';

const gib = 1024 ** 3;
const soon = new Date('2026-01-01T00:10:00Z');
const facts = (more: Partial<WaitingFacts> = {}): WaitingFacts => ({
  state: 'queued',
  stateReason: null,
  notBefore: null,
  pythonTag: 'cp312',
  platformTag: 'linux_s390x',
  memoryBytes: null,
  needs: { some: [], total: 0 },
  claims: { paused: false, reason: null },
  pool: { name: 'default', isArchived: false, maxJobs: null, held: 0 },
  workers: { ready: { count: 1, until: null } },
  ...more,
});
const workers = (counts: Partial<Record<WorkerStanding, number>>, until: Date | null = null) =>
  Object.fromEntries(Object.entries(counts).map(([standing, count]) => [standing, { count, until }]));
const needed = (name: string) => ({ jobId: `job_${name}`, name, version: '1.0', state: 'queued' as const });

describe('what keeps a job from being claimed', () => {
  it('is nothing for one that a worker could take, that a worker has, or that has ended', () => {
    for (const state of ['queued', 'claimed', 'running', 'succeeded', 'failed', 'cancelled'] as const)
      expect(findBlock(facts({ state }))).toBeNull();
  });

  it.each<[string, string, Partial<WaitingFacts>]>([
    [
      'needs_jobs',
      'needs 7 jobs first: a 1.0, b 1.0 and 5 more',
      { state: 'blocked', needs: { some: [needed('a'), needed('b')], total: 7 } },
    ],
    ['needs_jobs', 'is queued next', { state: 'blocked', needs: { some: [], total: 0 } }],
    ['needs_failed', 'because of a', { state: 'unreachable', stateReason: 'because of a' }],
    [
      'not_before',
      'An outside source failed',
      { state: 'waiting', stateReason: 'An outside source failed', notBefore: soon },
    ],
    [
      'claims_paused',
      'All claims are paused: work on the net',
      { claims: { paused: true, reason: 'work on the net' } },
    ],
    ['pool_archived', 'archived', { pool: { name: 'default', isArchived: true, maxJobs: null, held: 0 } }],
    [
      'pool_full',
      'hold 2 of at most 2',
      { pool: { name: 'default', isArchived: false, maxJobs: 2, held: 2 } },
    ],
    ['no_worker_in_pool', 'No worker is enrolled in pool default', { workers: {} }],
    ['no_worker_for_target', 'builds cp312 on linux_s390x', { workers: workers({ other_target: 3 }) }],
    [
      'too_little_memory',
      'None of the 2 workers that build cp312 on linux_s390x has the 16 GiB',
      { memoryBytes: 16 * gib, workers: workers({ other_target: 1, too_small: 2 }) },
    ],
    [
      'workers_not_ready',
      'None of the 3 workers that could build it is ready: 1 stale, 2 paused',
      { workers: workers({ stale: 1, paused: 2 }) },
    ],
    [
      'workers_busy',
      '2 workers could build it, and no slot is free; of the others 1 draining',
      { workers: workers({ busy: 2, draining: 1 }) },
    ],
  ])('is %s', (code, text, more) => {
    const block = findBlock(facts(more));
    expect(block?.code).toBe(code);
    expect(block?.text).toContain(text);
  });

  it('is the first test of several that are not passed', () => {
    const paused = { claims: { paused: true, reason: null }, workers: {} };
    expect(findBlock(facts(paused))?.code).toBe('claims_paused');
    expect(findBlock(facts({ ...paused, state: 'waiting' }))?.code).toBe('not_before');
  });

  it('ends by itself when the first worker comes back, and names the jobs that are waited for', () => {
    expect(findBlock(facts({ workers: workers({ quarantined: 1 }, soon) }))?.until).toEqual(soon);
    expect(findBlock(facts({ state: 'waiting', notBefore: soon }))?.until).toEqual(soon);
    const needs = { some: [needed('a')], total: 1 };
    expect(findBlock(facts({ state: 'blocked', needs }))).toMatchObject({
      jobs: [{ jobId: 'job_a' }],
      until: null,
    });
  });
});
