import { createServer, type Server } from 'node:http';
import { gzipSync } from 'node:zlib';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { IndexClient } from './index-client.ts';
import { createRequestTransport } from './index-transport.ts';
import { systemClock } from './system-clock.ts';

let server: Server;
let base: string;
const agent = new Agent();
const asked: string[] = [];
let unready = 1;

const page = '<html><body><a href="/files/foo-1.0.tar.gz">foo-1.0.tar.gz</a></body></html>';

beforeAll(async () => {
  server = createServer((question, response) => {
    asked.push(`${question.url} ${question.headers.authorization ?? '-'}`);
    if (question.url === '/new/foo/') {
      response
        .writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' })
        .end(gzipSync(page));
    } else if (question.url === '/simple/foo/') {
      response.writeHead(302, { location: '/new/foo/' }).end();
    } else if (question.url === '/simple/bomb/') {
      const bomb = gzipSync(Buffer.alloc(30_000_000, ' '));
      response.writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' }).end(bomb);
    } else if (question.url === '/simple/busy/' && unready > 0) {
      unready -= 1;
      response.writeHead(503, { 'retry-after': '0' }).end();
    } else if (question.url === '/simple/busy/') {
      response.writeHead(200, { 'content-type': 'text/html' }).end(page.replaceAll('foo', 'busy'));
    } else if (question.url !== '/simple/silent/') {
      response.writeHead(404).end('no');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  base = `http://user:hunter2@127.0.0.1:${address.port}/simple/`;
});

afterAll(async () => {
  await agent.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const createClient = (options: { timeoutMs?: number; maxAttempts?: number } = {}): IndexClient =>
  new IndexClient({
    indexes: [{ url: base }],
    transport: createRequestTransport((url, options) => request(url, { ...options, dispatcher: agent })),
    clock: systemClock,
    maxBodyBytes: 1_000_000,
    ...options,
  });

it('reads a compressed page of a real server, behind a redirect, with credentials', async () => {
  const listing = await createClient().findProject('foo');
  expect(listing).toMatchObject({ found: true, files: [{ filename: 'foo-1.0.tar.gz' }] });
  expect(JSON.stringify(listing)).not.toContain('hunter2');
  expect(
    asked.slice(-2).every((line) => line.endsWith(`Basic ${Buffer.from('user:hunter2').toString('base64')}`)),
  ).toBe(true);
});

it('waits out a busy server', async () => {
  expect(await createClient().findProject('busy')).toMatchObject({ found: true });
});

it('answers a missing project as a value', async () => {
  expect(await createClient().findProject('nothing')).toEqual({ found: false, normalizedName: 'nothing' });
});

it('ends a page that unpacks to more than its bound', async () => {
  await expect(createClient().findProject('bomb')).rejects.toMatchObject({ problem: 'too_large' });
});

it('ends a server that never answers', async () => {
  const client = createClient({ timeoutMs: 100, maxAttempts: 1 });
  await expect(client.findProject('silent')).rejects.toMatchObject({ problem: 'timeout' });
});

it('stops when its signal says so', async () => {
  const controller = new AbortController();
  const asking = createClient().findProject('silent', controller.signal);
  const reason = new Error('enough');
  await expect.poll(() => asked.at(-1)).toMatch('/simple/silent/');
  controller.abort(reason);
  await expect(asking).rejects.toBe(reason);
});

it('names a refused connection without the credentials', async () => {
  const client = new IndexClient({
    indexes: [{ url: 'http://user:hunter2@127.0.0.1:1/simple/' }],
    transport: createRequestTransport((url, options) => request(url, { ...options, dispatcher: agent })),
    clock: systemClock,
    maxAttempts: 1,
  });
  const error: unknown = await client.findProject('foo').catch((reason: unknown) => reason);
  expect(error).toMatchObject({ problem: 'network' });
  expect(String(error)).not.toContain('hunter2');
});
