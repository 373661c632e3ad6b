import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type IncomingMessage, type ServerResponse } from 'node:http';

/** One file of the small index: its METADATA, and its bytes where a plan reads them. */
interface Listed {
  readonly filename: string;
  readonly metadata: string;
  readonly bytes?: Buffer;
  readonly uploadTime?: string;
}

const metadata = (name: string, ...requires: string[]): string =>
  [
    'Metadata-Version: 2.2',
    `Name: ${name}`,
    'Version: 1.0',
    ...requires.map((line) => `Requires-Dist: ${line}`),
    '',
  ].join('\n');

const wheel = (name: string, tags: string, ...requires: string[]): Listed => ({
  filename: `${name.replaceAll('-', '_')}-1.0-${tags}.whl`,
  metadata: metadata(name, ...requires),
});

const tarEntry = (path: string, text: string): Buffer => {
  const body = Buffer.from(text);
  const head = Buffer.alloc(512);
  head.write(path, 0);
  head.write('0000644\0', 100);
  head.write('0000000\0', 108);
  head.write('0000000\0', 116);
  head.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124);
  head.write('00000000000\0', 136);
  head.write('        ', 148);
  head.write('0', 156);
  head.write('ustar\u000000', 257);
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([head, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
};

const sdist = (name: string): Listed => {
  const folder = `${name.replaceAll('-', '_')}-1.0`;
  const files = [
    tarEntry(`${folder}/PKG-INFO`, metadata(name)),
    tarEntry(
      `${folder}/pyproject.toml`,
      '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n',
    ),
    Buffer.alloc(1024),
  ];
  return { filename: `${folder}.tar.gz`, metadata: metadata(name), bytes: gzipSync(Buffer.concat(files)) };
};

/** Every dependency hangs on a marker that differs between an x86 host and an s390x target. */
const projects: Readonly<Record<string, readonly Listed[]>> = {
  app: [
    wheel(
      'app',
      'py3-none-any',
      'for-s390x; platform_machine == "s390x"',
      'for-x86; platform_machine == "x86_64" or platform_machine == "AMD64"',
      'for-windows; sys_platform == "win32"',
      'for-old; python_full_version < "3.12"',
      'for-pypy; implementation_name == "pypy"',
    ),
    // Newer than what the plan may look at.
    {
      filename: 'app-2.0-py3-none-any.whl',
      metadata: metadata('app').replace('Version: 1.0', 'Version: 2.0'),
      uploadTime: '2026-07-01T00:00:00Z',
    },
  ],
  'for-s390x': [
    wheel('for-s390x', 'cp312-cp312-manylinux_2_17_s390x.manylinux2014_s390x'),
    wheel('for-s390x', 'cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64'),
  ],
  'big-endian-only': [
    wheel('big-endian-only', 'cp312-cp312-manylinux_2_17_x86_64'),
    sdist('big-endian-only'),
  ],
  hatchling: [wheel('hatchling', 'py3-none-any')],
  'for-x86': [wheel('for-x86', 'py3-none-any')],
  'for-windows': [wheel('for-windows', 'py3-none-any')],
  'for-old': [wheel('for-old', 'py3-none-any')],
  'for-pypy': [wheel('for-pypy', 'py3-none-any')],
};

const digest = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');

const listing = (name: string, files: readonly Listed[]): string =>
  JSON.stringify({
    meta: { 'api-version': '1.1' },
    name,
    files: files.map(({ filename, metadata: text, bytes, uploadTime }) => ({
      filename,
      url: `/files/${filename}`,
      hashes: { sha256: digest(bytes ?? filename) },
      'upload-time': uploadTime ?? '2026-01-01T00:00:00Z',
      ...(filename.endsWith('.whl') ? { 'core-metadata': { sha256: digest(text) } } : {}),
    })),
  });

/** A package index (PEP 691, PEP 658) over the projects above. */
export const answerUniverse = (request: IncomingMessage, response: ServerResponse): void => {
  const path = new URL(request.url ?? '/', 'http://index').pathname;
  const project = /^\/simple\/([^/]+)\/$/.exec(path)?.[1] ?? '';
  const files = projects[project];
  if (files !== undefined) {
    response.setHeader('content-type', 'application/vnd.pypi.simple.v1+json');
    response.end(listing(project, files));
    return;
  }
  const name = decodeURIComponent(path.replace('/files/', ''));
  const all = Object.values(projects).flat();
  const asMetadata = all.find(({ filename }) => `${filename}.metadata` === name);
  const asFile = all.find(({ filename, bytes }) => filename === name && bytes !== undefined);
  const body = asMetadata?.metadata ?? asFile?.bytes;
  if (body === undefined) {
    response.statusCode = 404;
    response.end();
    return;
  }
  response.end(body);
};
