import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SampleWheel } from './sample-wheel.ts';

/** A package index on loopback (PEP 503 HTML), with the paths that it was asked for. */
export class FakeIndex {
  readonly requests: string[] = [];
  /** While false it answers 503. */
  isUp = true;
  readonly #server: Server;
  readonly #wheels = new Map<string, SampleWheel[]>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<FakeIndex> {
    const server = createServer();
    const index = new FakeIndex(server);
    server.on('request', (request, response) => {
      const { status, type, body } = index.#answer(request.url ?? '/');
      response.writeHead(status, { 'content-type': type, 'content-length': body.length }).end(body);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return index;
  }

  /** Of its simple API. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/simple/`;
  }

  add(project: string, ...wheels: SampleWheel[]): void {
    this.#wheels.set(project, [...(this.#wheels.get(project) ?? []), ...wheels]);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  #answer(path: string): { status: number; type: string; body: Buffer } {
    this.requests.push(path);
    if (!this.isUp) return { status: 503, type: 'text/plain', body: Buffer.from('down') };
    const [, project] = /^\/simple\/([^/]+)\/$/.exec(path) ?? [];
    if (project !== undefined) {
      const wheels = this.#wheels.get(project);
      if (wheels === undefined)
        return { status: 404, type: 'text/plain', body: Buffer.from('no such project') };
      const links = wheels.map(
        ({ filename, sha256 }) => `<a href="../../files/${filename}#sha256=${sha256}">${filename}</a>`,
      );
      return {
        status: 200,
        type: 'text/html',
        body: Buffer.from(`<!DOCTYPE html><html><body>${links.join('\n')}</body></html>`),
      };
    }
    const [, filename] = /^\/files\/([^/]+)$/.exec(path) ?? [];
    const wheel = [...this.#wheels.values()].flat().find((candidate) => candidate.filename === filename);
    return wheel === undefined
      ? { status: 404, type: 'text/plain', body: Buffer.from('no such file') }
      : { status: 200, type: 'application/octet-stream', body: wheel.bytes };
  }
}
