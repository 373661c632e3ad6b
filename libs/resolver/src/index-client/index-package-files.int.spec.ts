import { parseSpecifierSet } from '@ironwheel/packaging';
import { createSampleWheel, createTestDirectory, removeTestDirectory, writeZip } from '@ironwheel/testing';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create as createTar } from 'tar';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryExtractCache, DiskExtractCache, type ExtractCache } from './extract-cache.ts';
import { FileServer } from './file-server-fixture.ts';
import { IndexClient } from './index-client.ts';
import { createRequestTransport } from './index-transport.ts';
import { IndexPackageFiles } from './index-package-files.ts';
import { type FileMetadata } from './package-files.ts';
import { type IndexFile } from './project-listing.ts';
import { systemClock } from './system-clock.ts';

let directory: string;
const agent = new Agent();
const server = new FileServer();

beforeAll(async () => {
  directory = createTestDirectory('package-files');
  await server.start();
});

afterAll(async () => {
  await agent.destroy();
  await server.stop();
  removeTestDirectory(directory);
});

beforeEach(() => server.forget());

const createFiles = (cache: ExtractCache | null = null): IndexPackageFiles => {
  const client = new IndexClient({
    indexes: [{ url: `${server.url}/simple/` }],
    transport: createRequestTransport((url, options) => request(url, { ...options, dispatcher: agent })),
    clock: systemClock,
    maxAttempts: 1,
  });
  return new IndexPackageFiles({ fetcher: client.files, cache });
};

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const publish = (filename: string, bytes: Buffer, more: Partial<IndexFile> = {}): IndexFile => {
  server.files.set(filename, bytes);
  return {
    filename,
    url: `${server.url}/files/${filename}`,
    hashes: { sha256: sha256(bytes) },
    requiresPython: null,
    yanked: false,
    size: bytes.length,
    uploadTime: null,
    metadata: null,
    ...more,
  };
};

const summarize = (metadata: FileMetadata): unknown =>
  metadata.kind === 'known'
    ? [
        metadata.place,
        metadata.metadata.normalizedName,
        ...metadata.metadata.requiresDist.map(({ text }) => text),
      ]
    : metadata.text;

const filler = { name: 'my_pkg/data.bin', content: randomBytes(3_000_000), method: 0 };
const large = createSampleWheel({
  name: 'my-pkg',
  requiresDist: ['idna>=3'],
  change: (members) => [filler, ...members],
});
const expected = ['wheel', 'my-pkg', 'idna>=3'];
const metadataText = 'Metadata-Version: 2.1\nName: My.Pkg\nVersion: 1.0\nRequires-Dist: beside\n\nText.\n';

