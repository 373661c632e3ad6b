import { normalizeName, parseSdistFileName, type SdistFileName } from '@ironwheel/packaging';
import { InputInvalidError } from '@ironwheel/resolver';
import { createReadStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Parser } from 'tar';
import { openArchiveFile, readZipEntries, UnsoundArchiveError, type ZipLimits } from '../artifacts/index.ts';

const maxEntries = 200_000;
const maxMetaEntryBytes = 1024 * 1024;

class UnsoundSdistError extends Error {}

/**
 * Checks that an sdist is an archive that can be read to its end, with everything in one directory of the name and
 * version that the file name says, and with something to build from. Throws `InputInvalidError`.
 */
export async function checkSdist(filename: string, path: string, limits: ZipLimits): Promise<void> {
  const sdist = parseSdistFileName(filename);
  try {
    const names =
      sdist.format === '.zip' ? await listZip(path, limits) : await listTar(path, limits.maxUnpackedBytes);
    checkNames(sdist, names);
  } catch (cause) {
    if (cause instanceof UnsoundSdistError || cause instanceof UnsoundArchiveError) {
      throw new InputInvalidError([`${filename} is not a sound sdist: ${cause.message}.`], { cause });
    }
    throw cause;
  }
}

const listZip = async (path: string, limits: ZipLimits): Promise<string[]> => {
  const { entries } = await readZipEntries(await openArchiveFile(path), limits);
  return entries.map(({ name }) => name);
};

/** Reads the whole archive without writing anything. */
async function listTar(path: string, maxBytes: number): Promise<string[]> {
  const names: string[] = [];
  let problem: Error | undefined;
  const parser = new Parser({
    strict: true,
    // It is unpacked already; the parser is not to guess.
    gzip: false,
    maxMetaEntrySize: maxMetaEntryBytes,
    onReadEntry: (entry) => {
      if (names.length >= maxEntries)
        problem ??= new UnsoundSdistError(`it has more than ${maxEntries} entries`);
      else names.push(entry.path);
      entry.resume();
    },
  });
  let unpacked = 0;
  const bound = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      unpacked += chunk.length;
      if (unpacked > maxBytes)
        problem ??= new UnsoundSdistError(`it has more than ${maxBytes} bytes unpacked`);
      done(problem ?? null, chunk);
    },
  });
  try {
    await pipeline(createReadStream(path), createGunzip(), bound, async (source: AsyncIterable<Buffer>) => {
      const ended = new Promise<void>((resolve, reject) => {
        parser.on('end', resolve);
        parser.on('error', reject);
      });
      // Rejections are looked at below; without a handler one that comes early would end the process.
      ended.catch(() => undefined);
      // Every entry flows away at once, so the parser keeps nothing and never asks to wait.
      // What follows the end mark is read for the sake of gzip's checksum only: the parser would pile it up.
      const seen = { end: false };
      parser.on('eof', () => void (seen.end = true));
      for await (const chunk of source) if (!seen.end) parser.write(chunk);
      parser.end();
      await ended;
    });
  } catch (cause) {
    if (cause instanceof UnsoundSdistError) throw cause;
    const code = (cause as { code?: unknown }).code;
    if (typeof code === 'string' && code.startsWith('E') && !code.startsWith('ERR_')) throw cause;
    throw new UnsoundSdistError('it is not a whole .tar.gz archive', { cause });
  }
  return names;
}

function checkNames(sdist: SdistFileName, names: readonly string[]): void {
  const tops = new Set<string>();
  for (const name of names) {
    const parts = name.replace(/^\.\//, '').replace(/\/$/, '').split('/');
    if (name.startsWith('/') || parts.includes('..') || name.includes('\0')) {
      throw new UnsoundSdistError(
        `it has an entry outside of its directory: ${JSON.stringify(name.slice(0, 120))}`,
      );
    }
    const top = parts[0] ?? '';
    if (top !== '' && top !== '.' && top !== 'pax_global_header') tops.add(top);
  }
  const [top, ...others] = tops;
  if (top === undefined) throw new UnsoundSdistError('it is empty');
  if (others.length > 0) throw new UnsoundSdistError('it has more than one directory at its top');
  // Legacy sdists spell the directory as they like; compared as names are (PEP 503), "1.0" included.
  const wanted = normalizeName(`${sdist.normalizedName}-${sdist.version.text}`);
  const stem = normalizeName(sdist.filename.slice(0, -sdist.format.length));
  const found = normalizeName(top);
  if (found !== wanted && found !== stem) {
    throw new UnsoundSdistError(`its directory ${JSON.stringify(top.slice(0, 120))} is of another release`);
  }
  const has = (file: string): boolean => names.some((name) => name.replace(/^\.\//, '') === `${top}/${file}`);
  if (!has('setup.py') && !has('pyproject.toml')) {
    throw new UnsoundSdistError('it has neither pyproject.toml nor setup.py');
  }
}
