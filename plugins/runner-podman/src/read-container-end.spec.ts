import { describe, expect, it } from 'vitest';
import { endOf, isForsaken, type ContainerState } from './read-container-end.ts';
import type { StepState } from './step-state.ts';

const state: StepState = {
  work: '/w',
  timeoutMs: 10_000,
  diskBytes: 1,
  memoryBytes: 1024,
  endedFor: null,
  end: null,
};
const container = (more: Partial<ContainerState>): ContainerState => ({
  Status: 'exited',
  ExitCode: 0,
  OOMKilled: false,
  StartedAt: '2026-01-01T00:00:00Z',
  FinishedAt: '2026-01-01T00:00:02Z',
  Error: '',
  ConmonPid: 0,
  ...more,
});

describe('the end of a container', () => {
  it.each([
    ['its own exit code', container({ ExitCode: 1 }), state, 'exited', 1],
    [
      'an exit code of its own, though a child was killed',
      container({ ExitCode: 5, OOMKilled: true }),
      state,
      'exited',
      5,
    ],
    ['killed by the kernel', container({ ExitCode: 137, OOMKilled: true }), state, 'out_of_memory', null],
    [
      'killed when its time was over',
      container({ ExitCode: 137, FinishedAt: '2026-01-01T00:00:10.5Z' }),
      state,
      'timeout',
      null,
    ],
    [
      'ended by conmon when its time was over',
      container({ ExitCode: -1, FinishedAt: '2026-01-01T00:00:09.2Z' }),
      state,
      'timeout',
      null,
    ],
    ['stopped on request', container({ ExitCode: 143 }), { ...state, endedFor: 'stopped' }, 'stopped', null],
    ['too much disk', container({ ExitCode: 137 }), { ...state, endedFor: 'disk_full' }, 'disk_full', null],
    ['never started', container({ ExitCode: 127, Error: 'no such file' }), state, 'runner_failed', null],
  ] as const)('%s', (_what, inspected, remembered, reason, exitCode) => {
    expect(endOf(inspected, remembered)).toMatchObject({ reason, exitCode });
  });
});

describe('a container that nobody watches any more', () => {
  const gone = 2 ** 22 + 1; // larger than any process id of Linux
  it.each([
    ['created, as podman says when it starts anew after the unit was killed', 'created', 0, true],
    ['running by the books, though its conmon was killed', 'running', gone, true],
    ['running', 'running', process.pid, false],
    ['ended', 'exited', gone, false],
  ])('%s', (_, Status, ConmonPid, isIt) => {
    expect(isForsaken(container({ Status, ConmonPid }))).toBe(isIt);
  });
});