describe('METADATA of a wheel', () => {
  it('is read by ranges, with a small part of a large file', async () => {
    expect(summarize(await createFiles().readMetadata(publish(large.filename, large.bytes)))).toEqual(
      expected,
    );
    expect(server.sentBytes).toBeLessThan(100_000);
    expect(server.requests).toHaveLength(1);
  });

  it('is read by a further range when it does not lie at the end', async () => {
    const wheel = createSampleWheel({
      name: 'my-pkg',
      requiresDist: ['idna>=3'],
      change: (members) => [...members, filler],
    });
    expect(summarize(await createFiles().readMetadata(publish(wheel.filename, wheel.bytes)))).toEqual(
      expected,
    );
    expect(server.sentBytes).toBeLessThan(100_000);
  });

  it.each(['none', 'no_suffix'] as const)('is read of a server with ranges: %s', async (support) => {
    server.ranges = support;
    expect(summarize(await createFiles().readMetadata(publish(large.filename, large.bytes)))).toEqual(
      expected,
    );
  });

  it.each(['all', 'none'] as const)(
    'is not read of a file with another hash (ranges: %s)',
    async (support) => {
      server.ranges = support;
      const { filename, bytes } = createSampleWheel({ name: 'my-pkg' });
      const file = publish(filename, bytes, { hashes: { sha256: '0'.repeat(64) } });
      await expect(createFiles().readMetadata(file)).rejects.toMatchObject({
        code: 'PACKAGE_FILE_LIES',
        place: file.url,
      });
    },
  );

  it('comes from beside the file where the index has it there', async () => {
    const bytes = Buffer.from(metadataText);
    const file = publish(large.filename, large.bytes, { metadata: { sha256: sha256(bytes) } });
    server.files.set(`${large.filename}.metadata`, bytes);
    expect(summarize(await createFiles().readMetadata(file))).toEqual(['core-metadata', 'my-pkg', 'beside']);
    expect(server.requests).toEqual([`${large.filename}.metadata`]);
  });

  it('comes from the wheel where the index says that it has it beside, and has not', async () => {
    const file = publish(large.filename, large.bytes, { metadata: { sha256: null } });
    expect(summarize(await createFiles().readMetadata(file))).toEqual(expected);
  });

  it.each([
    ['has another hash', metadataText, { sha256: '0'.repeat(64) }, 'PACKAGE_FILE_LIES', 'SHA-256'],
    [
      'is of another project',
      metadataText.replace('My.Pkg', 'other'),
      { sha256: null },
      'PACKAGE_FILE_BROKEN',
      'other 1.0',
    ],
    [
      'is of another version',
      metadataText.replace('1.0', '1.1'),
      { sha256: null },
      'PACKAGE_FILE_BROKEN',
      'My.Pkg 1.1',
    ],
    ['is no METADATA', '<html>\n', { sha256: null }, 'PACKAGE_FILE_BROKEN', 'Line 1'],
    [
      'is not UTF-8',
      Buffer.from(metadataText.replace('Text', '\u00e9'), 'latin1'),
      { sha256: null },
      'PACKAGE_FILE_BROKEN',
      'UTF-8',
    ],
  ])('is refused when the one beside the file %s', async (_what, content, metadata, code, message) => {
    const file = publish(large.filename, large.bytes, { metadata });
    server.files.set(`${large.filename}.metadata`, Buffer.from(content));
    const reading = createFiles().readMetadata(file);
    await expect(reading).rejects.toMatchObject({ code, place: `${file.url}.metadata` });
    await expect(reading).rejects.toThrow(message);
  });

  it.each([
    ['no zip archive', Buffer.from('hello'), 'does not end as a zip'],
    ['of another project', createSampleWheel({ name: 'other' }).bytes, 'of another project'],
    ['without METADATA', writeZip([{ name: 'my_pkg-1.0.dist-info/WHEEL', content: '' }]), 'has no "my_pkg'],
    [
      'with two .dist-info folders',
      writeZip([
        { name: 'my_pkg-1.0.dist-info/METADATA', content: metadataText },
        { name: 'other-1.0.dist-info/METADATA', content: '' },
      ]),
      '2 .dist-info folders',
    ],
    [
      'with METADATA of 100 MB',
      writeZip([{ name: 'my_pkg-1.0.dist-info/METADATA', content: Buffer.alloc(100_000_000, 0x20) }]),
      '100000000 bytes',
    ],
  ])('is refused of a file that is %s', async (_what, bytes, message) => {
    const file = publish(large.filename, bytes);
    const reading = createFiles().readMetadata(file);
    await expect(reading).rejects.toMatchObject({ code: 'PACKAGE_FILE_BROKEN', place: file.url });
    await expect(reading).rejects.toThrow(message);
  });

  it('is not read of a name that is none', async () => {
    const reading = createFiles().readMetadata(publish('my_pkg.exe', Buffer.from('MZ')));
    await expect(reading).rejects.toThrow('neither that of a wheel nor of an sdist');
  });
});

