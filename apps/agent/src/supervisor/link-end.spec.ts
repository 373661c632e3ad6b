import { agentCloseCodes } from '@ironwheel/contracts';
import { describe, expect, it } from 'vitest';
import { toReaction } from '../controller-link/link-end.ts';
import { supervisorStates, toSupervisorState } from './state.ts';

const closed = (code: number, retryAfterMs: number | null = null) =>
  toReaction({ kind: 'closed', code, reason: '', retryAfterMs });
const refused = (status: number, code: string, retryAfterMs: number | null = null) =>
  toReaction({ kind: 'refused', status, code, detail: '', retryAfterMs });

describe('what follows from the end of a connection', () => {
  it('a revoked key is never used again, however that was told', () => {
    expect(closed(agentCloseCodes.revoked)).toEqual({ kind: 'give-up' });
    expect(refused(403, 'AGENT_REVOKED')).toEqual({ kind: 'give-up' });
  });

  it('what the controller says of when to come back is kept', () => {
    expect(closed(agentCloseCodes.retryLater, 7000)).toEqual({ kind: 'retry', leastMs: 7000 });
    expect(refused(503, 'SERVICE_UNAVAILABLE', 3000)).toEqual({ kind: 'retry', leastMs: 3000 });
    expect(refused(429, 'RATE_LIMITED', 60_000)).toEqual({ kind: 'retry', leastMs: 60_000 });
  });

  it('what an operator has to mend first is asked for rarely', () => {
    for (const code of [agentCloseCodes.clockOff, agentCloseCodes.cloned, agentCloseCodes.unsupported]) {
      expect(closed(code)).toEqual({ kind: 'retry', leastMs: 60_000 });
    }
    expect(refused(403, 'AGENT_CLONED')).toEqual({ kind: 'retry', leastMs: 60_000 });
    expect(refused(401, 'AUTH_REQUIRED')).toEqual({ kind: 'retry', leastMs: 60_000 });
  });

  it('a lost link, a controller that is away and another program at its place are tried again as the backoff says', () => {
    expect(toReaction({ kind: 'lost', detail: '' })).toEqual({ kind: 'retry', leastMs: null });
    expect(closed(1001)).toEqual({ kind: 'retry', leastMs: null });
    expect(refused(502, 'HTTP_502')).toEqual({ kind: 'retry', leastMs: null });
  });
});

describe('the states of the supervisor', () => {
  it('a refused one does nothing but stop', () => {
    for (const to of supervisorStates.filter((state) => state !== 'stopped')) {
      expect(() => toSupervisorState('refused', to)).toThrow('cannot go');
    }
    expect(toSupervisorState('refused', 'stopped')).toBe('stopped');
  });
});
