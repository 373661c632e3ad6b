import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { writeZip } from '../../libs/testing/src/index.ts';
import { type Universe } from '../../libs/resolver/src/solving/scenarios/universe.ts';

interface ServedFile {
  readonly filename: string;
  readonly bytes: Buffer;
  readonly metadata: Buffer;
  readonly isYanked: boolean;
  readonly python: string | undefined;
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** The wheel that a release of a universe is for pip and uv: `py3-none-any`, with no module in it. */
const createWheel = (project: string, key: string, requires: string): ServedFile => {
  const [version = '', ...words] = key.split(' ');
  const python = words.find((word) => word.startsWith('metadata-python'))?.slice('metadata-python'.length);
  const lines = [
    'Metadata-Version: 2.1',
    `Name: ${project}`,
    `Version: ${version}`,
    ...(python === undefined ? [] : [`Requires-Python: ${python}`]),
    ...words.filter((word) => word.startsWith('+')).map((word) => `Provides-Extra: ${word.slice(1)}`),
    ...(requires === '' ? [] : requires.split(' | ').map((text) => `Requires-Dist: ${text}`)),
    '',
    '',
  ];
  const metadata = Buffer.from(lines.join('\n'));
  const folder = `${project}-${version}.dist-info`;
  const wheel = 'Wheel-Version: 1.0\nGenerator: universe\nRoot-Is-Purelib: true\nTag: py3-none-any\n';
  const bytes = writeZip([
    { name: `${folder}/METADATA`, content: metadata },
    { name: `${folder}/WHEEL`, content: wheel },
    { name: `${folder}/RECORD`, content: '' },
  ]);
  const filename = `${project}-${version}-py3-none-any.whl`;
  return { filename, bytes, metadata, isYanked: words.includes('yanked'), python };
};

/** Package indexes on loopback (PEP 691, 658, 592), one for each universe that was added. */
export class UniverseIndex {
  readonly #server: Server;
  readonly #universes = new Map<string, Map<string, ServedFile[]>>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<UniverseIndex> {
    const server = createServer();
    const index = new UniverseIndex(server);
    server.on('request', (request, response) => {
      const { status, type, body } = index.#answer(request.url ?? '/');
      response.writeHead(status, { 'content-type': type, 'content-length': body.length }).end(body);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return index;
  }

  /** @returns the URL of its simple API. */
  add(name: string, universe: Universe): string {
    const projects = Object.entries(universe).map(([project, releases]): [string, ServedFile[]] => [
      project,
      Object.entries(releases).map(([key, requires]) => createWheel(project, key, requires)),
    ]);
    this.#universes.set(name, new Map(projects));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${name}/simple/`;
  }

  remove(name: string): void {
    this.#universes.delete(name);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  #answer(url: string): { status: number; type: string; body: Buffer } {
    const [, universe = '', kind = '', name = ''] = url.split('/');
    const projects = this.#universes.get(universe);
    const files = [...(projects?.values() ?? [])].flat();
    const listed = kind === 'simple' ? projects?.get(name) : undefined;
    if (listed !== undefined) {
      return {
        status: 200,
        type: 'application/vnd.pypi.simple.v1+json',
        body: Buffer.from(JSON.stringify(toListing(name, listed))),
      };
    }
    const found = kind === 'files' ? files.find(({ filename }) => name.startsWith(filename)) : undefined;
    if (found === undefined) return { status: 404, type: 'text/plain', body: Buffer.from('nothing here') };
    const body = name.endsWith('.metadata') ? found.metadata : found.bytes;
    return { status: 200, type: 'application/octet-stream', body };
  }
}

const toListing = (name: string, files: readonly ServedFile[]): object => ({
  meta: { 'api-version': '1.1' },
  name,
  versions: [],
  files: files.map(({ filename, bytes, metadata, isYanked, python }) => ({
    filename,
    url: `../../files/${filename}`,
    hashes: { sha256: sha256(bytes) },
    size: bytes.length,
    'core-metadata': { sha256: sha256(metadata) },
    yanked: isYanked,
    ...(python === undefined ? {} : { 'requires-python': python }),
  })),
});
