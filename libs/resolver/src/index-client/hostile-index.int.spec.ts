import { mkdtemp, rm } from 'node:fs/promises';
import { type RequestListener, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HostileServers, listFiles } from './hostile-index-fixture.ts';
import { HttpCache } from './http-cache.ts';
import { IndexCache } from './index-cache.ts';
import { IndexClient, type IndexClientOptions } from './index-client.ts';
import { IndexUnreachableError, type IndexProblem } from './index-error.ts';
import { systemClock } from './system-clock.ts';

const servers = new HostileServers();
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hostile-index-'));
});
afterAll(async () => {
  await servers.close();
  await rm(directory, { recursive: true });
});

const json = 'application/vnd.pypi.simple.v1+json';
const pageOf = (project: string): string =>
  JSON.stringify({
    meta: { 'api-version': '1.1' },
    files: [{ filename: `${project}-1.0.tar.gz`, url: `/files/${project}-1.0.tar.gz`, hashes: {} }],
  });

/** Asks for `foo`: must fail, say where without the secrets, and leave nothing behind. */
const refuse = async (
  origin: string,
  options: Partial<IndexClientOptions> = {},
): Promise<IndexUnreachableError> => {
  const memory = new IndexCache();
  const client = new IndexClient({
    indexes: [{ url: `${origin.replace('//', '//user:hunter2@')}/simple/?token=hunter2` }],
    transport: servers.transport,
    clock: systemClock,
    random: () => 0,
    memory,
    disk: new HttpCache({ directory, maxBytes: 100_000_000 }),
    timeoutMs: 5000,
    maxBodyBytes: 200_000,
    maxAttempts: 2,
    ...options,
  });
  const error: unknown = await client.findProject('foo').catch((reason: unknown) => reason);
  if (!(error instanceof IndexUnreachableError)) throw new Error('an answer was taken', { cause: error });
  expect(error.message).toContain(`${origin}/simple/`);
  expect(`${error.message} ${error.url} ${JSON.stringify(error)}`).not.toContain('hunter2');
  expect(memory.size).toBe(0);
  expect(await listFiles(directory)).toEqual([]);
  return error;
};

const send =
  (status: number, headers: Record<string, string>, body: string | Uint8Array = ''): RequestListener =>
  (_, response) =>
    response.writeHead(status, headers).end(body);

const redirect = (to: (path: string) => string): RequestListener => {
  return ({ url = '' }, response) => response.writeHead(302, { location: to(url) }).end();
};

const writeForever = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': json });
  const write = (): void => {
    while (!response.destroyed && response.write(' '.repeat(65_536)));
  };
  response.on('drain', write);
  write();
};

const cases: [string, RequestListener, IndexProblem, RegExp][] = [
  [
    'a captive portal',
    send(200, { 'content-type': 'text/html' }, '<title>Sign in</title><a href="/go">Go</a>'),
    'not_an_index',
    /HTML of something else/,
  ],
  [
    'an API of something else',
    send(200, { 'content-type': 'application/json' }, '{}'),
    'not_an_index',
    /content type/,
  ],
  [
    "another project's page",
    send(200, { 'content-type': json }, pageOf('bar')),
    'not_an_index',
    /another project/,
  ],
  [
    "another project's page in HTML",
    send(200, { 'content-type': 'text/html' }, '<a href="bar-1.0.tar.gz">bar</a>'),
    'not_an_index',
    /another project/,
  ],
  [
    'JSON without end',
    send(200, { 'content-type': json }, '['.repeat(150_000)),
    'not_an_index',
    /sends none/,
  ],
  [
    'a charset that the text is not in',
    send(200, { 'content-type': 'text/html; charset=utf-16le' }, '<a href="foo-1.0.tar.gz">é</a>'),
    'not_an_index',
    /./,
  ],
  [
    'JSON that is not UTF-8',
    send(200, { 'content-type': json }, Buffer.from(pageOf('foo').replace('1.1', 'é'), 'latin1')),
    'not_an_index',
    /charset/,
  ],
  [
    'an unknown charset',
    send(200, { 'content-type': 'text/html; charset=x-none' }, '<a href="foo-1.0.tar.gz">x</a>'),
    'not_an_index',
    /charset/,
  ],
  ['a redirect to itself', redirect((path) => path), 'redirect', /circle/],
  ['redirects without end', redirect((path) => `${path}next/`), 'redirect', /circle/],
  ['a redirect to a file', redirect(() => 'file:///etc/passwd'), 'redirect', /not https/],
  ['a body without end', (_, response) => writeForever(response), 'too_large', /larger than 200000/],
  [
    'a body that unpacks to more than its bound',
    send(200, { 'content-type': json, 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(50_000_000, ' '))),
    'too_large',
    /larger than/,
  ],
  [
    'a packed body that was cut off',
    send(200, { 'content-type': json, 'content-encoding': 'gzip' }, gzipSync(pageOf('foo')).subarray(0, 60)),
    'network',
    /connection failed/,
  ],
  [
    'an encoding that was not asked for',
    send(200, { 'content-type': json, 'content-encoding': 'gzip, gzip' }, gzipSync(gzipSync(pageOf('foo')))),
    'network',
    /connection failed/,
  ],
  ['"not modified" when nothing was kept', send(304, { etag: '"x"' }), 'status', /304/],
  [
    'a part that was not asked for',
    send(206, { 'content-type': json, 'content-range': 'bytes 0-9/100' }, '0123456789'),
    'status',
    /206/,
  ],
  ['a wait of years', send(503, { 'retry-after': '99999999999999' }), 'status', /503/],
  [
    'a wait until another century',
    send(429, { 'retry-after': 'Fri, 31 Dec 2999 23:59:59 GMT' }),
    'rate_limited',
    /429/,
  ],
  ['a wait that is no number', send(503, { 'retry-after': '-1e99' }), 'status', /503/],
  ['a refusal', send(401, { 'www-authenticate': 'Basic realm="hunter2"' }), 'refused', /credentials/],
  ['an error', send(500, {}, 'trace'), 'status', /500/],
];

