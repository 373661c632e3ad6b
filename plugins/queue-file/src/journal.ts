import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { QueueMemory, type PluginLogger } from '@ironwheel/plugin-kit';
import { applyRecord, formatRecord, readRecord, toRecords, type JournalRecord } from './journal-record.ts';

/** It is written anew when it is larger than this and holds this many times more lines than items, at least. */
const compactFromBytes = 1024 * 1024;
const compactFromRatio = 4;
const partBytes = 1024 * 1024;
const newline = 0x0a;

/**
 * The journal on the disk and what it says. Every method is to be called under the lock, `read` first: it takes in what
 * other processes wrote. Synchronous, so that nothing happens in between.
 */
export class Journal {
  readonly #path: string;
  readonly #logger: PluginLogger;
  #memory = new QueueMemory();
  #file: number | null = null;
  /** Up to here it is read; what lies behind is another process's, or the torn end of a write. */
  #readBytes = 0;
  #lines = 0;
  #id = '';

  constructor(path: string, logger: PluginLogger) {
    this.#path = path;
    this.#logger = logger;
  }

  /** What the journal says now. */
  read(): QueueMemory {
    const file = this.#open();
    const { size } = fstatSync(file);
    if (size > this.#readBytes) this.#readOn(file, size);
    return this.#memory;
  }

  /** Id of the queue, which stays when the journal is written anew. Known once it was read. */
  get id(): string {
    return this.#id;
  }

  /** Carries records out in memory; `write` has to follow, or `forget` when it cannot be. */
  apply(records: readonly JournalRecord[]): void {
    for (const record of records) applyRecord(this.#memory, record);
  }

  /** Writes records that were carried out already; they are on the disk when this returns. */
  write(records: readonly JournalRecord[]): void {
    if (records.length === 0) return;
    const file = this.#open();
    this.#writeAll(file, records.map(formatRecord).join(''));
    fdatasyncSync(file);
    this.#lines += records.length;
    if (this.#readBytes > compactFromBytes && this.#lines > compactFromRatio * this.#memory.size + 1000) {
      this.#rewrite();
    }
  }

  /** After a failure: what the memory holds may not be what the disk holds, so that it is read anew. */
  forget(): void {
    this.close();
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  /** The file under the path, which another process may have put in place of the one that was read. */
  #open(): number {
    const found = statSync(this.#path, { throwIfNoEntry: false });
    if (this.#file !== null && found?.ino === fstatSync(this.#file).ino) return this.#file;
    this.close();
    this.#memory = new QueueMemory();
    this.#readBytes = 0;
    this.#lines = 0;
    this.#file = openSync(this.#path, found === undefined ? 'wx+' : 'r+', 0o600);
    if (fstatSync(this.#file).size === 0) {
      this.#id = randomUUID();
      this.#writeAll(this.#file, formatRecord({ do: 'open', id: this.#id }));
      fsyncSync(this.#file);
      syncDirectory(this.#path);
      this.#lines = 1;
    }
    return this.#file;
  }

  #readOn(file: number, size: number): void {
    let rest = Buffer.alloc(0);
    for (let from = this.#readBytes; from < size;) {
      const part = Buffer.alloc(Math.min(partBytes, size - from));
      const got = readSync(file, part, 0, part.length, from);
      if (got === 0) break;
      from += got;
      const text = Buffer.concat([rest, part.subarray(0, got)]);
      const end = text.lastIndexOf(newline) + 1;
      this.#applyLines(text.subarray(0, end).toString('utf8'));
      this.#readBytes += end;
      rest = text.subarray(end);
    }
    if (rest.length === 0) return;
    // Whoever wrote this died in the middle of it, and nobody was told that it was done.
    this.#logger.warn('dropped the torn end of the journal', { bytes: rest.length });
    ftruncateSync(file, this.#readBytes);
    fdatasyncSync(file);
  }

  #applyLines(text: string): void {
    let damaged = 0;
    for (const line of text.split('\n')) {
      if (line === '') continue;
      const record = readRecord(line);
      if (record === null) damaged += 1;
      else {
        if (record.do === 'open') this.#id = record.id;
        applyRecord(this.#memory, record);
      }
      this.#lines += 1;
    }
    if (damaged > 0)
      this.#logger.error('the journal has damaged lines, which are passed over', { lines: damaged });
  }

  /** What there is, and nothing of how it came to be, in a new file that takes the place of the old one. */
  #rewrite(): void {
    const fresh = `${this.#path}.new`;
    const file = openSync(fresh, 'w', 0o600);
    try {
      const lines = [formatRecord({ do: 'open', id: this.#id })];
      for (const record of toRecords(this.#memory)) lines.push(formatRecord(record));
      writeFileSync(file, lines.join(''));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(fresh, this.#path);
    syncDirectory(this.#path);
    // Read like one that another process wrote.
    this.read();
  }

  #writeAll(file: number, text: string): void {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length;) {
      done += writeSync(file, bytes, done, bytes.length - done, this.#readBytes + done);
    }
    this.#readBytes += bytes.length;
  }
}

function syncDirectory(path: string): void {
  const directory = openSync(dirname(path), 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
