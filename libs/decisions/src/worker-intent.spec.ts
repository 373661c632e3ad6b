import { describe, expect, it } from 'vitest';
import { effectiveIntent, type IntentColumns } from './index.ts';

const now = new Date('2026-01-01T12:00:00Z');
const before = new Date('2026-01-01T11:00:00Z');
const after = new Date('2026-01-01T13:00:00Z');
const active: IntentColumns = {
  desired_state: 'active',
  desired_reason: null,
  desired_by: null,
  desired_at: null,
  desired_until: null,
  quarantined_at: null,
  quarantine_kind: null,
  quarantine_reason: null,
  quarantine_until: null,
  quarantine_count: 0,
  stopping_until: null,
};
const paused: IntentColumns = {
  ...active,
  desired_state: 'paused',
  desired_reason: 'a new disk',
  desired_by: 'ops',
};
const quarantine = {
  quarantined_at: before,
  quarantine_kind: 'automatic',
  quarantine_reason: 'why',
} as const;
const codes = (row: IntentColumns, at = now): string[] =>
  effectiveIntent(row, at).blockedBy.map(({ code }) => code);

describe('effective intent', () => {
  it.each<[string, IntentColumns, string[]]>([
    ['active', active, []],
    ['paused without an end', paused, ['worker_paused']],
    ['paused until later', { ...paused, desired_until: after }, ['worker_paused']],
    ['a pause that is over', { ...paused, desired_until: before }, []],
    ['a pause that ends now', { ...paused, desired_until: now }, []],
    ['draining', { ...active, desired_state: 'draining', desired_until: after }, ['worker_draining']],
    [
      'draining past its deadline',
      { ...active, desired_state: 'draining', desired_until: before },
      ['worker_draining'],
    ],
    ['in quarantine', { ...active, ...quarantine }, ['worker_quarantined']],
    ['a quarantine that is over', { ...active, ...quarantine, quarantine_until: now }, []],
    [
      'paused, with a quarantine that is over',
      { ...paused, ...quarantine, quarantine_until: before },
      ['worker_paused'],
    ],
    [
      'in quarantine, with a pause that is over',
      { ...paused, ...quarantine, desired_until: before, quarantine_until: after },
      ['worker_quarantined'],
    ],
    ['both', { ...paused, ...quarantine }, ['worker_paused', 'worker_quarantined']],
  ])('%s', (_what, row, expected) => {
    expect(codes(row)).toEqual(expected);
  });

  it('says why and until when', () => {
    const [block] = effectiveIntent({ ...paused, desired_until: after }, now).blockedBy;
    expect(block).toEqual({
      code: 'worker_paused',
      text: 'This worker is paused: a new disk (until 2026-01-01T13:00:00.000Z).',
      reason: 'a new disk',
      until: after,
    });
  });

  it('shows a worker whose pause is over as active since its end, by nobody', () => {
    const intent = effectiveIntent({ ...paused, desired_until: before }, now);
    expect(intent).toMatchObject({ desiredState: 'active', reason: null, by: null, at: before, until: null });
  });
});
