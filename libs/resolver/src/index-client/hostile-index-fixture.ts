import { readdir } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import {
  createServer as createRawServer,
  type AddressInfo,
  type Server as RawServer,
  type Socket,
} from 'node:net';
import { Agent, request } from 'undici';
import { createRequestTransport, type IndexTransport } from './index-transport.ts';

/** Servers on loopback that a suite opens, and the HTTP to ask them. */
export class HostileServers {
  readonly agent = new Agent();
  readonly transport: IndexTransport = createRequestTransport((url, options) =>
    request(url, { ...options, dispatcher: this.agent }),
  );
  readonly #servers: (Server | RawServer)[] = [];
  readonly #sockets = new Set<Socket>();

  /** Origin of a server that answers by `listener`. */
  serve(listener: RequestListener): Promise<string> {
    return this.#listen(createServer(listener));
  }

  /** Origin of a server that writes these bytes whatever it is asked, and leaves the connection open or not. */
  serveRaw(answer: (socket: Socket) => void): Promise<string> {
    return this.#listen(
      createRawServer((socket) => {
        socket.on('error', () => socket.destroy());
        socket.once('data', () => answer(socket));
      }),
    );
  }

  async close(): Promise<void> {
    await this.agent.destroy();
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(this.#servers.map((server) => new Promise((done) => server.close(done))));
  }

  async #listen(server: Server | RawServer): Promise<string> {
    this.#servers.push(server);
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
}

/** Every file below a directory; none when it was never made. */
export const listFiles = async (directory: string): Promise<string[]> => {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
};
