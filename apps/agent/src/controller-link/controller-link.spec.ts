import { describe, expect, it } from 'vitest';
import { Backoff } from './backoff.ts';
import { ClockOffset } from './clock-offset.ts';
import { parseRetryAfter, toControllerError, toUnreachableError } from './controller-error.ts';
import { isReadableOnTheWay } from './http-pool.ts';
import { retryTransient } from './retry-transient.ts';

const errorOf = (status: number, code: string, retryAfter?: string) =>
  toControllerError(
    'POST /api/x',
    status,
    { retryAfter },
    JSON.stringify({ error: code, detail: 'said', correlation_id: 'c-1' }),
    0,
  );

describe('Backoff', () => {
  it('doubles its window from 1 s to 64 s and waits anywhere in it', () => {
    const most = new Backoff(1000, 64_000, () => 1);
    expect(Array.from({ length: 9 }, () => most.next())).toEqual([
      1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 64_000, 64_000,
    ]);
    const least = new Backoff(1000, 64_000, () => 0);
    expect([least.next(), least.next()]).toEqual([0, 0]);
    most.reset();
    expect(most.next()).toBe(1000);
  });

  it('waits at least as long as the controller asks', () => {
    expect(new Backoff(1000, 64_000, () => 0).next(5000)).toBe(5000);
    expect(new Backoff(1000, 64_000, () => 1).next(5000)).toBe(6000);
  });
});

describe('errors of the controller', () => {
  it.each([
    [503, 'SERVICE_UNAVAILABLE', 'transient'],
    [500, 'INTERNAL', 'transient'],
    [429, 'RATE_LIMITED', 'transient'],
    [507, 'ARTIFACT_STORE_FULL', 'transient'],
    [409, 'IDEMPOTENCY_IN_PROGRESS', 'transient'],
    [409, 'LEASE_LOST', 'refused'],
    [401, 'AUTH_REQUIRED', 'refused'],
    [422, 'ARTIFACT_HASH_MISMATCH', 'refused'],
  ])('%i %s is %s', (status, code, kind) => {
    expect(errorOf(status, code)).toMatchObject({ status, code, kind });
  });

  it('takes a foreign page for what it is', () => {
    const error = toControllerError('GET /', 502, { retryAfter: undefined }, '<html>Bad Gateway</html>', 0);
    expect(error).toMatchObject({ kind: 'transient', code: 'HTTP_502', body: null });
  });

  it('reads Retry-After in seconds and as a date, and bounds it', () => {
    expect(parseRetryAfter('7', 0)).toBe(7000);
    expect(parseRetryAfter('Thu, 01 Jan 1970 00:00:09 GMT', 4000)).toBe(5000);
    expect(parseRetryAfter('999999', 0)).toBe(3_600_000);
    expect(parseRetryAfter('soon', 0)).toBeNull();
    expect(parseRetryAfter(undefined, 0)).toBeNull();
  });
});

describe('retryTransient', () => {
  const options = { signal: new AbortController().signal, backoff: new Backoff(1, 1, () => 0) };

  it('repeats what may work later, and says each failure', async () => {
    let calls = 0;
    const told: string[] = [];
    const answer = await retryTransient(
      () => {
        calls += 1;
        if (calls === 1) return Promise.reject(toUnreachableError('POST /', new Error('refused')));
        if (calls === 2) return Promise.reject(errorOf(503, 'SERVICE_UNAVAILABLE', '0'));
        return Promise.resolve('done');
      },
      { ...options, onRetry: (error) => told.push(error.code) },
    );
    expect(answer).toBe('done');
    expect(told).toEqual(['CONTROLLER_UNREACHABLE', 'SERVICE_UNAVAILABLE']);
  });

  it('does not repeat a refusal', async () => {
    let calls = 0;
    const call = (): Promise<never> => {
      calls += 1;
      return Promise.reject(errorOf(409, 'LEASE_LOST'));
    };
    await expect(retryTransient(call, options)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(calls).toBe(1);
  });

  it('ends with the signal', async () => {
    const abort = new AbortController();
    const call = (): Promise<never> => {
      abort.abort(new Error('enough'));
      return Promise.reject(errorOf(503, 'SERVICE_UNAVAILABLE'));
    };
    await expect(
      retryTransient(call, { signal: abort.signal, backoff: new Backoff(60_000, 60_000, () => 1) }),
    ).rejects.toThrow();
  });
});

describe('ClockOffset', () => {
  it('is adopted once when it is larger than the noise', () => {
    const offset = new ClockOffset();
    offset.measure(new Date(1_000_500).toUTCString(), 1_000_000);
    expect(offset.adopt()).toBe(false);
    offset.measure(new Date(4_600_000).toUTCString(), 1_000_000);
    expect(offset.measuredMs).toBe(3_600_000);
    expect(offset.usedMs).toBe(0);
    expect(offset.adopt()).toBe(true);
    expect(offset.usedMs).toBe(3_600_000);
    expect(offset.adopt()).toBe(false);
  });

  it('ignores a header that is no date', () => {
    const offset = new ClockOffset();
    offset.measure('yesterday', 0);
    offset.measure(undefined, 0);
    expect(offset.measuredMs).toBe(0);
  });
});

describe('isReadableOnTheWay', () => {
  it.each([
    ['http://127.0.0.1:8080', false],
    ['http://localhost', false],
    ['http://[::1]:8080', false],
    ['https://wheels.example', false],
    ['http://wheels.example', true],
    ['http://127.0.0.1.example', true],
  ])('%s: %s', (url, expected) => {
    expect(isReadableOnTheWay(url)).toBe(expected);
  });
});
