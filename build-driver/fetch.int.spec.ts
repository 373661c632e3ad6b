import { driverExitCodes } from '@ironwheel/plugin-kit';
import {
  describeInterpreter,
  driverPath,
  eventsOf,
  makeSdist,
  makeWorkDirectory,
  readEvents,
  type SampleSdist,
} from '@ironwheel/plugin-kit/suites';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
// Not through the library's index, which also brings the whole controller.
import { createSampleWheel, type SampleWheel } from '../libs/testing/src/sample-wheel.ts';

const { python_tag: pythonTag, architecture } = describeInterpreter();
const directory = mkdtempSync(join(tmpdir(), 'ironwheel-index-'));
const works: string[] = [];
let sdist: SampleSdist;
let bytes: Buffer;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const server = createServer((request, response) => answer(request, response));
let base = '';

beforeAll(async () => {
  sdist = makeSdist('roman', directory);
  bytes = readFileSync(join(directory, sdist.filename));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  for (const path of [...works, directory]) rmSync(path, { recursive: true, force: true });
});

const json = (response: ServerResponse, sha256: string): void => {
  const files = [
    { filename: 'ironwheel_sample_roman-1.0.0.tar.gz', url: '/files/old', hashes: {} },
    { filename: sdist.filename, url: `/files/${sdist.filename}`, hashes: { sha256 } },
  ];
  response.setHeader('content-type', 'application/vnd.pypi.simple.v1+json');
  response.end(JSON.stringify({ meta: { 'api-version': '1.0' }, name: 'ironwheel-sample-roman', files }));
};

/** Runs `fetch` alone; the spawn is asynchronous, since the index answers from this process. */
const fetchFrom = async (
  indexUrl: string,
  given: readonly SampleWheel[] = [],
): Promise<{
  exitCode: number | null;
  error: string | undefined;
  text: string;
  ok: number;
  notFound: number;
}> => {
  const work = makeWorkDirectory(
    null,
    { pythonTag, platformTag: `linux_${architecture}` },
    { name: 'Ironwheel.Sample_Roman', version: '2.0', index: { index_url: indexUrl } },
  );
  works.push(work);
  if (given.length > 0) mkdirSync(join(work, 'given'));
  for (const wheel of given) writeFileSync(join(work, 'given', wheel.filename), wheel.bytes);
  const settings = { PIP_FIND_LINKS: '', PIP_RETRIES: '0', PIP_DEFAULT_TIMEOUT: '5', NO_PROXY: '127.0.0.1' };
  const child = spawn('python3', [driverPath, 'fetch', '--work', work], {
    env: { ...process.env, ...settings },
    stdio: 'ignore',
  });
  const [exitCode] = (await once(child, 'exit')) as [number | null];
  const events = readEvents(work, 'fetch');
  const seen = eventsOf(events, 'provider-observation').map(({ observation }) => observation);
  return {
    exitCode,
    error: eventsOf(events, 'error')[0]?.code,
    text: JSON.stringify(events),
    ok: seen.reduce((sum, one) => sum + one.ok, 0),
    notFound: seen.reduce((sum, one) => sum + one.http_404, 0),
  };
};

/** The same release, which asks for a build requirement that only Ironwheel has. */
const makeNeedySdist = (): { readonly bytes: Buffer; readonly sha256: string } => {
  const top = 'ironwheel_sample_roman-2.0.0';
  mkdirSync(join(directory, top));
  writeFileSync(
    join(directory, top, 'pyproject.toml'),
    '[build-system]\nrequires = ["ironwheel-given>=1"]\nbuild-backend = "given"\n',
  );
  writeFileSync(
    join(directory, top, 'PKG-INFO'),
    'Metadata-Version: 2.1\nName: ironwheel-sample-roman\nVersion: 2.0.0\n',
  );
  const needy = execFileSync('tar', ['-czf', '-', '-C', directory, top]);
  return { bytes: needy, sha256: createHash('sha256').update(needy).digest('hex') };
};

describe('fetch', () => {
  beforeEach(() => {
    answer = (request, response) => {
      if (request.url === '/simple/ironwheel-sample-roman/') json(response, sdist.sha256);
      else if (request.url === `/files/${sdist.filename}`) response.end(bytes);
      else response.writeHead(404).end();
    };
  });

  it('takes the sdist of the version from a JSON index (PEP 691) and checks its hash', async () => {
    const run = await fetchFrom(`http://${base}/simple/`);
    expect(run).toMatchObject({ exitCode: 0, error: undefined, ok: 2 });
    expect(run.text).toContain('"hash_known":true');
  });

  it('takes it from an HTML index (PEP 503) too', async () => {
    answer = (request, response) => {
      if (request.url === `/files/${sdist.filename}`) return response.end(bytes);
      response.setHeader('content-type', 'text/html');
      return response.end(
        `<!DOCTYPE html><a href="../../files/${sdist.filename}#sha256=${sdist.sha256}">${sdist.filename}</a>`,
      );
    };
    expect(await fetchFrom(`http://${base}/simple`)).toMatchObject({ exitCode: 0, ok: 2 });
  });

  it('takes build requirements that no index has from the wheels that the worker was given', async () => {
    const needy = makeNeedySdist();
    answer = (request, response) => {
      if (request.url === '/simple/ironwheel-sample-roman/') json(response, needy.sha256);
      else if (request.url === `/files/${sdist.filename}`) response.end(needy.bytes);
      else response.writeHead(404).end();
    };
    const index = `http://${base}/simple/`;
    expect((await fetchFrom(index)).error).toBe('BUILD_REQUIREMENT_MISSING');
    const given = createSampleWheel({ name: 'ironwheel-given', version: '1.5' });
    const { exitCode, text } = await fetchFrom(index, [given]);
    expect(exitCode).toBe(0);
    expect(text).toContain(given.filename);
    expect(text).toContain(given.sha256);
  });

  it('refuses other bytes than the index says', async () => {
    answer = (request, response) =>
      request.url?.startsWith('/files/') ? response.end('other bytes') : json(response, sdist.sha256);
    const run = await fetchFrom(`http://${base}/simple/`);
    expect(run).toMatchObject({ exitCode: driverExitCodes.provider, error: 'SDIST_HASH_MISMATCH' });
  });

  it.each([
    [404, 'SDIST_NOT_FOUND', driverExitCodes.packageFailed],
    [401, 'INDEX_DENIED', driverExitCodes.provider],
    [500, 'INDEX_UNREACHABLE', driverExitCodes.provider],
  ])('tells an answer %i as %s', async (status, code, exitCode) => {
    answer = (_request, response) => response.writeHead(status).end();
    const run = await fetchFrom(`http://${base}/simple/`);
    expect(run).toMatchObject({ exitCode, error: code, notFound: status === 404 ? 1 : 0 });
  });

  it('an index that nobody answers for is a matter of the provider', async () => {
    const run = await fetchFrom('http://127.0.0.1:9/simple/');
    expect(run).toMatchObject({ exitCode: driverExitCodes.provider, error: 'INDEX_UNREACHABLE' });
  });

  it('never shows the password of an index', async () => {
    const run = await fetchFrom(`http://user:pa55word@${base}/simple/`);
    expect(run.exitCode).toBe(0);
    expect(run.text).not.toContain('pa55word');
    const failed = await fetchFrom('http://user:pa55word@127.0.0.1:9/simple/');
    expect(failed.error).toBe('INDEX_UNREACHABLE');
    expect(failed.text).not.toContain('pa55word');
  });
});
