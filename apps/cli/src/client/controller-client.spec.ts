import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ControllerClient } from './controller-client.ts';

let server: Server | null = null;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)));
  server = null;
});

async function serve(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  server = createServer(handle);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const schema = z.object({ status: z.string() });
const errorBody = {
  error: 'JOB_NOT_FOUND',
  detail: 'There is no job with this id.',
  correlation_id: 'c1',
  issues: [{ path: 'id', message: 'unknown' }],
};

describe('ControllerClient', () => {
  it('sends the token and parses the answer', async () => {
    const seen: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      seen.push(request.headers.authorization, request.url);
      response.end('{"status":"ok","new_field":1}');
    });
    const client = new ControllerClient({ url: `${url}/`, token: 'secret' });
    await expect(client.get('/api/x', schema, { query: { a: 'b c', none: undefined } })).resolves.toEqual({
      status: 'ok',
    });
    expect(seen).toEqual(['Bearer secret', '/api/x?a=b+c']);
  });

  it('tells a refusal with the body of the controller, exit code 3', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify(errorBody));
    });
    const call = new ControllerClient({ url, token: null }).get('/api/x', schema);
    await expect(call).rejects.toMatchObject({
      exitCode: 3,
      code: 'JOB_NOT_FOUND',
      message: errorBody.detail,
      body: errorBody,
    });
  });

  it('says when something answers that is no controller', async () => {
    const url = await serve((_request, response) => void response.writeHead(502).end('<html>bad gateway'));
    const client = new ControllerClient({ url, token: null });
    await expect(client.get('/api/x', schema)).rejects.toMatchObject({
      exitCode: 3,
      code: 'CLI_ANSWER_UNREADABLE',
    });
  });

  it('refuses an answer of another shape', async () => {
    const url = await serve((_request, response) => void response.end('{"status":1}'));
    const client = new ControllerClient({ url, token: null });
    await expect(client.get('/api/x', schema)).rejects.toMatchObject({ code: 'CLI_ANSWER_UNREADABLE' });
  });

  it('follows no redirect, which would carry the token elsewhere', async () => {
    const paths: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      paths.push(request.url);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    await expect(new ControllerClient({ url, token: 't' }).get('/api/x', schema)).rejects.toMatchObject({
      exitCode: 3,
    });
    expect(paths).toEqual(['/api/x']);
  });

  it('tells an unreachable controller and a silent one with exit code 4', async () => {
    const url = await serve(() => undefined);
    const silent = new ControllerClient({ url, token: null }).get('/api/x', schema, { timeoutMs: 50 });
    await expect(silent).rejects.toMatchObject({ exitCode: 4, code: 'CLI_UNREACHABLE' });
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
    server = null;
    const away = new ControllerClient({ url, token: null }).get('/api/x', schema);
    await expect(away).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
  });
});
