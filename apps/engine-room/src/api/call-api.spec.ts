import * as z from 'zod';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from './api-error.ts';
import { beginRead, waitForBegun } from './begun-reads.ts';
import { callApi, findCome, onSignedOut, toApiPath, type ApiCall } from './call-api.ts';
import { toCurl } from './to-curl.ts';

const call = { method: 'GET', path: '/workers', answer: z.object({ n: z.number() }) } satisfies ApiCall;
const answerWith = (status: number, body: string): void => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(body, { status })));
};
const failure = async (): Promise<ApiError> => {
  const error = await callApi(call).catch((reason: unknown) => reason);
  if (error instanceof ApiError) return error;
  throw new Error('the call did not fail');
};
afterEach(() => vi.unstubAllGlobals());

describe('a call of the API', () => {
  it('gives what the schema made of the answer', async () => {
    answerWith(200, '{"n": 1, "of a newer controller": true}');
    expect(await callApi(call)).toEqual({ n: 1 });
  });

  it('takes what was begun for it, once, and not when something was changed since', async () => {
    let n = 0;
    vi.stubGlobal('fetch', () => Promise.resolve(new Response(`{"n": ${(n += 1)}}`)));
    beginRead('/api/workers');
    expect(n).toBe(1);
    expect([await callApi(call), await callApi(call)]).toEqual([{ n: 1 }, { n: 2 }]);
    beginRead('/api/workers');
    await callApi({ ...call, method: 'POST' });
    expect(await callApi(call)).toEqual({ n: 5 });
  });

  it('asks itself where nothing came of what was begun', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no network')));
    beginRead('/api/workers');
    answerWith(200, '{"n": 1}');
    expect(await callApi(call)).toEqual({ n: 1 });
  });

  it('finds what was begun for it without a wait once that has come, once', async () => {
    answerWith(200, '{"n": 1}');
    beginRead('/api/workers');
    expect(findCome(call)).toBeUndefined();
    await waitForBegun();
    expect([findCome(call), findCome(call)]).toEqual([{ n: 1 }, undefined]);
  });

  it.each([
    [401, '{"error":"AUTH_REQUIRED","detail":"","correlation_id":"c"}'],
    [200, '{"n": "one"}'],
    [200, '<html>a proxy</html>'],
  ])('leaves it to the call itself to say what is wrong with %i and %s', async (status, body) => {
    answerWith(status, body);
    beginRead('/api/workers');
    await waitForBegun();
    expect(findCome(call)).toBeUndefined();
    await expect(callApi(call)).rejects.toThrow();
  });

  it('carries the code, the words and the ids of an error, and says what to do', async () => {
    answerWith(409, '{"error":"REVISION_CONFLICT","detail":"It was changed.","correlation_id":"c-1"}');
    const error = await failure();
    expect(error).toMatchObject({ code: 'REVISION_CONFLICT', status: 409, message: 'It was changed.' });
    expect([error.correlationId, error.isTransient]).toEqual(['c-1', false]);
    expect(error.whatToDo.length).toBeGreaterThan(20);
  });

  it.each([
    [502, '<html>Bad Gateway</html>', 'SERVICE_UNAVAILABLE', true],
    [404, 'not json', 'ANSWER_UNREADABLE', false],
    [200, '{"n": "one"}', 'ANSWER_UNREADABLE', false],
  ])('%i with %s is %s', async (status, body, code, isTransient) => {
    answerWith(status, body);
    expect(await failure()).toMatchObject({ code, isTransient });
  });

  it('says that the controller does not answer', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    expect(await failure()).toMatchObject({ code: 'UNREACHABLE', status: 0, isTransient: true });
  });

  it('tells when nobody is signed in any more', async () => {
    answerWith(401, '{"error":"AUTH_REQUIRED","detail":"","correlation_id":"c"}');
    const told = vi.fn();
    const stop = onSignedOut(told);
    await failure();
    stop();
    await failure();
    expect(told).toHaveBeenCalledTimes(1);
  });

  it('leaves out of the query what was not given', () => {
    expect(toApiPath({ path: '/jobs', query: { state: undefined, q: '', limit: 5, 'a b': 'c&d' } })).toBe(
      '/api/jobs?limit=5&a+b=c%26d',
    );
  });

  it('is the same for a shell, whatever stands in it, and holds no token', () => {
    expect(toCurl({ method: 'POST', path: '/x', body: { reason: "it's $(rm)" } }, 'http://c')).toBe(
      `curl -sS -H "Authorization: Bearer $CONTROL_PLANE_TOKEN" -X POST -H 'Content-Type: application/json' ` +
        `-d '{"reason":"it'\\''s $(rm)"}' 'http://c/api/x'`,
    );
  });
});
