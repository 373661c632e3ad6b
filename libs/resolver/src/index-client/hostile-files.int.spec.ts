import { hash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ByteRange, type FileRequest } from './fetch-file.ts';
import { HostileServers, listFiles } from './hostile-index-fixture.ts';
import { HttpCache } from './http-cache.ts';
import { IndexClient } from './index-client.ts';
import { type IndexProblem } from './index-error.ts';
import { parseNetrc } from './netrc.ts';
import { systemClock } from './system-clock.ts';

const servers = new HostileServers();
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hostile-files-'));
});
afterAll(async () => {
  await servers.close();
  await rm(directory, { recursive: true });
});

const bytes = Buffer.from('0123456789'.repeat(10));
const sha256 = hash('sha256', bytes);

const createFiles = (folder: string, indexUrl = 'http://user:hunter2@127.0.0.1:1/simple/') =>
  new IndexClient({
    indexes: [{ url: indexUrl }],
    transport: servers.transport,
    clock: systemClock,
    random: () => 0,
    maxAttempts: 2,
    disk: new HttpCache({ directory: join(directory, folder), maxBytes: 1_000_000 }),
  }).files;

const send =
  (status: number, headers: Record<string, string>, body: string | Uint8Array = ''): RequestListener =>
  (_, response) =>
    response.writeHead(status, headers).end(body);

/** A server with ranges, as a static one has them. */
const serveRanges: RequestListener = (asked, response) => {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(asked.headers.range ?? '') ?? [];
  if (first === '' && last === '') {
    response.writeHead(200).end(bytes);
    return;
  }
  const from = first === '' ? Math.max(0, bytes.length - Number(last)) : Number(first);
  const to = first === '' ? bytes.length - 1 : Math.min(Number(last), bytes.length - 1);
  const head = { 'content-range': `bytes ${from}-${to}/${bytes.length}`, etag: '"one"' };
  response.writeHead(206, head).end(bytes.subarray(from, to + 1));
};

describe('files that lie', () => {
  const range = { offset: 10, length: 5 };
  const part = (text: string | undefined, body = '01234', more = {}): RequestListener =>
    send(206, { ...(text === undefined ? {} : { 'content-range': text }), ...more }, body);
  const cases: [string, RequestListener, Partial<FileRequest>, IndexProblem][] = [
    ['another file than is listed', send(200, {}, 'Name: evil'), { sha256 }, 'hash_mismatch'],
    ['another range', part('bytes 11-15/100'), { range, sha256 }, 'range'],
    ['a shorter range', part('bytes 10-12/100', '012'), { range, sha256 }, 'range'],
    ['a range without saying which', part(undefined), { range, sha256 }, 'range'],
    ['fewer bytes than it says', part('bytes 10-14/100', '01'), { range, sha256 }, 'range'],
    ['a range of unknown place', part('bytes 95-99/*'), { range: { suffix: 5 }, sha256 }, 'range'],
    [
      'a packed range',
      part('bytes 10-14/100', '01234', { 'content-encoding': 'gzip' }),
      { range, sha256 },
      'network',
    ],
    ['a range nobody asked for', part('bytes 10-14/100'), { sha256 }, 'status'],
    ['that there are no such bytes', send(416, {}), { range, sha256 }, 'range'],
    ['more than fits, without ranges', send(200, {}, bytes), { range, sha256, maxBytes: 50 }, 'no_ranges'],
    ['more than fits', send(200, {}, bytes), { sha256, maxBytes: 50 }, 'too_large'],
    ['nothing', send(404, {}), { sha256 }, 'absent'],
    ['a redirect to itself', send(302, { location: '' }), { sha256 }, 'redirect'],
  ];
  it.each(cases)('refuses %s, and keeps nothing', async (name, listener, request, problem) => {
    const url = `${await servers.serve(listener)}/foo.whl?key=hunter2`;
    const fetching = createFiles(name).fetch({ url, maxBytes: 1000, ...request });
    const error: unknown = await fetching.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'PLAN_INDEX_UNREACHABLE', problem });
    expect(String(error)).toContain('/foo.whl?***');
    expect(String(error)).not.toContain('hunter2');
    expect(await listFiles(join(directory, name))).toEqual([]);
  });
});

describe('files that hold', () => {
  it.each<[string, ByteRange | undefined, string]>([
    ['whole', undefined, bytes.toString()],
    ['in the middle', { offset: 3, length: 4 }, '3456'],
    ['at the end', { suffix: 3 }, '789'],
    ['over the end', { offset: 98, length: 50 }, '89'],
    ['longer than the file', { suffix: 5000 }, bytes.toString()],
  ])('are read %s, and asked for once', async (name, range, text) => {
    let asked = 0;
    const origin = await servers.serve((request, response) => {
      asked += 1;
      serveRanges(request, response);
    });
    const files = createFiles(name);
    const request = { url: `${origin}/foo.whl`, maxBytes: 1000, sha256, ...(range ? { range } : {}) };
    const first = await files.fetch(request);
    expect(Buffer.from(first.body).toString()).toBe(text);
    expect(first.totalBytes).toBe(100);
    const second = await files.fetch(request);
    expect([Buffer.from(second.body).toString(), second.totalBytes, second.status]).toEqual([
      text,
      100,
      first.status,
    ]);
    expect(asked).toBe(1);
  });

  it('are asked for each time while nobody states what they are', async () => {
    let asked = 0;
    const origin = await servers.serve((request, response) => {
      asked += 1;
      serveRanges(request, response);
    });
    const files = createFiles('unknown');
    for (const range of [undefined, undefined, { suffix: 3 }, { suffix: 3 }]) {
      await files.fetch({ url: `${origin}/foo.whl`, maxBytes: 1000, ...(range ? { range } : {}) });
    }
    expect(asked).toBe(4);
  });

  it('ranges of one address are not taken for those of another, whatever hash a listing claims', async () => {
    const evil = await servers.serve(send(206, { 'content-range': 'bytes 0-3/100' }, 'evil'));
    const sound = await servers.serve(serveRanges);
    const files = createFiles('claims');
    const request = { range: { offset: 0, length: 4 }, maxBytes: 1000, sha256 };
    await files.fetch({ ...request, url: `${evil}/foo.whl` });
    const answer = await files.fetch({ ...request, url: `${sound}/foo.whl` });
    expect(Buffer.from(answer.body).toString()).toBe('0123');
  });

  it('are given the credentials of the index at their origin, and no others', async () => {
    const heard: (string | undefined)[] = [];
    const listener: RequestListener = (asked, response) => {
      heard.push(asked.headers.authorization);
      response.writeHead(200).end('x');
    };
    const [own, other] = [await servers.serve(listener), await servers.serve(listener)];
    const client = new IndexClient({
      indexes: [{ url: `${own.replace('//', '//user:pw@')}/simple/` }],
      transport: servers.transport,
      clock: systemClock,
      netrc: parseNetrc('default login all password hunter2'),
    });
    for (const origin of [own, other]) await client.files.fetch({ url: `${origin}/f`, maxBytes: 10 });
    expect(heard).toEqual([`Basic ${Buffer.from('user:pw').toString('base64')}`, undefined]);
  });
});
