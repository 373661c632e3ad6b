import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { ByteCursor } from './byte-cursor.ts';

/** A file of bytes that do not change, wherever it lies; ranges are inclusive, in bytes. */
export interface ArchiveBytes {
  readonly size: number;
  read(start: number, end: number): Promise<Readable>;
}

export async function openArchiveFile(path: string): Promise<ArchiveBytes> {
  const { size } = await stat(path);
  return { size, read: (start, end) => Promise.resolve(createReadStream(path, { start, end })) };
}

/** `count` bytes from `start`, together. Throws `UnsoundArchiveError` when the file ends before. */
export async function readTogether(file: ArchiveBytes, start: number, count: number): Promise<Buffer> {
  if (count === 0) return Buffer.alloc(0);
  const stream = await file.read(start, start + count - 1);
  try {
    return await new ByteCursor(stream).take(count);
  } finally {
    stream.destroy();
  }
}
