import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ControllerClient } from '../client/controller-client.ts';
import { uploadInputs } from './upload-inputs.ts';

/** A controller that keeps what is handed in, as far as names and digests go. */
class InputsServer {
  readonly calls: string[][] = [];
  readonly kept = new Map<string, string>();
  maxFiles = 200;
  /** Calls that are answered before everything fails. */
  breaksAfter = Infinity;
  open = 0;
  mostOpen = 0;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const url = new URL(request.url!, 'http://here');
      const digests = url.searchParams.get('sha256')?.split(',') ?? [];
      if (request.method === 'GET') {
        const known = [...this.kept].filter(([key]) => digests.includes(key.split(' ')[0]!));
        response.end(JSON.stringify({ items: known.map(([key, id]) => toView(key, id)) }));
        return;
      }
      this.open += 1;
      this.mostOpen = Math.max(this.mostOpen, this.open);
      void this.#take(buffer(request)).then(([status, body]) => {
        this.open -= 1;
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #take(body: Promise<Buffer>): Promise<[number, unknown]> {
    const parts = (await body).toString('latin1').matchAll(/filename="([^"]+)"[^]*?\r\n\r\n([^]*?)\r\n--/g);
    const files = [...parts].map(([, name = '', content = '']) => ({ name, content }));
    const refuse = (error: string): [number, unknown] => [413, { error, detail: 'no', correlation_id: 'c' }];
    if (files.length > this.maxFiles) return refuse('REQUEST_TOO_LARGE');
    if (this.calls.length >= this.breaksAfter) return refuse('ARTIFACT_STORE_FULL');
    this.calls.push(files.map((file) => file.name));
    const items = [];
    for (const file of files) {
      const key = `${createHash('sha256').update(file.content).digest('hex')} ${file.name}`;
      this.kept.set(key, `inp_${this.kept.size}`);
      items.push(toView(key, this.kept.get(key)!));
    }
    return [201, { items }];
  }
}

const toView = (key: string, id: string) => ({
  input_id: id,
  kind: 'wheel',
  filename: key.split(' ')[1],
  sha256: key.split(' ')[0],
  size: 1,
  created_at: '2026-01-01T00:00:00Z',
  run_id: null,
});

let directory: string;
let server: InputsServer;
let client: ControllerClient;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'iw-upload-'));
  server = new InputsServer();
  client = new ControllerClient({ url: await server.start(), token: null });
});
afterEach(async () => {
  await server.stop();
  await rm(directory, { recursive: true, force: true });
});

const write = async (...names: string[]) => {
  const files = names.map((filename) => ({ path: join(directory, filename), filename }));
  for (const { path, filename } of files) await writeFile(path, `bytes of ${filename}`);
  return files;
};
const wheelNames = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `w${at}-1.0-py3-none-any.whl`);

// A thousand files are written and hashed.
describe('handing many files in', { timeout: 60_000 }, () => {
  it('takes few calls, a few at a time, and says how it goes on', async () => {
    const files = await write(...wheelNames(1000));
    const seen: number[] = [];
    const ids = await uploadInputs(client, files, ({ done, total }) => {
      expect(total).toBe(1000);
      seen.push(done);
    });
    expect(new Set(ids).size).toBe(1000);
    expect(server.calls).toHaveLength(20);
    expect(server.mostOpen).toBeLessThanOrEqual(3);
    expect(seen).toEqual(seen.toSorted((left, right) => left - right));
    expect(seen.at(-1)).toBe(1000);
  });

  it('sends nothing twice, and goes on where an upload broke off', async () => {
    const files = await write(...wheelNames(130));
    server.breaksAfter = 1;
    await expect(uploadInputs(client, files)).rejects.toMatchObject({ code: 'ARTIFACT_STORE_FULL' });
    expect(server.calls).toHaveLength(1);
    server.breaksAfter = Infinity;
    expect(await uploadInputs(client, files)).toHaveLength(130);
    expect(server.calls.flat()).toHaveLength(130);
    await uploadInputs(client, files);
    expect(server.calls.flat()).toHaveLength(130);
  });

  it('makes smaller calls where the controller takes fewer files', async () => {
    server.maxFiles = 7;
    expect(await uploadInputs(client, await write(...wheelNames(20)))).toHaveLength(20);
    expect(Math.max(...server.calls.map((names) => names.length))).toBeLessThanOrEqual(7);
  });

  it('sends text files in one call, all of them when one is new', async () => {
    const files = await write('requirements.txt', 'base.txt', ...wheelNames(1));
    await uploadInputs(client, files);
    expect(server.calls).toContainEqual(['requirements.txt', 'base.txt']);
    await writeFile(files[1]!.path, 'six');
    await uploadInputs(client, files);
    expect(server.calls.at(-1)).toEqual(['requirements.txt', 'base.txt']);
  });

  it('names a file that is gone', async () => {
    const files = await write('requirements.txt');
    await rm(files[0]!.path);
    await expect(uploadInputs(client, files)).rejects.toThrow(/requirements\.txt cannot be read/);
  });
});