it.each(cases)('refuses %s', async (_, listener, problem, message) => {
  const error = await refuse(await servers.serve(listener));
  expect(error).toMatchObject({ problem });
  expect(error.message).toMatch(message);
});

it.each([
  ['is shorter than announced', 5000],
  ['is longer than announced', 40],
])('refuses a body that %s', async (_, announced) => {
  const origin = await servers.serveRaw((socket) => {
    const head = `HTTP/1.1 200 OK\r\ncontent-type: ${json}\r\ncontent-length: ${announced}\r\n\r\n`;
    socket.end(head + pageOf('foo'));
  });
  expect(['network', 'not_an_index']).toContain((await refuse(origin)).problem);
});

it('refuses headers of 10 MB', async () => {
  const origin = await servers.serveRaw((socket) =>
    socket.write(`HTTP/1.1 200 OK\r\ncontent-type: ${json}\r\nx-filler: ${'x'.repeat(10_000_000)}\r\n\r\n`),
  );
  expect(await refuse(origin)).toMatchObject({ problem: 'network' });
});

it('ends a server that never answers', async () => {
  const origin = await servers.serve(() => undefined);
  expect(await refuse(origin, { timeoutMs: 100 })).toMatchObject({ problem: 'timeout' });
});

it('ends a server that sends a byte now and then', async () => {
  const origin = await servers.serve((_, response) => {
    response.writeHead(200, { 'content-type': json });
    const timer = setInterval(() => response.write(' '), 10);
    response.on('close', () => clearInterval(timer));
  });
  expect(await refuse(origin, { timeoutMs: 150 })).toMatchObject({ problem: 'timeout' });
});

it('ends all tries together when their time is over', async () => {
  let asked = 0;
  const origin = await servers.serve(() => (asked += 1));
  await refuse(origin, { timeoutMs: 10_000, overallTimeoutMs: 150, maxAttempts: 50 });
  expect(asked).toBe(1);
});

it('leaves credentials behind when it is sent to another host', async () => {
  const heard: (string | undefined)[] = [];
  const other = await servers.serve((asked, response) => {
    heard.push(asked.headers.authorization);
    response.writeHead(403).end();
  });
  const origin = await servers.serve((asked, response) => {
    heard.push(asked.headers.authorization);
    response.writeHead(307, { location: `${other.replace('//', '//a:hunter2@')}/simple/foo/` }).end();
  });
  const client = new IndexClient({
    indexes: [{ url: `${origin.replace('//', '//user:pw@')}/simple/` }],
    transport: servers.transport,
    clock: systemClock,
  });
  await expect(client.findProject('foo')).rejects.toMatchObject({
    problem: 'refused',
    url: `${other}/simple/foo/`,
  });
  expect(heard).toEqual([`Basic ${Buffer.from('user:pw').toString('base64')}`, undefined]);
});

it('takes nothing from an index behind one that fails', async () => {
  const broken = await servers.serve(send(500, {}));
  const sound = await servers.serve(send(200, { 'content-type': json }, pageOf('foo')));
  const indexes = [broken, sound].map((origin) => ({ url: `${origin}/simple/` }));
  await refuse(broken, { indexes });
});
