import { closeSync, constants, fstatSync, open, read } from 'node:fs';
import { type RandomAccess } from '../index-client/package-files.ts';
import { ArchiveUnsoundError } from './archive-error.ts';

/** A name that a person put there may be a pipe, which would never open, or a link out of the folder. */
const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

// Plain descriptors: a FileHandle costs as much again as the reads of a small file. Opening and reading may wait for
// a disk and go to the pool of threads; asking about and closing what is open does not wait.
const openDescriptor = (path: string): Promise<number> =>
  new Promise((resolve, reject) => {
    open(path, openFlags, (error, descriptor) => (error ? reject(error) : resolve(descriptor)));
  });
const readDescriptor = (descriptor: number, bytes: Uint8Array, position: number): Promise<number> =>
  new Promise((resolve, reject) => {
    read(descriptor, bytes, 0, bytes.length, position, (error, count) =>
      error ? reject(error) : resolve(count),
    );
  });

class LocalFile implements RandomAccess {
  readonly size: number;
  readonly #descriptor: number;
  #scratch: Buffer | undefined;

  constructor(descriptor: number, size: number, scratch: Buffer | undefined) {
    this.#descriptor = descriptor;
    this.size = size;
    this.#scratch = scratch;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const bytes = this.#takeBuffer(Math.max(0, Math.min(length, this.size - offset)));
    let filled = 0;
    while (filled < bytes.length) {
      const count = await readDescriptor(this.#descriptor, bytes.subarray(filled), offset + filled);
      if (count === 0) break;
      filled += count;
    }
    return bytes.subarray(0, filled);
  }

  close(): Promise<void> {
    closeSync(this.#descriptor);
    return Promise.resolve();
  }

  #takeBuffer(length: number): Buffer {
    const scratch = this.#scratch;
    this.#scratch = undefined;
    return scratch !== undefined && scratch.length >= length
      ? scratch.subarray(0, length)
      : Buffer.allocUnsafe(length);
  }
}

/**
 * Opens a regular file; a link, a pipe, a directory or a device is refused. The first read goes to `scratch`, if it is
 * large enough: whoever opens many small files spares the memory of each. Throws the error of the system.
 */
export const openLocalFile = async (path: string, scratch?: Buffer): Promise<RandomAccess> => {
  const descriptor = await openDescriptor(path);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new ArchiveUnsoundError('it is not a regular file.');
    return new LocalFile(descriptor, stats.size, scratch);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
};

/** Bytes that are in memory already. */
export const toRandomAccess = (bytes: Uint8Array): RandomAccess => ({
  size: bytes.length,
  read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
  close: () => Promise.resolve(),
});

/** All of the bytes asked for. Throws `ArchiveUnsoundError` when the file ends before. */
export const readExactly = async (access: RandomAccess, offset: number, length: number): Promise<Buffer> => {
  const bytes = await access.read(offset, length);
  if (bytes.length !== length) throw new ArchiveUnsoundError('it ends before its content does.');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
};
