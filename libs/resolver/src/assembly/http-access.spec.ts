import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { openHttpAccess, type HttpAccess, type OpenTransport } from './http-access.ts';

const direct: HttpAccess = { ca: null, proxy: null, trustedHosts: [] };

// The first one loads undici.
describe('openHttpAccess', { timeout: 60_000 }, () => {
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
    const transport = openHttpAccess({ ...direct, ...access });
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
