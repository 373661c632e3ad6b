// A package index on loopback that answers from a folder. While it records it fetches what it lacks from an upstream
// index and keeps it, so that every program that is measured later sees the same bytes and no network. Where the
// upstream index knows HTML only, or no METADATA beside its files, both are made from what it has.
//   node recording-index.ts --folder DIR --port-file FILE [--record-from URL]
// GET /-/asked tells what was asked for since it was asked before, and what of it was never recorded.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseHtmlListing } from '../../../libs/resolver/src/index-client/parse-html-listing.ts';
import { fetchWheelMetadata } from './fetch-wheel-metadata.ts';
import { findGeneratedMetadata, findGeneratedPage } from './generated-universe.ts';

const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    'port-file': { type: 'string' },
    'record-from': { type: 'string' },
  },
});
const { folder, 'port-file': portFile } = values;
if (folder === undefined || portFile === undefined) throw new Error('--folder and --port-file are needed.');
const upstream = values['record-from']?.replace(/\/*$/, '/');
const json = 'application/vnd.pypi.simple.v1+json';
const pagesFolder = join(folder, 'pages');
const filesFolder = join(folder, 'files');
const addressesFolder = join(folder, 'addresses');
for (const path of [pagesFolder, filesFolder, addressesFolder]) mkdirSync(path, { recursive: true });

interface Kept {
  readonly body: Buffer;
  readonly etag: string;
}

const digest = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');

const toKept = (body: Buffer): Kept => ({ body, etag: `"${digest(body).slice(0, 32)}"` });

/** An empty file stands for "the upstream index has none". */
const keep = (path: string, body: string | Buffer | null): void => {
  writeFileSync(`${path}.part`, body ?? '');
  renameSync(`${path}.part`, path);
};

/** Answers are kept in memory as well: the measured programs wait for no disk of ours. */
const answers = new Map<string, Promise<Kept | null>>();
const asked = new Set<string>();
const unrecorded = new Set<string>();

const load = async (path: string, fetchBody: () => Promise<string | Buffer | null>): Promise<Kept | null> => {
  if (!existsSync(path) && upstream !== undefined) keep(path, await fetchBody());
  if (!existsSync(path)) unrecorded.add(path);
  const body = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  return body.length === 0 ? null : toKept(body);
};

const getKept = (path: string, fetchBody: () => Promise<string | Buffer | null>): Promise<Kept | null> => {
  const known = answers.get(path);
  if (known !== undefined) return known;
  const loading = load(path, fetchBody);
  answers.set(path, loading);
  loading.catch(() => answers.delete(path));
  return loading;
};

type Addresses = readonly (readonly [string, string])[];

/** Where files of recorded pages lie upstream, by a short digest of their address; only a recording needs it. */
const addresses = new Map<string, string>();
if (upstream !== undefined) {
  for (const name of readdirSync(addressesFolder)) {
    const entries = JSON.parse(readFileSync(join(addressesFolder, name), 'utf8')) as Addresses;
    for (const [id, address] of entries) addresses.set(id, address);
  }
}

interface PageFile {
  readonly filename: string;
  readonly url: string;
  readonly [key: string]: unknown;
}

const readUpstreamPage = async (response: Response): Promise<readonly PageFile[]> => {
  const text = await response.text();
  if (response.headers.get('content-type')?.startsWith(json) === true) {
    return (JSON.parse(text) as { files: PageFile[] }).files;
  }
  return parseHtmlListing(text, response.url).files.map((file) => ({
    filename: file.filename,
    url: file.url,
    hashes: file.hashes,
    ...(file.requiresPython === null ? {} : { 'requires-python': file.requiresPython }),
    ...(file.yanked === false ? {} : { yanked: file.yanked === '' ? true : file.yanked }),
  }));
};

/** The project's page, its files at addresses of this server. */
const fetchPage = async (project: string): Promise<string | null> => {
  const response = await fetch(new URL(`${project}/`, upstream), { headers: { accept: json } });
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`the upstream index answers ${response.status}`);
  const found: [string, string][] = [];
  const files = (await readUpstreamPage(response)).map((file) => {
    const address = new URL(file.url, response.url).href;
    const id = digest(address).slice(0, 24);
    found.push([id, address]);
    const isWheel = file.filename.endsWith('.whl');
    return { ...file, url: `/files/${id}/${file.filename}`, ...(isWheel ? { 'core-metadata': true } : {}) };
  });
  keep(join(addressesFolder, `${project}.json`), JSON.stringify(found));
  for (const [id, address] of found) addresses.set(id, address);
  return JSON.stringify({ meta: { 'api-version': '1.0' }, name: project, files });
};

const fetchFile = async (id: string, name: string): Promise<Buffer | null> => {
  const address = addresses.get(id);
  if (address === undefined) return null;
  if (name.endsWith('.metadata')) return fetchWheelMetadata(address);
  const response = await fetch(address);
  return response.ok ? Buffer.from(await response.arrayBuffer()) : null;
};

const find = async (path: string): Promise<Kept | null> => {
  const project = /^\/simple\/([a-z0-9.-]+)\/$/.exec(path)?.[1];
  const generated = project === undefined ? findGeneratedMetadata(path) : findGeneratedPage(project);
  if (generated !== undefined) return toKept(Buffer.from(generated));
  if (project !== undefined) return getKept(join(pagesFolder, project), () => fetchPage(project));
  const [, id, name] = /^\/files\/([0-9a-f]{24})\/([^/]+)$/.exec(path) ?? [];
  if (id === undefined || name === undefined) return null;
  const kept = join(filesFolder, name.endsWith('.metadata') ? `${id}.metadata` : id);
  return getKept(kept, () => fetchFile(id, name));
};

const answer = (path: string, request: IncomingMessage, response: ServerResponse, found: Kept): void => {
  const type = path.startsWith('/simple/') ? json : 'application/octet-stream';
  // As the large public index answers: fresh for ten minutes, then asked for again by its tag.
  const headers = { 'content-type': type, etag: found.etag, 'cache-control': 'max-age=600, public' };
  if (request.headers['if-none-match'] === found.etag) {
    response.writeHead(304, headers).end();
    return;
  }
  const { length } = found.body;
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  if (from === undefined || Number(from) >= length) {
    response.writeHead(200, { ...headers, 'accept-ranges': 'bytes', 'content-length': length });
    response.end(request.method === 'HEAD' ? undefined : found.body);
    return;
  }
  const part = found.body.subarray(Number(from), Number(to) + 1);
  const range = `bytes ${from}-${Number(from) + part.length - 1}/${length}`;
  response.writeHead(206, { ...headers, 'content-range': range, 'content-length': part.length }).end(part);
};

const server = createServer((request, response) => {
  const path = decodeURIComponent(new URL(request.url ?? '/', 'http://index').pathname);
  if (path === '/-/asked') {
    response.end(JSON.stringify({ asked: [...asked], unrecorded: [...unrecorded] }));
    asked.clear();
    unrecorded.clear();
    return;
  }
  asked.add(request.url ?? '/');
  find(path).then(
    (found) => {
      if (found === null) response.writeHead(404).end();
      else answer(path, request, response, found);
    },
    (error: unknown) => response.writeHead(502).end(String(error)),
  );
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') writeFileSync(portFile, String(address.port));
});
