import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

/** Serves files on loopback and counts what it sends. */
export class FileServer {
  readonly files = new Map<string, Buffer>();
  sentBytes = 0;
  requests: string[] = [];
  /** How ranges are treated: as asked, as if there were none, or only when counted from the beginning. */
  ranges: 'all' | 'none' | 'no_suffix' = 'all';
  readonly #server: Server = createServer((request, response) => this.#answer(request, response));

  /** Without a path. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  start(): Promise<void> {
    return new Promise((done) => this.#server.listen(0, '127.0.0.1', done));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  forget(): void {
    this.files.clear();
    this.requests = [];
    this.sentBytes = 0;
    this.ranges = 'all';
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const name = (request.url ?? '').replace('/files/', '');
    this.requests.push(name);
    const content = this.files.get(name);
    const { range } = request.headers;
    if (content === undefined) response.writeHead(404).end('no');
    else if (range === undefined || this.ranges === 'none') {
      this.sentBytes += content.length;
      response.writeHead(200, { 'content-length': content.length }).end(content);
    } else if (this.ranges === 'no_suffix' && range.startsWith('bytes=-')) response.writeHead(416).end();
    else this.#answerRange(response, content, range);
  }

  #answerRange(response: ServerResponse, content: Buffer, range: string): void {
    const [, from = '', to = ''] = /^bytes=([0-9]*)-([0-9]*)$/.exec(range) ?? [];
    const start = from === '' ? Math.max(0, content.length - Number(to)) : Number(from);
    const end = from === '' || to === '' ? content.length : Math.min(Number(to) + 1, content.length);
    const part = content.subarray(start, end);
    this.sentBytes += part.length;
    const place = `bytes ${start}-${end - 1}/${content.length}`;
    response.writeHead(206, { 'content-range': place, 'content-length': part.length }).end(part);
  }
}
