import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ArtifactHashMismatchError,
  ArtifactStoreFullError,
  ArtifactTooLargeError,
  type ArtifactStore,
} from '../artifact-store.ts';

export interface ArtifactStoreHarness {
  readonly store: ArtifactStore;
  /** How many unfinished writes lie about. */
  countLeftovers(): Promise<number>;
  /** Begins to write in another process, kills it with SIGKILL in the middle, and opens the store anew. */
  crashWhileWriting(): Promise<ArtifactStore>;
  /** A store that takes less than 4 MiB, or the reason why none can be made here. */
  openTiny(): Promise<{ readonly store: ArtifactStore; close(): Promise<void> } | { readonly skip: string }>;
  close(): Promise<void>;
}

const maxBytes = 64 * 1024 * 1024;
const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const toStream = (bytes: Uint8Array, pieceBytes = 10_000): Readable =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, index) =>
      bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes),
    ),
  );

async function readAll(stream: Readable | null): Promise<Buffer> {
  if (stream === null) throw new Error('expected bytes, found none');
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** What every artifact store must do. Call it in a spec of the plugin, with a harness over the real thing. */
export function artifactStoreSuite(name: string, createHarness: () => Promise<ArtifactStoreHarness>): void {
  describe(`artifact store ${name}`, () => {
    let harness: ArtifactStoreHarness;
    let store: ArtifactStore;

    beforeEach(async () => {
      harness = await createHarness();
      store = harness.store;
    });
    afterEach(async () => {
      expect(await harness.countLeftovers()).toBe(0);
      await store.close();
      await harness.close();
    });

    it('keeps bytes under their digest and gives them back whole or in part', async () => {
      const bytes = randomBytes(1_000_003);
      const sha256 = digestOf(bytes);
      const stored = await store.put(toStream(bytes), { expectedSha256: sha256, maxBytes });
      expect(stored).toEqual({ sha256, size: bytes.length, existed: false });
      expect((await readAll(await store.read(sha256))).equals(bytes)).toBe(true);
      expect(await readAll(await store.read(sha256, { start: 10, end: 19 }))).toEqual(bytes.subarray(10, 20));
      expect(
        await readAll(await store.read(sha256, { start: bytes.length - 1, end: bytes.length - 1 })),
      ).toEqual(bytes.subarray(-1));
      expect(await store.stat(sha256)).toEqual({ size: bytes.length });
    });

    it('says so when the same bytes come again, also of nothing at all', async () => {
      for (const bytes of [Buffer.alloc(0), randomBytes(5000)]) {
        expect((await store.put(toStream(bytes), { maxBytes })).existed).toBe(false);
        expect(await store.put(toStream(bytes), { maxBytes })).toEqual({
          sha256: digestOf(bytes),
          size: bytes.length,
          existed: true,
        });
      }
    });

    it('lists what it has, and leaves alone what was put again since', async () => {
      const [one, two] = [randomBytes(100), randomBytes(200)];
      for (const bytes of [one, two]) await store.put(toStream(bytes), { maxBytes });
      const listed = [];
      for await (const { sha256, size } of store.list()) listed.push({ sha256, size });
      expect(listed.sort((left, right) => left.size - right.size)).toEqual([
        { sha256: digestOf(one), size: 100 },
        { sha256: digestOf(two), size: 200 },
      ]);
      expect(await store.delete(digestOf(one), { storedBefore: new Date(0) })).toBe(false);
      const later = new Date(Date.now() + 60_000);
      const [again, isDeleted] = await Promise.all([
        store.put(toStream(one), { maxBytes }),
        store.delete(digestOf(one), { storedBefore: later }),
      ]);
      // Whichever came first: bytes that were put last are there.
      expect(isDeleted || again.existed).toBe(true);
      await store.put(toStream(one), { maxBytes });
      expect(await store.stat(digestOf(one))).toEqual({ size: 100 });
    });

    it('refuses bytes of another digest and stores nothing', async () => {
      const bytes = randomBytes(50_000);
      const wrong = digestOf(Buffer.from('something else'));
      const attempt = store.put(toStream(bytes), { expectedSha256: wrong, maxBytes });
      await expect(attempt).rejects.toBeInstanceOf(ArtifactHashMismatchError);
      expect(await store.stat(digestOf(bytes))).toBeNull();
      expect(await store.stat(wrong)).toBeNull();
    });

    it('takes exactly the limit and refuses one byte more, whatever the source would still send', async () => {
      const bytes = randomBytes(30_000);
      expect((await store.put(toStream(bytes), { maxBytes: 30_000 })).size).toBe(30_000);
      const endless = Readable.from(
        (function* () {
          for (;;) yield Buffer.alloc(7001);
        })(),
      );
      await expect(store.put(endless, { maxBytes: 30_000 })).rejects.toBeInstanceOf(ArtifactTooLargeError);
      expect(endless.destroyed).toBe(true);
    });

    it('stores nothing when the source breaks off', async () => {
      const broken = Readable.from(
        (function* () {
          yield Buffer.alloc(20_000);
          throw new Error('the line broke');
        })(),
      );
      await expect(store.put(broken, { maxBytes })).rejects.toThrow('the line broke');
      expect(await store.stat(digestOf(Buffer.alloc(20_000)))).toBeNull();
    });

    it('takes the same bytes from many at once', async () => {
      const bytes = randomBytes(300_000);
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          store.put(toStream(bytes, 5000 + index * 911), { maxBytes }),
        ),
      );
      expect(new Set(answers.map((answer) => answer.sha256))).toEqual(new Set([digestOf(bytes)]));
      expect((await readAll(await store.read(digestOf(bytes)))).equals(bytes)).toBe(true);
    });

    it('deletes, and knows nothing of what is not there', async () => {
      const { sha256 } = await store.put(toStream(randomBytes(100)), { maxBytes });
      expect(await store.delete(sha256)).toBe(true);
      expect(await store.delete(sha256)).toBe(false);
      expect(await store.read(sha256)).toBeNull();
      expect(await store.stat(sha256)).toBeNull();
    });

    it.each(['', '..', '../../etc/passwd', 'A'.repeat(64), '0'.repeat(63), `${'0'.repeat(63)}/`])(
      'has nothing under %j, which is no digest',
      async (text) => {
        expect(await store.read(text)).toBeNull();
        expect(await store.stat(text)).toBeNull();
        expect(await store.delete(text)).toBe(false);
      },
    );

    it('probes well and tells facts', async () => {
      expect(await store.probe()).toMatchObject({ ok: true, problems: [] });
    });

    it('keeps what was stored, and nothing of a write that kill -9 cut off', async () => {
      const { sha256 } = await store.put(toStream(randomBytes(1000)), { maxBytes });
      const reopened = await harness.crashWhileWriting();
      expect(await reopened.stat(sha256)).toEqual({ size: 1000 });
      expect(await harness.countLeftovers()).toBe(0);
      expect((await reopened.put(toStream(Buffer.from('after')), { maxBytes })).existed).toBe(false);
      await reopened.close();
    });

    it('says that it is full, leaves nothing behind and takes what still fits', async (context) => {
      const tiny = await harness.openTiny();
      if ('skip' in tiny) return context.skip(tiny.skip);
      try {
        const large = randomBytes(8 * 1024 * 1024);
        const attempt = tiny.store.put(toStream(large, 65_536), { maxBytes });
        await expect(attempt).rejects.toBeInstanceOf(ArtifactStoreFullError);
        expect(await tiny.store.stat(digestOf(large))).toBeNull();
        expect((await tiny.store.put(toStream(randomBytes(100_000)), { maxBytes })).size).toBe(100_000);
      } finally {
        await tiny.store.close();
        await tiny.close();
      }
    });
  });
}
