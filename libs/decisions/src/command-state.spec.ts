import { describe, expect, it } from 'vitest';
import {
  canCommandMove,
  commandStatesBefore,
  endedCommandStates,
  endsAttempts,
  isCommandEnded,
  isLifecycleVerb,
  openCommandStates,
  type CommandState,
} from './command-state.ts';

const states: readonly CommandState[] = [...openCommandStates, ...endedCommandStates];

describe('the states of a command', () => {
  it('a command that has ended never moves again', () => {
    for (const from of endedCommandStates) {
      expect(isCommandEnded(from)).toBe(true);
      expect(states.filter((to) => canCommandMove(from, to))).toEqual([]);
    }
    for (const from of openCommandStates) expect(isCommandEnded(from)).toBe(false);
  });

  it('goes forward only', () => {
    for (const [index, from] of states.entries()) {
      expect(states.slice(0, index + 1).filter((to) => canCommandMove(from, to))).toEqual([]);
    }
  });

  it('what is on its way is not superseded, nor what was accepted, which does not expire either', () => {
    expect(commandStatesBefore('superseded')).toEqual(['issued']);
    expect(canCommandMove('accepted', 'expired')).toBe(false);
    expect(canCommandMove('accepted', 'failed')).toBe(true);
  });

  it('an accept that overtakes the note of the delivery is taken', () => {
    expect(commandStatesBefore('accepted')).toEqual(['issued', 'delivered']);
    expect(commandStatesBefore('succeeded')).toEqual(['issued', 'delivered', 'accepted']);
    expect(commandStatesBefore('delivered')).toEqual(['issued']);
  });

  it('only start, stop and restart supersede each other, and only stop and restart end builds', () => {
    const verbs = ['start', 'stop', 'restart', 'status', 'run-checks'];
    expect(verbs.filter(isLifecycleVerb)).toEqual(['start', 'stop', 'restart']);
    expect(verbs.filter(endsAttempts)).toEqual(['stop', 'restart']);
  });
});
