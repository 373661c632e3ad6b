import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { SqlExecutor } from '../../platform/index.ts';

export type HostileAnswer = (request: IncomingMessage, response: ServerResponse) => void;

export const jsonType = 'application/vnd.pypi.simple.v1+json';

/** Stands in the index's address, in netrc and in tokens of a suite; nobody may ever be shown it. */
export const secret = 'hunter2-of-the-suite';

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A file that a page lists, with what the page says of it. */
export interface ListedFile {
  readonly filename: string;
  readonly bytes: Uint8Array;
  /** Lies: digests that the page states instead. */
  readonly sha256?: string;
  /** PEP 658; true: the digest is the right one. */
  readonly metadata?: string | Uint8Array;
  readonly metadataSha256?: string;
}

const send = (response: ServerResponse, status: number, type: string, body: string | Uint8Array): void => {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
};

/** An index on loopback of which each path can be made to answer anything, and healed again. */
export class HostileIndex {
  readonly requests: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #answers = new Map<string, HostileAnswer>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<HostileIndex> {
    const server = createServer();
    const index = new HostileIndex(server);
    server.on('connection', (socket) => {
      index.#sockets.add(socket);
      socket.on('close', () => index.#sockets.delete(socket));
    });
    server.on('request', (request, response) => {
      const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
      index.requests.push(path);
      const answer = index.#answers.get(path);
      if (answer === undefined) send(response, 404, 'text/plain', 'nothing here');
      else answer(request, response);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return index;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** With the secret in it. */
  get url(): string {
    return `${this.origin.replace('//', `//user:${secret}@`)}/simple/`;
  }

  answer(path: string, answer: HostileAnswer): void {
    this.#answers.set(path, answer);
  }

  /** An answer for the page of a project. */
  page(project: string, answer: HostileAnswer): void {
    this.answer(`/simple/${project}/`, answer);
  }

  text(path: string, body: string | Uint8Array, type = 'application/octet-stream', status = 200): void {
    this.answer(path, (_request, response) => send(response, status, type, body));
  }

  /** A sound page, and its files where they are said to be. Returns the page. */
  list(project: string, ...files: readonly ListedFile[]): string {
    for (const { filename, bytes, metadata } of files) {
      this.text(`/files/${filename}`, bytes);
      if (metadata !== undefined) this.text(`/files/${filename}.metadata`, metadata);
    }
    const page = JSON.stringify({
      meta: { 'api-version': '1.1' },
      name: project,
      files: files.map((file) => ({
        filename: file.filename,
        url: `../../files/${file.filename}`,
        hashes: { sha256: file.sha256 ?? sha256Of(file.bytes) },
        ...(file.metadata === undefined
          ? {}
          : { 'core-metadata': { sha256: file.metadataSha256 ?? sha256Of(Buffer.from(file.metadata)) } }),
      })),
    });
    this.text(`/simple/${project}/`, page, jsonType);
    return page;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((done) => this.#server.close(done));
  }
}

/** How many rows each table has. */
export async function countRows(database: SqlExecutor): Promise<Record<string, number>> {
  const tables = await database.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1`,
  );
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await database.query<{ count: number }>(`SELECT count(*)::int AS count FROM "${name}"`);
    counts[name] = row?.count ?? -1;
  }
  return counts;
}

/** Every file below a directory but those of the index cache, by its path from there. */
export async function listKeptFiles(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${parentPath.slice(directory.length)}/${name}`)
    .filter((path) => !path.startsWith('/cache/index/'))
    .toSorted();
}
