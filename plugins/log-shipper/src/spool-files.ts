import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const segmentBytes = 1024 * 1024;
const segmentName = (start: number): string => `${String(start).padStart(15, '0')}.log`;

const spoolStateSchema = z.object({
  version: z.literal(1),
  max_bytes: z.number().int().positive(),
  ended: z.boolean(),
  dropped_bytes: z.number().int().nonnegative(),
  acked_seq: z.number().int().nonnegative(),
  acked_offset: z.number().int().nonnegative(),
});
export type SpoolState = z.infer<typeof spoolStateSchema>;

/**
 * The log of one attempt on disk: segments named by the byte offset at which they begin, and a small state file.
 * Appends are plain writes: they reach the page cache at once, so a killed worker loses nothing of them. Segments that
 * the controller has are removed whole.
 */
export class SpoolFiles {
  readonly #segments: { start: number; size: number }[] = [];
  #writer: number | null = null;
  state: SpoolState;

  constructor(
    readonly directory: string,
    fallback: SpoolState,
  ) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.state = this.#readState() ?? fallback;
    for (const name of readdirSync(directory).sort()) {
      const match = /^(\d{15})\.log$/.exec(name);
      if (match === null) continue;
      this.#segments.push({ start: Number(match[1]), size: statSync(join(directory, name)).size });
    }
    this.saveState();
  }

  /** Offset of the first byte that is still here. */
  get start(): number {
    return this.#segments[0]?.start ?? this.state.acked_offset;
  }

  /** Offset behind the last byte: the length of the log so far. */
  get end(): number {
    const last = this.#segments.at(-1);
    return last === undefined ? this.state.acked_offset : last.start + last.size;
  }

  get bytesOnDisk(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.size, 0);
  }

  append(bytes: Buffer): void {
    let last = this.#segments.at(-1);
    if (last === undefined || last.size >= segmentBytes || this.#writer === null) {
      this.#closeWriter();
      if (last === undefined || last.size >= segmentBytes) {
        last = { start: this.end, size: 0 };
        this.#segments.push(last);
      }
      this.#writer = openSync(join(this.directory, segmentName(last.start)), 'a', 0o600);
    }
    let done = 0;
    try {
      while (done < bytes.length) done += writeSync(this.#writer, bytes, done);
    } finally {
      last.size += done;
    }
  }

  /** Up to `maxBytes` from `offset` on. */
  read(offset: number, maxBytes: number): Buffer {
    const parts: Buffer[] = [];
    let at = offset;
    let left = maxBytes;
    for (const segment of this.#segments) {
      if (left === 0 || at < segment.start || at >= segment.start + segment.size) continue;
      const size = Math.min(left, segment.start + segment.size - at);
      const part = Buffer.alloc(size);
      const file = openSync(join(this.directory, segmentName(segment.start)), 'r');
      try {
        readSync(file, part, 0, size, at - segment.start);
      } finally {
        closeSync(file);
      }
      parts.push(part);
      at += size;
      left -= size;
    }
    return Buffer.concat(parts);
  }

  /** Notes what the controller has and removes the segments before it; returns the bytes freed. */
  acknowledge(seq: number, offset: number): number {
    this.state = { ...this.state, acked_seq: seq, acked_offset: offset };
    let freed = 0;
    for (let first = this.#segments[0]; first !== undefined; first = this.#segments[0]) {
      if (first.start + first.size > offset || (this.#segments.length === 1 && !this.state.ended)) break;
      // First the note, then the removal: a crash in between must not leave a gap behind a stale note.
      if (freed === 0) this.saveState();
      this.#segments.shift();
      rmSync(join(this.directory, segmentName(first.start)), { force: true });
      freed += first.size;
    }
    return freed;
  }

  saveState(): void {
    const path = join(this.directory, 'state.json');
    writeFileSync(`${path}.new`, JSON.stringify(this.state), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }

  close(): void {
    this.#closeWriter();
  }

  remove(): void {
    this.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  #closeWriter(): void {
    if (this.#writer !== null) closeSync(this.#writer);
    this.#writer = null;
  }

  #readState(): SpoolState | null {
    try {
      return spoolStateSchema.parse(JSON.parse(readFileSync(join(this.directory, 'state.json'), 'utf8')));
    } catch {
      // Absent, or torn by a crash: the controller's answer says where to go on.
      return null;
    }
  }
}
