import { parseSdistFileName } from '@ironwheel/packaging';
import { writeZip } from '@ironwheel/testing';
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { Header } from 'tar';
import { describe, expect, it } from 'vitest';
import { toRandomAccess } from './random-access.ts';
import { readTarSdist, readZipSdist, streamAccess, type SdistExtract } from './sdist-archive.ts';

interface TarMember {
  readonly path: string;
  readonly content?: string | Buffer;
  readonly linkpath?: string;
}

const writeTar = (members: readonly TarMember[]): Buffer => {
  const blocks: Buffer[] = [];
  for (const { path, content = '', linkpath } of members) {
    const bytes = Buffer.from(content);
    const type = linkpath === undefined ? 'File' : 'SymbolicLink';
    const header = new Header({
      path,
      mode: 0o644,
      size: bytes.length,
      mtime: new Date(0),
      type,
      ...(linkpath === undefined ? {} : { linkpath }),
    });
    header.encode();
    blocks.push(header.block!, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512));
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
};

const sdist = parseSdistFileName('my_pkg-1.0.tar.gz');
const pkgInfo = { path: 'my_pkg-1.0/PKG-INFO', content: 'Metadata-Version: 2.2\n' };
const pyproject = { path: 'my_pkg-1.0/pyproject.toml', content: '[build-system]\n' };
const setup = { path: 'my_pkg-1.0/setup.py', content: 'import setuptools\n' };

const toTexts = ({ pkgInfo: info, pyproject: project }: SdistExtract): (string | null)[] =>
  [info, project].map((bytes) => (bytes === null ? null : Buffer.from(bytes).toString()));
const readTar = async (members: readonly TarMember[]): Promise<(string | null)[]> =>
  toTexts(await readTarSdist(streamAccess(toRandomAccess(gzipSync(writeTar(members)))), sdist));

describe('reading an sdist', () => {
  it('finds both files at the top and nowhere else', async () => {
    const deeper = { path: 'my_pkg-1.0/src/my_pkg.egg-info/PKG-INFO', content: 'not this' };
    expect(await readTar([deeper, pkgInfo, setup, pyproject])).toEqual([pkgInfo.content, pyproject.content]);
  });

  it.each(['my-pkg-1.0', 'My.Pkg-1.0', './my_pkg-1.0', 'my_pkg-1.0.0'])(
    'takes the folder %s as its own',
    async (top) => {
      expect(await readTar([{ ...pkgInfo, path: `${top}/PKG-INFO` }])).toEqual([pkgInfo.content, null]);
    },
  );

  it('reads nothing from the folder of another release', async () => {
    expect(await readTar([{ ...pkgInfo, path: 'my_pkg-2.0/PKG-INFO' }])).toEqual([null, null]);
  });

  it('reads nothing through links', async () => {
    expect(await readTar([{ path: pkgInfo.path, linkpath: '/etc/passwd' }])).toEqual([null, null]);
  });

  it('stops when it has both, however much follows', async () => {
    const archive = gzipSync(
      writeTar([pkgInfo, pyproject, { path: 'my_pkg-1.0/data', content: randomBytes(20_000_000) }]),
    );
    let given = 0;
    let ended = false;
    async function* blocks(): AsyncGenerator<Uint8Array> {
      try {
        for (; given < archive.length; given += 65_536)
          yield await Promise.resolve(archive.subarray(given, given + 65_536));
      } finally {
        ended = true;
      }
    }
    expect(toTexts(await readTarSdist(blocks(), sdist))).toEqual([pkgInfo.content, pyproject.content]);
    expect(given).toBeLessThan(2_000_000);
    expect(ended).toBe(true);
  });

  it.each([
    ['a file twice', [pkgInfo, pkgInfo], 'twice'],
    ['a path out of the folder', [{ path: '../PKG-INFO', content: 'x' }], 'outside of its folder'],
    ['an absolute path', [{ path: '/my_pkg-1.0/PKG-INFO', content: 'x' }], 'outside of its folder'],
    [
      'a PKG-INFO of 100 MB',
      [{ ...pkgInfo, content: Buffer.alloc(100_000_000, 0x20) }],
      'has 100000000 bytes; at most',
    ],
    ['a bomb', [{ path: 'my_pkg-1.0/zeros', content: Buffer.alloc(100_000_000) }], 'as a bomb does'],
  ])('refuses %s', async (_what, members, message) => {
    await expect(readTar(members)).rejects.toThrow(message);
  });

  it.each([
    ['what is no gzip', Buffer.from('hello')],
    ['nothing', Buffer.alloc(0)],
    [
      'a truncated archive',
      gzipSync(writeTar([setup, { path: 'x', content: randomBytes(9000) }])).subarray(0, -2000),
    ],
    ['gzip of what is no tar', gzipSync(Buffer.alloc(4096, 1))],
  ])('refuses %s', async (_what, bytes) => {
    const reading = readTarSdist(streamAccess(toRandomAccess(bytes)), sdist);
    await expect(reading).rejects.toThrow('not a whole .tar.gz archive');
  });

  it('passes on why its source failed', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(gzipSync(writeTar([setup])).subarray(0, 40));
      throw new Error('the network went away');
    }
    await expect(readTarSdist(failing(), sdist)).rejects.toThrow('the network went away');
  });

  it('reads a .zip sdist as well', async () => {
    const zip = writeZip([setup, pkgInfo, pyproject].map(({ path, content }) => ({ name: path, content })));
    const extract = await readZipSdist(toRandomAccess(zip), parseSdistFileName('my_pkg-1.0.zip'));
    expect(toTexts(extract)).toEqual([pkgInfo.content, pyproject.content]);
  });
});
