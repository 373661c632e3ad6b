import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ControllerClient } from '../client/controller-client.ts';
import { downloadWheels } from './download-wheels.ts';
import type { ResultRow } from './run-results.ts';

const bytes = Buffer.from('the bytes of a wheel');
const sha256 = createHash('sha256').update(bytes).digest('hex');
const wheel = 'six-1.17.0-py3-none-any.whl';
const row: ResultRow = {
  name: 'six',
  version: '1.17.0',
  python_tag: 'cp311',
  platform_tag: 'linux_s390x',
  action: 'build',
  ok: true,
  runner: 'process',
  wheel,
  sha256,
  time_s: 1,
  reason: null,
  job_id: 'job_1',
  attempt: null,
  source: null,
};

let directory: string;
let server: Server;
let served: Buffer;
let requests: { url: string | undefined; token: string | undefined }[];
let client: ControllerClient;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'iw-wheelhouse-'));
  served = bytes;
  requests = [];
  server = createServer((request, response) => {
    requests.push({ url: request.url, token: request.headers.authorization });
    response.end(served);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new ControllerClient({ url: address(), token: 'secret' });
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(directory, { recursive: true, force: true });
});
const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function download(rows: ResultRow[]) {
  const saved = [];
  for await (const item of downloadWheels(client, rows, directory)) saved.push(item);
  return saved;
}

it('saves a wheel whose bytes have the digest, and does not fetch it twice', async () => {
  await expect(download([row])).resolves.toEqual([{ filename: wheel, sha256, existed: false }]);
  await expect(readFile(join(directory, wheel))).resolves.toEqual(bytes);
  await expect(download([row])).resolves.toEqual([{ filename: wheel, sha256, existed: true }]);
  expect(requests).toEqual([{ url: `/files/${sha256}/${wheel}`, token: 'Bearer secret' }]);
});

it('keeps nothing of bytes with another digest', async () => {
  served = Buffer.from('something else');
  await expect(download([row])).rejects.toMatchObject({ exitCode: 3, code: 'CLI_DOWNLOAD_REFUSED' });
  await expect(readdir(directory)).resolves.toEqual([]);
});

it('replaces a damaged file of the same name', async () => {
  await writeFile(join(directory, wheel), 'damaged');
  await download([row]);
  await expect(readFile(join(directory, wheel))).resolves.toEqual(bytes);
});

it('never sends the token to an index', async () => {
  const source = { origin: 'index' as const, filename: wheel, url: `${address()}/files/x.whl`, sha256 };
  await download([{ ...row, action: 'reuse', source }]);
  expect(requests).toEqual([{ url: '/files/x.whl', token: undefined }]);
});

it('refuses a name that is no wheel name, and a wheel without a digest', async () => {
  await expect(download([{ ...row, wheel: '../../etc/passwd' }])).rejects.toThrow(/no wheel file name/);
  await expect(download([{ ...row, sha256: null }])).rejects.toThrow(/no SHA-256/);
  expect(requests).toEqual([]);
});
