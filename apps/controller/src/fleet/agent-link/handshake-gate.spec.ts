import { describe, expect, it } from 'vitest';
import { AppError } from '../../platform/index.ts';
import { HandshakeGate } from './handshake-gate.ts';

const bounds = { connections: 100, connectionsPerAddress: 50, handshakesPerS: 10 };
const outcome = (gate: HandshakeGate, nowMs: number, random = 0.5, address = 'a'): AppError | 'in' => {
  try {
    gate.enter(address, nowMs, random);
    return 'in';
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
};

describe('the gate of handshakes', () => {
  it('lets so many in a second, and the next ones when it has filled up again', () => {
    const gate = new HandshakeGate(bounds);
    const first = Array.from({ length: 12 }, () => outcome(gate, 1000));
    expect(first.filter((one) => one === 'in')).toHaveLength(10);
    expect(first.at(-1)).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(Array.from({ length: 7 }, () => outcome(gate, 1500)).filter((one) => one === 'in')).toHaveLength(
      5,
    );
  });

  it('spreads those that it sends away over the time that all of them need', () => {
    const gate = new HandshakeGate({ ...bounds, connections: 10_000, connectionsPerAddress: 10_000 });
    const waits = Array.from({ length: 310 }, () => outcome(gate, 1000, 0.999)).flatMap((one) =>
      one === 'in' ? [] : [one.retryAfterS ?? 0],
    );
    expect(waits).toHaveLength(300);
    expect(Math.min(...waits)).toBeLessThanOrEqual(2);
    expect(Math.max(...waits)).toBeGreaterThanOrEqual(30);
    expect(Math.max(...waits)).toBeLessThanOrEqual(61);
  });

  it('caps what is open from one address and altogether, until somebody leaves', () => {
    const gate = new HandshakeGate({ connections: 3, connectionsPerAddress: 2, handshakesPerS: 100 });
    expect([outcome(gate, 0), outcome(gate, 1000), outcome(gate, 1000)]).toMatchObject([
      'in',
      'in',
      { code: 'RATE_LIMITED' },
    ]);
    expect(outcome(gate, 1000, 0, 'b')).toBe('in');
    expect(outcome(gate, 1000, 0, 'c')).toMatchObject({ code: 'SERVICE_UNAVAILABLE', retryAfterS: 60 });
    gate.leave('a');
    expect(gate.open).toBe(2);
    expect(outcome(gate, 1000)).toBe('in');
  });
});
