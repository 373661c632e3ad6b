import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ControllerClient } from '../../client/controller-client.ts';
import type { SavedWheel } from './fetch-wheel.ts';
import { fillWheelhouse } from './fill-wheelhouse.ts';
import type { WantedWheel } from './list-wheels.ts';

const digestOf = (bytes: string): string => createHash('sha256').update(bytes).digest('hex');
const wanted = (name: string, bytes: string, change: Partial<WantedWheel> = {}): WantedWheel => ({
  name,
  version: '1.0',
  filename: `${name}-1.0-py3-none-any.whl`,
  sha256: digestOf(bytes),
  size: null,
  from: { kind: 'kept' },
  ...change,
});

let directory: string;
let server: Server;
let client: ControllerClient;
let answer: (path: string, response: ServerResponse) => unknown;
let requests: { path: string; token: string | undefined }[];
const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'iw-wheelhouse-'));
  requests = [];
  answer = (path, response) => void response.end(`bytes of ${path.split('/').at(-1)!.split('-')[0]!}`);
  server = createServer((request, response) => {
    requests.push({ path: request.url!, token: request.headers.authorization });
    answer(request.url!, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new ControllerClient({ url: address(), token: 'secret' });
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(directory, { recursive: true, force: true });
});

const fill = (wheels: readonly WantedWheel[], problems: readonly string[] = []) => {
  const seen: SavedWheel[] = [];
  const onSaved = (saved: SavedWheel): void => void seen.push(saved);
  const options = { target: 'cp312 linux_s390x', problems, onSaved, retryDelaysMs: [0, 0] };
  return fillWheelhouse(client, wheels, directory, options).then(() => seen);
};
const read = (name: string): Promise<string> => readFile(join(directory, name), 'utf8');

describe('a wheelhouse', () => {
  const six = wanted('six', 'bytes of six');
  const idna = wanted('idna', 'bytes of idna', {
    from: { kind: 'passed', runId: 'run:1', url: 'https://i/x' },
  });

  it('holds each wheel, a requirements file with hashes, and SHA256SUMS', async () => {
    await fill([six, idna]);
    expect((await readdir(directory)).toSorted()).toEqual(
      [six.filename, idna.filename, 'requirements.txt', 'SHA256SUMS'].toSorted(),
    );
    expect(await read(idna.filename)).toBe('bytes of idna');
    const requirements = await read('requirements.txt');
    expect(requirements.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([
      `idna==1.0 --hash=sha256:${idna.sha256!}`,
      `six==1.0 --hash=sha256:${six.sha256!}`,
    ]);
    expect(await read('SHA256SUMS')).toBe(
      `${idna.sha256!}  ${idna.filename}\n${six.sha256!}  ${six.filename}\n${digestOf(requirements)}  requirements.txt\n`,
    );
    expect(requests.toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
      { path: `/api/plans/run%3A1/wheels/${idna.filename}`, token: 'Bearer secret' },
      { path: `/files/${six.sha256!}/${six.filename}`, token: 'Bearer secret' },
    ]);
  });

  it('is not fetched again where the bytes are there, and goes on after a failure', async () => {
    answer = (path, response) =>
      path.includes('idna') ? response.writeHead(404).end('{}') : response.end('bytes of six');
    await expect(fill([six, idna])).rejects.toMatchObject({ exitCode: 3 });
    expect(await readdir(directory)).not.toContain('requirements.txt');
    await writeFile(join(directory, six.filename), 'bytes of six');
    requests = [];
    answer = (_path, response) => void response.end('bytes of idna');
    expect(await fill([six, idna])).toMatchObject([{ existed: true }, { existed: false, replaced: false }]);
    expect(requests).toHaveLength(1);
  });

  it('has at most four downloads at a time', async () => {
    const open: ServerResponse[] = [];
    const wheels = Array.from({ length: 9 }, (_, at) => wanted(`w${at}`, 'x'));
    let most = 0;
    answer = (_path, response) => {
      open.push(response);
      most = Math.max(most, open.length);
      // The one before the last four is answered: were there a fifth, it would have come.
      if (open.length === 4 || requests.length > 4) open.shift()!.end('x');
      if (requests.length === wheels.length) for (const one of open.splice(0)) one.end('x');
    };
    expect(await fill(wheels)).toHaveLength(9);
    expect(most).toBe(4);
  });

  it('says when it replaces a file with other bytes', async () => {
    await writeFile(join(directory, six.filename), 'damaged');
    expect(await fill([six])).toMatchObject([{ existed: false, replaced: true }]);
    expect(await read(six.filename)).toBe('bytes of six');
  });

  it('records the digest of a wheel for which its index states none, and says so', async () => {
    const unstated = { ...idna, sha256: null };
    const sha256 = digestOf('bytes of idna');
    expect(await fill([unstated])).toMatchObject([{ sha256, was_stated: false, existed: false }]);
    expect(await read('requirements.txt')).toContain(`idna==1.0 --hash=sha256:${sha256}\n`);
    expect(await fill([unstated])).toMatchObject([{ sha256, was_stated: false, existed: true }]);
  });

  it('never replaces a requirements file of somebody else', async () => {
    await writeFile(join(directory, 'requirements.txt'), 'django\n');
    await expect(fill([six])).rejects.toMatchObject({ exitCode: 2 });
    expect(requests).toEqual([]);
    expect(await read('requirements.txt')).toBe('django\n');
  });

  it('tells in its list what is missing in it', async () => {
    await fill([six], ['numpy 2: failed\nin build']);
    expect(await read('requirements.txt')).toContain('#   numpy 2: failed in build\n');
  });

  it('takes away parts that a killed program left long ago, and no other file', async () => {
    const [old, young] = ['a-1-py3-none-any.whl.17.part', 'b-1-py3-none-any.whl.17.part'];
    for (const name of [old, young, 'notes.part']) await writeFile(join(directory, name), '');
    await utimes(join(directory, old), 0, 0);
    await utimes(join(directory, 'notes.part'), 0, 0);
    await fill([]);
    expect((await readdir(directory)).toSorted()).toEqual(
      ['SHA256SUMS', young, 'notes.part', 'requirements.txt'].toSorted(),
    );
  });
});

describe('a download that is not right', () => {
  const six = wanted('six', 'bytes of six');

  it('leaves nothing when the bytes are others, and names file and place without secrets', async () => {
    answer = (_path, response) => void response.end('something else');
    const from = {
      kind: 'direct' as const,
      url: `${address().replace('//', '//me:hidden@')}/f.whl?key=hidden`,
    };
    for (const wheel of [six, { ...six, from }]) {
      const error = await fill([wheel]).catch((thrown: unknown) => thrown);
      if (!(error instanceof Error)) throw new Error('nothing was refused');
      expect(error).toMatchObject({ exitCode: 3, code: 'CLI_DOWNLOAD_REFUSED' });
      expect(error.message).toContain(six.filename);
      expect(error.message).not.toContain('hidden');
    }
    expect(await readdir(directory)).toEqual([]);
  });

  it('is tried again when it breaks off, and then told', async () => {
    let tries = 0;
    answer = (_path, response) => {
      tries += 1;
      response.writeHead(200, { 'content-length': '12' });
      if (tries === 2) response.end('bytes of six');
      else response.write('bytes', () => response.destroy());
    };
    expect(await fill([six])).toHaveLength(1);
    expect(tries).toBe(2);
    await rm(join(directory, six.filename));
    answer = (_path, response) =>
      void response.writeHead(200, { 'content-length': '12' }).write('bytes', () => response.destroy());
    await expect(fill([six])).rejects.toMatchObject({ exitCode: 4, code: 'CLI_DOWNLOAD_BROKEN' });
    expect((await readdir(directory)).filter((name) => name.includes('six'))).toEqual([]);
  });

  it('ends as soon as it is larger than the plan says', async () => {
    answer = (_path, response) => void response.end('x'.repeat(100_000));
    await expect(fill([{ ...six, size: 12 }])).rejects.toThrow(/larger than the 12 bytes/);
  });

  it('sends the token to no other host than the controller', async () => {
    await fill([{ ...six, from: { kind: 'direct', url: `${address()}/six-1` } }]);
    expect(requests).toEqual([{ path: '/six-1', token: undefined }]);
  });

  it('tells what the file system refuses', async () => {
    await mkdir(join(directory, six.filename));
    await expect(fill([six])).rejects.toMatchObject({ exitCode: 2 });
    await writeFile(join(directory, 'file'), '');
    directory = join(directory, 'file');
    await expect(fill([six])).rejects.toMatchObject({ exitCode: 2 });
    directory = join(directory, '..');
  });
});