describe('what was read once', () => {
  it('is neither fetched nor parsed again in one process', async () => {
    const reader = createFiles();
    const file = publish(large.filename, large.bytes);
    const first = await reader.readMetadata(file);
    server.requests = [];
    expect(await reader.readMetadata(file)).toBe(first);
    expect(server.requests).toEqual([]);
  });

  it.each([
    ['in memory', () => createMemoryExtractCache(1_000_000)],
    [
      'on disk',
      () =>
        new DiskExtractCache({
          directory: join(directory, 'cache'),
          maxBytes: 1_000_000,
          onProblem: (error) => {
            throw error;
          },
        }),
    ],
  ])('is not fetched again with a cache %s', async (_where, createCache) => {
    const cache = createCache();
    const file = publish(large.filename, large.bytes);
    await createFiles(cache).readMetadata(file);
    server.requests = [];
    expect(summarize(await createFiles(cache).readMetadata(file))).toEqual(expected);
    expect(server.requests).toEqual([]);
  });

  it('of one address does not answer for another with the same hash', async () => {
    const cache = createMemoryExtractCache(1_000_000);
    const file = publish(large.filename, large.bytes);
    await createFiles(cache).readMetadata(file);
    server.requests = [];
    await createFiles(cache).readMetadata({ ...file, url: `${file.url}?token=1` });
    expect(server.requests).toEqual([]);
    server.files.set(`mirror/${large.filename}`, large.bytes);
    await createFiles(cache).readMetadata({ ...file, url: `${server.url}/files/mirror/${large.filename}` });
    expect(server.requests).toHaveLength(1);
  });

  it('is fetched again when no hash says that it cannot change', async () => {
    const reader = createFiles(createMemoryExtractCache(1_000_000));
    const file = publish(large.filename, large.bytes, { hashes: {} });
    await reader.readMetadata(file);
    await reader.readMetadata(file);
    expect(server.requests).toHaveLength(2);
  });
});

