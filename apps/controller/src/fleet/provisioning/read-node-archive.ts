import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { HostArchitecture } from '@ironwheel/contracts';
import { Parser, type ReadEntry } from 'tar';
import { elfHeaderBytes, readElfArchitecture } from './read-elf.ts';

export class NodeArchiveError extends Error {}

export interface NodeArchive {
  readonly arch: HostArchitecture;
  readonly version: string;
  /** What was taken out of it, below the given directory. */
  readonly members: readonly string[];
}

/** A release unpacks to some 250 MB; what goes far beyond is no release. */
const maxUnpackedBytes = 2 ** 31;
const maxHeaderTextBytes = 64 * 1024;
const topDirectory = /^node-v(\d+\.\d+\.\d+)-linux-[a-z0-9]+\//;
const memberForm = /^(?:\.\/)?(?:[^/]+\/)?(bin\/node|LICENSE|include\/node\/node_version\.h)$/;

/** Takes `bin/node` and its licence out of a Node release, into `directory`. Throws `NodeArchiveError`. */
export async function readNodeArchive(file: string, directory: string): Promise<NodeArchive> {
  await mkdir(join(directory, 'bin'), { recursive: true });
  const found = new Set<string>();
  const versions = new Set<string>();
  const takeEntry = (entry: ReadEntry): void => {
    const [, version] = topDirectory.exec(entry.path.replace(/^\.\//, '')) ?? [];
    if (version !== undefined) versions.add(version);
    const [, member] = memberForm.exec(entry.path) ?? [];
    if (member === undefined || !/^(?:Old)?File$/.test(entry.type) || found.has(member)) {
      entry.resume();
    } else if (member === 'include/node/node_version.h') {
      const noted = readVersion(entry).then((text) => {
        if (text !== null) versions.add(text);
      });
      noted.catch(() => undefined);
      reading.push(noted);
    } else {
      found.add(member);
      const { signal } = given;
      const file = createWriteStream(join(directory, member), { mode: 0o755 });
      const written = pipeline(entry, file, { signal });
      written.catch(() => given.abort());
      writing.push(written);
    }
  };
  const writing: Promise<void>[] = [];
  const reading: Promise<void>[] = [];
  // A parser that breaks off leaves its members without an end.
  const given = new AbortController();
  try {
    const parser = new Parser({ strict: true, onReadEntry: takeEntry });
    await pipeline(
      await openUnpacked(file),
      boundBytes(maxUnpackedBytes),
      parser as unknown as NodeJS.WritableStream,
      { signal: given.signal },
    );
    await Promise.all([...writing, ...reading]);
  } catch (error) {
    given.abort();
    await Promise.allSettled(writing);
    if (error instanceof NodeArchiveError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new NodeArchiveError(`it cannot be unpacked to its end (${why})`, { cause: error });
  }
  if (!found.has('bin/node')) throw new NodeArchiveError('it holds no bin/node');
  const arch = readElfArchitecture(await readStart(join(directory, 'bin/node')));
  if (arch === null) {
    throw new NodeArchiveError('its bin/node is no 64-bit Linux program for x86_64, aarch64 or s390x');
  }
  const [version, other] = versions;
  if (version === undefined || other !== undefined) {
    throw new NodeArchiveError(
      'it does not tell its version: neither as node-vX.Y.Z-linux-…/ nor in node_version.h',
    );
  }
  return { arch, version, members: [...found] };
}

async function openUnpacked(file: string): Promise<Readable> {
  const magic = await readStart(file);
  if (magic.readUInt16BE(0) === 0x1f8b) return createReadStream(file).pipe(createGunzip());
  if (magic.subarray(0, 6).equals(Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]))) return unpackXz(file);
  throw new NodeArchiveError('it is neither a .tar.gz nor a .tar.xz');
}

/** Node has no xz of its own. */
function unpackXz(file: string): Readable {
  const child = spawn('xz', ['-dc', '--', file], { stdio: ['ignore', 'pipe', 'ignore'] });
  const { stdout } = child;
  child.once('error', () =>
    stdout.destroy(
      new NodeArchiveError('it is a .tar.xz and xz is not installed on the controller; give the .tar.gz'),
    ),
  );
  const ended = once(child, 'close');
  return stdout.pipe(
    new Transform({
      transform: (chunk: Buffer, _encoding, done) => done(null, chunk),
      flush: (done) =>
        void ended.then(
          ([code]) => done(code === 0 ? null : new NodeArchiveError('its xz stream is damaged or cut off')),
          (error: unknown) => done(new NodeArchiveError('xz could not be run', { cause: error })),
        ),
    }),
  );
}

function boundBytes(most: number): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > most) done(new NodeArchiveError(`it unpacks to more than ${most} bytes`));
      else done(null, chunk);
    },
  });
}

async function readVersion(entry: ReadEntry): Promise<string | null> {
  let text = '';
  for await (const part of entry as unknown as AsyncIterable<Buffer>) {
    if (text.length < maxHeaderTextBytes) text += part.toString('latin1');
  }
  const numbers = ['MAJOR', 'MINOR', 'PATCH'].map(
    (word) => new RegExp(`^#define NODE_${word}_VERSION (\\d{1,5})\\s*$`, 'm').exec(text)?.[1],
  );
  return numbers.includes(undefined) ? null : numbers.join('.');
}

async function readStart(path: string): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(elfHeaderBytes);
    await handle.read(buffer, 0, elfHeaderBytes, 0);
    return buffer;
  } finally {
    await handle.close();
  }
}
