import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ArtifactHashMismatchError, ArtifactTooLargeError, type ArtifactStore } from '../artifact-store.ts';

export interface ArtifactStoreHarness {
  /** Opens the store on the same place; a second call stands for a restart. */
  open(): Promise<ArtifactStore>;
  /** Names of everything that lies in the place, for finding leftovers. */
  listStored(): Promise<string[]>;
  close(): Promise<void>;
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const pieces = (bytes: Buffer, size = 1000): Readable =>
  Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    })(),
  );
const maxBytes = 1 << 20;

/** What every artifact store must do. Call it in a spec of the plugin. */
export function artifactStoreSuite(name: string, createHarness: () => Promise<ArtifactStoreHarness>): void {
  describe(`artifact store ${name}`, () => {
    let harness: ArtifactStoreHarness;
    let store: ArtifactStore;
    beforeEach(async () => {
      harness = await createHarness();
      store = await harness.open();
    });
    afterEach(async () => {
      await store.close();
      await harness.close();
    });

    it('keeps bytes under their digest and gives them back, whole and in part', async () => {
      const bytes = randomBytes(10_000);
      const stored = await store.put(pieces(bytes), { maxBytes });
      expect(stored).toEqual({ sha256: sha256(bytes), size: 10_000, existed: false });
      expect(await buffer((await store.read(stored.sha256))!)).toEqual(bytes);
      expect(await buffer((await store.read(stored.sha256, { start: 10, end: 19 }))!)).toEqual(
        bytes.subarray(10, 20),
      );
      expect(await store.stat(stored.sha256)).toEqual({ size: 10_000 });
    });

    it('knows bytes that it has, also when they come many times at once', async () => {
      const bytes = randomBytes(50_000);
      const all = await Promise.all(Array.from({ length: 8 }, () => store.put(pieces(bytes), { maxBytes })));
      expect(new Set(all.map((stored) => stored.sha256)).size).toBe(1);
      expect((await store.put(pieces(bytes), { maxBytes })).existed).toBe(true);
      expect(await harness.listStored()).toEqual([sha256(bytes)]);
    });

    it('stores nothing when the digest is another, the bytes are too many, or the source breaks', async () => {
      const bytes = randomBytes(5000);
      const broken = new Readable({
        read() {
          this.push(bytes);
          this.destroy(new Error('cut off'));
        },
      });
      await expect(
        store.put(pieces(bytes), { maxBytes, expectedSha256: '0'.repeat(64) }),
      ).rejects.toBeInstanceOf(ArtifactHashMismatchError);
      await expect(store.put(pieces(bytes), { maxBytes: 4999 })).rejects.toBeInstanceOf(
        ArtifactTooLargeError,
      );
      await expect(store.put(broken, { maxBytes })).rejects.toThrow('cut off');
      expect(await harness.listStored()).toEqual([]);
    });

    it('keeps what it has over a restart', async () => {
      const { sha256: digest } = await store.put(pieces(Buffer.from('kept')), { maxBytes });
      await store.close();
      store = await harness.open();
      expect(await buffer((await store.read(digest))!)).toEqual(Buffer.from('kept'));
    });

    it('answers null for what is absent and for names that are no digests', async () => {
      for (const digest of ['0'.repeat(64), '../../etc/passwd', '', 'A'.repeat(64)]) {
        expect(await store.read(digest)).toBeNull();
        expect(await store.stat(digest)).toBeNull();
        expect(await store.delete(digest)).toBe(false);
      }
    });

    it('deletes', async () => {
      const { sha256: digest } = await store.put(pieces(Buffer.from('gone')), { maxBytes });
      expect(await store.delete(digest)).toBe(true);
      expect(await store.stat(digest)).toBeNull();
    });

    it('takes an empty file', async () => {
      expect(await store.put(Readable.from([]), { maxBytes })).toMatchObject({
        size: 0,
        sha256: sha256(Buffer.alloc(0)),
      });
    });
  });
}
