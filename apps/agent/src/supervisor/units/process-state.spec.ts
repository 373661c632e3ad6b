import { describe, expect, it } from 'vitest';
import { parseShow, parseTimeSpanMs } from './parse-show.ts';
import { toProcessState } from './process-state.ts';

const state = (activeState: string, subState = '', loadState = 'loaded') =>
  toProcessState({ loadState, activeState, subState });

describe('the process state of a unit', () => {
  it.each([
    ['active', 'running', 'running'],
    ['reloading', 'reload', 'running'],
    ['activating', 'start-pre', 'starting'],
    ['activating', 'auto-restart', 'starting'],
    ['deactivating', 'stop-sigterm', 'stopping'],
    ['inactive', 'dead', 'stopped'],
    ['failed', 'failed', 'stopped'],
    ['maintenance', '', 'unknown'],
    ['', '', 'unknown'],
  ])('%s (%s) is %s', (active, sub, expected) => {
    expect(state(active, sub)).toBe(expected);
  });

  it('of a unit that is not there, or is masked, nothing is known', () => {
    expect(state('inactive', 'dead', 'not-found')).toBe('unknown');
    expect(state('inactive', 'dead', 'masked')).toBe('unknown');
  });
});

describe('what systemctl shows', () => {
  it('is read by name, in whatever order, and what is missing is empty', () => {
    const unit = parseShow(
      'MainPID=4711\nActiveState=active\nSubState=running\nLoadState=loaded\nNRestarts=2\nJob=\n',
    );
    expect(unit).toMatchObject({
      mainPid: 4711,
      restarts: 2,
      activeState: 'active',
      hasJob: false,
      result: '',
    });
    expect(parseShow('Job=8123\n').hasJob).toBe(true);
    expect(parseShow('MainPID=x\n').mainPid).toBe(0);
  });

  it.each([
    ['30s', 30_000],
    ['1min 30s', 90_000],
    ['2h 5min', 7_500_000],
    ['500ms', 500],
    ['infinity', null],
    ['', null],
    ['a while', null],
  ])('a time span of %s is %s ms', (text, ms) => {
    expect(parseTimeSpanMs(text)).toBe(ms);
  });
});
