import { describe, expect, it } from 'vitest';
import {
  defaultQuarantinePolicy,
  quarantineFor,
  type QuarantineHistory,
  type WorkerOutcome,
} from './index.ts';

const pool = { live: 10, active: 9, quarantined: 0 };
const minute = 60_000;

/**
 * Outcomes from oldest to newest: `+` a success, `-` a failure, each of a package of its own; `a` a failure of the one
 * package a; `!` lost, in an hour of its own.
 */
const outcomes = (script: string): WorkerOutcome[] =>
  Array.from(script)
    .map((letter, index) => ({
      ok: letter === '+',
      isLost: letter === '!',
      package: letter === 'a' ? 'a' : `package-${index}`,
      claimedAt: index * 60 * minute,
      endedAt: index * 60 * minute + minute,
    }))
    .reverse();
const judge = (script: string, more: Partial<QuarantineHistory> = {}) =>
  quarantineFor({ outcomes: outcomes(script), count: 0, pool, ...more }, defaultQuarantinePolicy);

describe('automatic quarantine', () => {
  it.each([
    ['', 'none'],
    ['--', 'none'],
    ['---', 'quarantine'],
    ['+---', 'quarantine'],
    ['--+-', 'none'],
    ['---+', 'none'],
    // One package that fails again and again is no proof.
    ['aaaa', 'none'],
    ['aa-', 'none'],
    ['aa--', 'quarantine'],
    ['!!!', 'quarantine'],
    // Six of ten, never three in a row.
    ['--+--+--++', 'quarantine'],
    ['--+--+-+++', 'none'],
    // Too few to speak of a share.
    ['--+--+-', 'none'],
  ])('judges %j: %s', (script, action) => {
    expect(judge(script).action).toBe(action);
  });

  it('lasts 15 minutes at first, twice as long each time after, and a day at most', () => {
    const lasts = [0, 1, 2, 3, 6, 7, 50].map((count) => {
      const verdict = judge('---', { count });
      return verdict.action === 'quarantine' ? [verdict.forS, verdict.count] : null;
    });
    expect(lasts).toEqual([
      [900, 1],
      [1800, 2],
      [3600, 3],
      [7200, 4],
      [57_600, 7],
      [86_400, 8],
      [86_400, 51],
    ]);
  });

  it.each<[string, QuarantineHistory['pool'], string]>([
    ['is withheld where no other worker claims', { live: 1, active: 0, quarantined: 0 }, 'withhold'],
    ['takes one of a small pool', { live: 2, active: 1, quarantined: 0 }, 'quarantine'],
    ['does not take the second of a small pool', { live: 4, active: 2, quarantined: 1 }, 'withhold'],
    ['takes a fifth of a big pool', { live: 10, active: 8, quarantined: 1 }, 'quarantine'],
    ['takes no more than a fifth', { live: 10, active: 7, quarantined: 2 }, 'withhold'],
  ])('%s', (_what, bounds, action) => {
    const verdict = judge('---', { pool: bounds });
    expect(verdict.action).toBe(action);
    if (verdict.action !== 'none') expect(verdict.reason).toContain('3 failures in a row');
  });

  it('counts attempts that were lost side by side as one fall', () => {
    const fall = (hour: number): WorkerOutcome[] =>
      [3, 2, 1].map((slot) => ({
        ok: false,
        isLost: true,
        package: `package-${hour}-${slot}`,
        claimedAt: (hour * 60 + slot) * minute,
        endedAt: (hour * 60 + 10 + slot) * minute,
      }));
    const judgeFalls = (...hours: number[]) =>
      quarantineFor({ outcomes: hours.flatMap(fall), count: 0, pool }, defaultQuarantinePolicy).action;
    expect(judgeFalls(1)).toBe('none');
    expect(judgeFalls(2, 1)).toBe('none');
    expect(judgeFalls(3, 2, 1)).toBe('quarantine');
  });

  it('counts failures side by side one by one: that is how a broken runner looks', () => {
    const broken = ['a', 'b', 'c'].map((name) => ({
      ok: false,
      isLost: false,
      package: name,
      claimedAt: 0,
      endedAt: minute,
    }));
    expect(quarantineFor({ outcomes: broken, count: 0, pool }, defaultQuarantinePolicy).action).toBe(
      'quarantine',
    );
  });
});