describe('an sdist', () => {
  const writeSdist = async (content: Record<string, string | Buffer>): Promise<Buffer> => {
    const folder = join(directory, 'my_pkg-1.0');
    mkdirSync(folder, { recursive: true });
    const names = Object.keys(content).map((name) => `my_pkg-1.0/${name}`);
    for (const [name, text] of Object.entries(content)) writeFileSync(join(folder, name), text);
    const path = join(directory, 'sdist.tar.gz');
    await createTar({ gzip: true, cwd: directory, file: path, portable: true }, names);
    return readFileSync(path);
  };
  const pkgInfo = (version: string, ...lines: string[]): string =>
    [`Metadata-Version: ${version}`, 'Name: my-pkg', 'Version: 1.0', ...lines, '', 'Text.', ''].join('\n');
  const pyproject = [
    '[build-system]',
    'requires = ["hatchling>=1"]',
    'build-backend = "hatchling.build"',
    '[project]',
    'name = "my-pkg"',
    'version = "1.0"',
    'requires-python = ">=3.9"',
    'dependencies = ["idna>=3"]',
    '[project.optional-dependencies]',
    `fast = ["speed ; python_version < '3.12' or os_name == 'nt'", "more @ https://example.org/more-1.0.zip"]`,
  ].join('\n');
  const name = 'my_pkg-1.0.tar.gz';

  it.each(['all', 'none'] as const)(
    'with static PKG-INFO says what it depends on (ranges: %s)',
    async (support) => {
      server.ranges = support;
      const bytes = await writeSdist({ 'PKG-INFO': pkgInfo('2.2', 'Requires-Dist: idna'), 'setup.py': '' });
      expect(summarize(await createFiles().readMetadata(publish(name, bytes)))).toEqual([
        'sdist',
        'my-pkg',
        'idna',
      ]);
    },
  );

  it('says what its [project] states where PKG-INFO promises nothing', async () => {
    const bytes = await writeSdist({ 'PKG-INFO': pkgInfo('2.1'), 'pyproject.toml': pyproject });
    const metadata = await createFiles().readMetadata(publish(name, bytes));
    expect(summarize(metadata)).toEqual([
      'sdist',
      'my-pkg',
      'idna>=3',
      `speed ; (python_version < '3.12' or os_name == 'nt') and extra == "fast"`,
      'more @ https://example.org/more-1.0.zip ; extra == "fast"',
    ]);
    expect(metadata).toMatchObject({
      metadata: { providesExtra: ['fast'], requiresPython: parseSpecifierSet('>=3.9') },
    });
  });

  it('needs its host when both leave something to the build, and names what', async () => {
    const bytes = await writeSdist({
      'PKG-INFO': pkgInfo('2.2', 'Dynamic: Requires-Dist'),
      'pyproject.toml': pyproject.replace('dependencies = ["idna>=3"]', 'dynamic = ["dependencies"]'),
    });
    const metadata = await createFiles().readMetadata(publish(name, bytes));
    expect(metadata.kind).toBe('needs_host');
    expect(summarize(metadata)).toMatch(
      /my_pkg-1\.0\.tar\.gz .*leaves Requires-Dist to the build, and .*dependencies as dynamic/,
    );
  });

  it('gives its build system, and the default where it states none', async () => {
    const stated = publish(name, await writeSdist({ 'pyproject.toml': pyproject, 'setup.py': '' }));
    expect(await createFiles().readSdist(stated)).toMatchObject({
      metadata: null,
      buildSystem: { buildBackend: 'hatchling.build', requires: [{ normalizedName: 'hatchling' }] },
      project: { normalizedName: 'my-pkg' },
    });
    const legacy = publish(name, await writeSdist({ 'PKG-INFO': pkgInfo('1.1'), 'setup.py': '' }));
    expect(await createFiles().readSdist(legacy)).toMatchObject({
      buildSystem: { isDefault: true },
      project: null,
    });
  });

  it('costs little when both files stand early in a large one', async () => {
    const bytes = await writeSdist({
      'PKG-INFO': pkgInfo('2.2'),
      'pyproject.toml': pyproject,
      'data.bin': randomBytes(8_000_000),
    });
    await createFiles().readSdist(publish(name, bytes));
    expect(server.sentBytes).toBeLessThan(1_000_000);
  });

  it('is read from a cache as it was from the file', async () => {
    const cache = createMemoryExtractCache(1_000_000);
    const file = publish(name, await writeSdist({ 'PKG-INFO': pkgInfo('2.2'), 'pyproject.toml': pyproject }));
    const first = await createFiles(cache).readSdist(file);
    server.requests = [];
    expect(await createFiles(cache).readSdist(file)).toEqual(first);
    expect(server.requests).toEqual([]);
  });

  it.each([
    [
      'pyproject.toml that is no TOML',
      { 'pyproject.toml': '[build-system]\nrequires = [\n' },
      /pyproject\.toml line [0-9]/,
    ],
    [
      'pyproject.toml that asks for no requirement',
      { 'pyproject.toml': '[build-system]\nrequires = ["=="]\n' },
      /requires/,
    ],
    ['pyproject.toml that is too large', { 'pyproject.toml': `#${'x'.repeat(1_100_000)}` }, /larger than/],
  ])('is refused with a %s', async (_what, content, message) => {
    const file = publish(name, await writeSdist(content));
    const reading = createFiles().readSdist(file);
    await expect(reading).rejects.toMatchObject({ code: 'PACKAGE_FILE_BROKEN', place: file.url });
    await expect(reading).rejects.toThrow(message);
  });

  it('is not read when it is another than listed', async () => {
    const bytes = await writeSdist({ 'PKG-INFO': pkgInfo('2.2') });
    const file = publish(name, bytes, { hashes: { sha256: '0'.repeat(64) } });
    await expect(createFiles().readSdist(file)).rejects.toMatchObject({ code: 'PACKAGE_FILE_LIES' });
  });
});
