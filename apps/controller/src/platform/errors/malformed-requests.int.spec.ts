import { connect } from 'node:net';
import { errorBodySchema, errorCodes } from '@ironwheel/contracts';
import { startController, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let controller: TestController;
beforeAll(async () => {
  controller = await startController({ features: [], env: { WORKER_TOKEN: 'a-shared-worker-token' } });
});
afterAll(() => controller.close());

const long = 'x'.repeat(100_000);
const json = (text: string) => ({
  method: 'POST',
  body: text,
  headers: { 'content-type': 'application/json' },
});
const typed = (type: string, body: string) => ({ method: 'POST', body, headers: { 'content-type': type } });
const deep = '['.repeat(20_000) + ']'.repeat(20_000);

/** Path, request, expected code. */
const requests: readonly (readonly [string, string, RequestInit, string])[] = [
  ['no body', '/api/tokens', { method: 'POST' }, 'REQUEST_INVALID'],
  ['an empty JSON body', '/api/tokens', json(''), 'REQUEST_INVALID'],
  ['a cut JSON body', '/api/tokens', json('{"name":'), 'REQUEST_MALFORMED'],
  ['JSON with a comma too many', '/api/tokens', json('{"name":"a",}'), 'REQUEST_MALFORMED'],
  ['a bare word', '/api/tokens', json('hello'), 'REQUEST_MALFORMED'],
  ['a byte order mark alone', '/api/tokens', json('\ufeff{'), 'REQUEST_MALFORMED'],
  ['null', '/api/tokens', json('null'), 'REQUEST_INVALID'],
  ['a number', '/api/tokens', json('1'), 'REQUEST_INVALID'],
  ['a string', '/api/tokens', json('"x"'), 'REQUEST_INVALID'],
  ['an array', '/api/tokens', json('[]'), 'REQUEST_INVALID'],
  ['a deep array', '/api/tokens', json(deep), 'REQUEST_INVALID'],
  ['an unknown field', '/api/tokens', json('{"name":"a","role":"viewer","x":1}'), 'REQUEST_INVALID'],
  ['an unknown role', '/api/tokens', json('{"name":"a","role":"root"}'), 'REQUEST_INVALID'],
  ['a role of the wrong type', '/api/tokens', json('{"name":"a","role":["admin"]}'), 'REQUEST_INVALID'],
  ['an empty name', '/api/tokens', json('{"name":"","role":"viewer"}'), 'REQUEST_INVALID'],
  ['a long name', '/api/tokens', json(`{"name":"${'n'.repeat(101)}","role":"viewer"}`), 'REQUEST_INVALID'],
  [
    'an expiry of zero',
    '/api/tokens',
    json('{"name":"a","role":"viewer","expires_in_s":0}'),
    'REQUEST_INVALID',
  ],
  [
    'a fractional expiry',
    '/api/tokens',
    json('{"name":"a","role":"viewer","expires_in_s":60.5}'),
    'REQUEST_INVALID',
  ],
  [
    'an expiry beyond all time',
    '/api/tokens',
    json('{"name":"a","role":"viewer","expires_in_s":1e300}'),
    'REQUEST_INVALID',
  ],
  [
    'a poisoned prototype',
    '/api/tokens',
    json('{"__proto__":{"role":"admin"},"name":"a"}'),
    'REQUEST_MALFORMED',
  ],
  [
    'a poisoned constructor',
    '/api/tokens',
    json('{"constructor":{"prototype":{}},"name":"a"}'),
    'REQUEST_MALFORMED',
  ],
  [
    'a form',
    '/api/tokens',
    typed('application/x-www-form-urlencoded', 'name=a&role=admin'),
    'REQUEST_UNSUPPORTED_MEDIA',
  ],
  [
    'plain text',
    '/api/tokens',
    typed('text/plain', '{"name":"a","role":"admin"}'),
    'REQUEST_UNSUPPORTED_MEDIA',
  ],
  ['XML', '/api/tokens', typed('application/xml', '<a/>'), 'REQUEST_UNSUPPORTED_MEDIA'],
  ['no type that is one', '/api/tokens', typed('nonsense', 'x'), 'REQUEST_UNSUPPORTED_MEDIA'],
  [
    'the inner type of raw routes',
    '/api/tokens',
    typed('application/x-ironwheel-raw', 'x'),
    'REQUEST_UNSUPPORTED_MEDIA',
  ],
  ['a body of 2 MiB', '/api/tokens', json(`{"name":"${'n'.repeat(2 << 20)}"}`), 'REQUEST_TOO_LARGE'],
  ['a limit that is no number', '/api/tokens?limit=ten', {}, 'REQUEST_INVALID'],
  ['a negative limit', '/api/tokens?limit=-1', {}, 'REQUEST_INVALID'],
  ['a limit beyond the maximum', '/api/tokens?limit=501', {}, 'REQUEST_INVALID'],
  ['an offset that is infinite', '/api/tokens?offset=Infinity', {}, 'REQUEST_INVALID'],
  ['an unknown parameter', '/api/tokens?page=2', {}, 'REQUEST_INVALID'],
  ['a doubled parameter', '/api/tokens?limit=1&limit=2', {}, 'REQUEST_INVALID'],
  ['a parameter named constructor', '/api/tokens?constructor=1', {}, 'REQUEST_INVALID'],
  ['a parameter named __proto__', '/api/tokens?__proto__=1', {}, 'REQUEST_INVALID'],
  ['a long action', `/api/audit?action=${'a'.repeat(101)}`, {}, 'REQUEST_INVALID'],
  ['an unknown parameter of the audit', '/api/audit?who=me', {}, 'REQUEST_INVALID'],
  [
    'an id of another kind',
    '/api/tokens/job_0198c1de-0000-7000-8000-000000000000',
    { method: 'DELETE' },
    'REQUEST_INVALID',
  ],
  ['an id that is none', '/api/tokens/1%20OR%201=1', { method: 'DELETE' }, 'REQUEST_INVALID'],
  ['an id with a zero byte', '/api/tokens/tok_%00', { method: 'DELETE' }, 'REQUEST_INVALID'],
  [
    'an id of a token that is not there',
    '/api/tokens/tok_0198c1de-0000-7000-8000-000000000000',
    { method: 'DELETE' },
    'TOKEN_NOT_FOUND',
  ],
  ['an endless id', `/api/tokens/${'x'.repeat(5000)}`, { method: 'DELETE' }, 'REQUEST_MALFORMED'],
  ['a broken escape', '/api/%E0%A4%A', {}, 'REQUEST_MALFORMED'],
  ['an unknown path', '/api/nothing', {}, 'ROUTE_NOT_FOUND'],
  ['a path that climbs', '/api/..%2f..%2fetc/passwd', {}, 'ROUTE_NOT_FOUND'],
  ['a doubled slash', '//api/health', {}, 'ROUTE_NOT_FOUND'],
  ['another case', '/API/health', {}, 'ROUTE_NOT_FOUND'],
  ['a wrong method', '/api/health', { method: 'DELETE' }, 'METHOD_NOT_ALLOWED'],
  ['a wrong method with a body', '/api/config', json('{}'), 'METHOD_NOT_ALLOWED'],
  ['no token', '/api/session/token', { method: 'POST' }, 'REQUEST_INVALID'],
  ['a wrong worker token', '/api/session/token?token=guess', { method: 'POST' }, 'AUTH_REQUIRED'],
  [
    'an endless worker token',
    `/api/session/token?token=${'x'.repeat(600)}`,
    { method: 'POST' },
    'REQUEST_INVALID',
  ],
  [
    'an idempotency key with a space',
    '/api/tokens',
    { ...json('{}'), headers: { 'content-type': 'application/json', 'idempotency-key': 'a b' } },
    'REQUEST_MALFORMED',
  ],
  [
    'an endless idempotency key',
    '/api/tokens',
    { ...json('{}'), headers: { 'content-type': 'application/json', 'idempotency-key': 'a'.repeat(201) } },
    'REQUEST_MALFORMED',
  ],
];

describe('malformed requests', () => {
  it.each(requests)('%s is refused with its code', async (_label, path, init, code) => {
    const answer = await fetch(controller.url + path, {
      ...init,
      headers: {
        authorization: `Bearer ${controller.adminToken}`,
        ...(init.headers as Record<string, string>),
      },
    });
    const body = errorBodySchema.parse(await answer.json());
    expect(body.error).toBe(code);
    expect(answer.status).toBe(errorCodes[code as keyof typeof errorCodes].status);
    expect(body.correlation_id).toBe(answer.headers.get('x-correlation-id'));
    expect(body.detail).not.toMatch(/node_modules|\.ts:|\bat /);
  });

  it.each([
    ['headers without end', `GET /api/health HTTP/1.1\r\nHost: a\r\nX: ${long}\r\n\r\n`, 431],
    ['a request line that is none', 'HELLO\r\n\r\n', 400],
    ['a header with a control character', 'GET /api/health HTTP/1.1\r\nHost: a\r\nX: a\u0000b\r\n\r\n', 400],
    [
      'two lengths',
      'POST /api/tokens HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx',
      400,
    ],
    [
      'a length and chunks',
      'POST /api/tokens HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    [
      'a chunk that is none',
      'POST /api/tokens HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      400,
    ],
    ['a negative length', 'POST /api/tokens HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n', 400],
    ['no host', 'GET /api/health HTTP/1.1\r\n\r\n', 400],
  ])('%s on the wire is answered and the connection closed', async (_label, text, status) => {
    const answer = await sendRaw(text);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).not.toMatch(/HTTP\/1\.1 5\d\d/);
  });

  it('nothing of it was written', async () => {
    await expect(controller.database.query('SELECT id FROM tokens')).resolves.toEqual([]);
    await expect(controller.database.query('SELECT id FROM audit_entries')).resolves.toEqual([]);
    await expect(controller.database.query('SELECT key FROM idempotency_keys')).resolves.toEqual([]);
  });

  it('a sane correlation id is kept and an insane one replaced', async () => {
    const echo = async (id: string) =>
      (await fetch(`${controller.url}/api/health`, { headers: { 'x-correlation-id': id } })).headers.get(
        'x-correlation-id',
      );
    await expect(echo('build-4711:step.2')).resolves.toBe('build-4711:step.2');
    await expect(echo('a"b\\c{}<script>')).resolves.toMatch(/^[0-9a-f-]{36}$/);
    await expect(echo('short')).resolves.toMatch(/^[0-9a-f-]{36}$/);
  });

  it('a wrong method is told which are right', async () => {
    const answer = await fetch(`${controller.url}/api/health`, { method: 'PUT' });
    expect(answer.headers.get('allow')).toBe('GET, HEAD');
  });
});

function sendRaw(text: string): Promise<string> {
  const { hostname, port } = new URL(controller.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
      if (answer.includes('\r\n\r\n')) socket.end();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', (error) => (answer === '' ? reject(error) : undefined));
  });
}
