import { describe, expect, it } from 'vitest';
import { findWaiting } from './find-reasons.ts';

const created = '2026-01-01T00:00:00.000Z';
const later = '2026-01-01T00:05:00.000Z';
const bundle = (state: 'issued' | 'downloaded' | 'used' | 'expired') => ({
  state,
  created_at: created,
  downloaded_at: state === 'issued' ? null : later,
  used_at: state === 'used' ? later : null,
});
const server = (
  link: 'connected' | 'lost' | 'never',
  process: 'running' | 'unknown',
  beat: 'healthy' | 'none',
) => ({
  link_state: link,
  process_state: process,
  heartbeat_state: beat,
});
const nothing = server('never', 'unknown', 'none');

describe('what is waited for', () => {
  it.each([
    ['the host to fetch the script', bundle('issued'), nothing],
    ['the host to enrol', bundle('downloaded'), nothing],
    ['its agent to connect', bundle('used'), nothing],
    ['its worker to run', bundle('used'), server('connected', 'unknown', 'none')],
    ['the first heartbeat', bundle('used'), server('connected', 'running', 'none')],
  ])('is %s', (what, of, at) => {
    const waiting = findWaiting(of, at, 0);
    expect(waiting?.what).toBe(what);
    expect(waiting?.reasons.length).toBeGreaterThan(1);
  });

  it('is nothing when all is there, and nothing of a host that nobody could install', () => {
    expect(findWaiting(bundle('used'), server('connected', 'running', 'healthy'), 0)).toBeNull();
    expect(findWaiting(bundle('expired'), nothing, 0)).toBeNull();
    expect(findWaiting(null, nothing, 0)).toBeNull();
  });

  it('is counted from the last thing that was heard', () => {
    expect(findWaiting(bundle('issued'), nothing, 0)?.sinceMs).toBe(Date.parse(created));
    expect(findWaiting(bundle('downloaded'), nothing, 0)?.sinceMs).toBe(Date.parse(later));
    const news = Date.parse(later) + 1000;
    expect(findWaiting(bundle('downloaded'), nothing, news)?.sinceMs).toBe(news);
  });
});
