import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openHttpAccess, type HttpAccess, type OpenTransport } from './http-access.ts';
import { openHttpAccessApart } from './http-access-apart.ts';

const direct: HttpAccess = { ca: null, proxy: null, trustedHosts: [] };

const openers = [
  ['in place', openHttpAccess],
  ['in a thread', openHttpAccessApart],
] as const;

// The first one loads undici.
describe.each(openers)('HTTP access %s', { timeout: 60_000 }, (_where, openAccess) => {
  const servers: Server[] = [];
  const opened: OpenTransport[] = [];
  afterEach(async () => {
    for (const transport of opened.splice(0)) await transport.close();
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  });

  async function listen(server: Server): Promise<string> {
    servers.push(server);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const open = (access: Partial<HttpAccess>): OpenTransport => {
    const transport = openAccess({ ...direct, ...access });
    opened.push(transport);
    return transport;
  };
  const get = async (transport: OpenTransport, url: string) => {
    const response = await transport.transport.get(url, { accept: 'text/html' }, AbortSignal.timeout(10_000));
    const chunks: Uint8Array[] = [];
    for await (const chunk of response.body) chunks.push(chunk);
    return { ...response, text: Buffer.concat(chunks).toString() };
  };

  it('gives the answer as it is and follows no redirect', async () => {
    const url = await listen(
      createServer((request, reply) =>
        request.url === '/moved'
          ? reply.writeHead(302, { location: 'http://elsewhere.example/' }).end()
          : reply.writeHead(200, { 'content-type': 'text/html' }).end('page'),
      ),
    );
    const transport = open({});
    expect(await get(transport, `${url}/page`)).toMatchObject({ status: 200, text: 'page' });
    expect(await get(transport, `${url}/moved`)).toMatchObject({
      status: 302,
      headers: { location: 'http://elsewhere.example/' },
    });
  });

  it('refuses a compressed body that was cut off', async () => {
    const url = await listen(
      createServer((_request, reply) =>
        reply.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(5000)).subarray(0, 20)),
      ),
    );
    await expect(get(open({}), url)).rejects.toThrow(/end of file/);
  });

  it('gives a body of many parts whole and in order', async () => {
    const sent = Buffer.alloc(11 * 1024 * 1024, 'a line of a long page\n');
    const url = await listen(
      createServer((_request, reply) =>
        reply.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(sent)),
      ),
    );
    const { text } = await get(open({}), url);
    expect(sent.equals(Buffer.from(text))).toBe(true);
  });

  it('lets the connection go of a body that nobody reads on', async () => {
    const ended = Promise.withResolvers<string>();
    const url = await listen(
      createServer((_request, reply) => {
        reply.once('close', () => ended.resolve(reply.writableFinished ? 'sent whole' : 'cut off'));
        reply.writeHead(200, { 'content-length': '1000000000' });
        const part = Buffer.alloc(1024 * 1024);
        const send = (): void => {
          if (!reply.destroyed) reply.write(part, send);
        };
        send();
      }),
    );
    const response = await open({}).transport.get(url, {}, AbortSignal.timeout(10_000));
    for await (const chunk of response.body) if (chunk.byteLength > 0) break;
    expect(await ended.promise).toBe('cut off');
  });

  it('ends with its signal, and tells what the signal says', async () => {
    const arrived = Promise.withResolvers<undefined>();
    const url = await listen(createServer(() => arrived.resolve(undefined)));
    const transport = open({});
    const controller = new AbortController();
    const answer = transport.transport.get(url, {}, controller.signal);
    await arrived.promise;
    const refused = expect(answer).rejects.toThrow('nobody waits any more');
    controller.abort(new Error('nobody waits any more'));
    await refused;
  });

  it('tells of a host that cannot be reached', async () => {
    const transport = open({});
    await expect(get(transport, 'http://127.0.0.1:1/simple/')).rejects.toThrow();
    const url = await listen(createServer((_request, reply) => reply.end('the next one')));
    expect((await get(transport, url)).text).toBe('the next one');
  });

  it("goes through pip's proxy", async () => {
    const index = await listen(createServer((_request, reply) => reply.end('through')));
    const tunnels: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, socket, head) => {
      tunnels.push(request.url ?? '');
      const onward = connect(Number(new URL(index).port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.write(head);
        onward.pipe(socket).pipe(onward);
      });
      onward.on('error', () => socket.destroy());
      socket.on('error', () => onward.destroy());
    });
    const transport = open({ proxy: await listen(proxy) });
    // Only the proxy knows this name.
    expect((await get(transport, 'http://index.invalid/simple/')).text).toBe('through');
    expect(tunnels).toEqual(['index.invalid:80']);
  });
});

describe('the thread for HTTP', { timeout: 60_000 }, () => {
  it('fails what it was asked when it ends, and is started anew', async () => {
    const silent = createServer((request, reply) => {
      if (request.url === '/page') reply.end('page');
    });
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const access = openHttpAccessApart(direct);
    try {
      const arrived = new Promise((done) => silent.once('request', done));
      const answer = access.transport.get(`${url}/never`, {}, AbortSignal.timeout(10_000));
      const refused = expect(answer).rejects.toThrow(/thread that asks package indexes ended/);
      await arrived;
      await access.close();
      await refused;
      expect((await access.transport.get(`${url}/page`, {}, AbortSignal.timeout(10_000))).status).toBe(200);
    } finally {
      await access.close();
      silent.closeAllConnections();
      silent.close();
    }
  });

  it('ends when nothing is asked for a while, and is started by the next question', async () => {
    const server = createServer((_request, reply) => reply.end('page'));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const ends: unknown[] = [];
    const hear = (): void => void ends.push('ended');
    process.on('worker', (worker) => worker.once('exit', hear));
    const access = openHttpAccessApart(direct, 50);
    try {
      const ask = () =>
        access.transport.get(
          `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
          {},
          AbortSignal.timeout(10_000),
        );
      expect((await ask()).status).toBe(200);
      await vi.waitFor(() => expect(ends).toEqual(['ended']), { timeout: 10_000 });
      expect((await ask()).status).toBe(200);
    } finally {
      await access.close();
      process.removeAllListeners('worker');
      server.closeAllConnections();
      server.close();
    }
  });
});
