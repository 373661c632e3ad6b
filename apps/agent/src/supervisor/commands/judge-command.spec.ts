import { describe, expect, it } from 'vitest';
import { judgeCommand } from './judge-command.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const command = {
  command_id: 'cmd_9',
  generation: 9,
  expires_at: '2026-01-01T00:01:00Z',
  verb: 'restart',
} as const;
const taken = { lastGeneration: 8, seen: ['cmd_7', 'cmd_8'], isBusy: false };

describe('a command of the controller', () => {
  it('is taken once, when it is new, in time, and nothing else runs', () => {
    expect(judgeCommand(command, taken, now)).toBeNull();
    expect(judgeCommand(command, { ...taken, seen: ['cmd_9'], lastGeneration: 9 }, now)).toBe('replayed');
    expect(judgeCommand(command, { ...taken, isBusy: true }, now)).toBe('busy');
  });

  it('is refused when its generation is not newer than the last one, also under a new id', () => {
    expect(judgeCommand(command, { ...taken, lastGeneration: 9 }, now)).toBe('old_generation');
    expect(judgeCommand({ ...command, generation: 3 }, taken, now)).toBe('old_generation');
  });

  it('is refused at the very moment that it expires', () => {
    expect(judgeCommand(command, taken, Date.parse(command.expires_at))).toBe('expired');
  });

  it('status is answered while something else runs, but never twice', () => {
    const busy = { ...taken, isBusy: true };
    expect(judgeCommand({ ...command, verb: 'status' }, busy, now)).toBeNull();
    expect(judgeCommand({ ...command, verb: 'run-checks' }, busy, now)).toBe('busy');
    expect(judgeCommand({ ...command, verb: 'status' }, { ...busy, seen: ['cmd_9'] }, now)).toBe('replayed');
  });
});
