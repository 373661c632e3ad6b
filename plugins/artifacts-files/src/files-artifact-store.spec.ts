import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { ArtifactStoreFullError, type ArtifactStore, type PluginContext } from '@ironwheel/plugin-kit';
import { artifactStoreSuite } from '@ironwheel/plugin-kit/suites';
import { describe, expect, it } from 'vitest';
import { FilesArtifactStore, type FilesConfig } from './files-artifact-store.ts';

const quiet = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
const contextAt = (directory: string): PluginContext<FilesConfig> => ({
  config: { directory, minFreeBytes: 0 },
  logger: quiet,
  clock: { now: () => Date.now(), monotonic: () => performance.now() },
  workDirectory: directory,
  signal: new AbortController().signal,
});
const listFiles = (directory: string): string[] =>
  readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);

artifactStoreSuite('artifacts-files', () => {
  const directory = mkdtempSync(join(tmpdir(), 'ironwheel-artifacts-'));
  return Promise.resolve({
    open: (): Promise<ArtifactStore> => FilesArtifactStore.open(contextAt(directory)),
    listStored: () => Promise.resolve(listFiles(directory)),
    close: () => Promise.resolve(rmSync(directory, { recursive: true })),
  });
});

describe('artifacts-files under faults', () => {
  it('has nothing of a write whose process was killed, after the next start', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'ironwheel-artifacts-'));
    try {
      // A killed writer leaves its half-written file in `incoming`: made by a real process here.
      await FilesArtifactStore.open(contextAt(directory));
      const writer = spawn('sh', [
        '-c',
        `exec dd if=/dev/zero of="$0" bs=4096 2>/dev/null`,
        join(directory, 'incoming', 'half'),
      ]);
      while (listFiles(directory).length === 0) await new Promise((resolve) => setImmediate(resolve));
      writer.kill('SIGKILL');
      await once(writer, 'exit');
      await FilesArtifactStore.open(contextAt(directory));
      expect(listFiles(directory)).toEqual([]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  const mayMount = process.getuid?.() === 0 && canMount();
  it.skipIf(!mayMount)(
    'says that the disk is full and leaves nothing behind (needs root and a tmpfs)',
    async () => {
      const directory = mkdtempSync(join(tmpdir(), 'ironwheel-artifacts-'));
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'ironwheel-test', directory]);
      try {
        const store = await FilesArtifactStore.open(contextAt(directory));
        const zeros = Readable.from(Array.from({ length: 100 }, () => Buffer.alloc(10_000)));
        await expect(store.put(zeros, { maxBytes: 1 << 30 })).rejects.toBeInstanceOf(ArtifactStoreFullError);
        expect(listFiles(directory)).toEqual([]);
        expect((await store.put(Readable.from([Buffer.from('fits')]), { maxBytes: 100 })).size).toBe(4);
      } finally {
        execFileSync('umount', [directory]);
        rmSync(directory, { recursive: true });
      }
    },
  );
});

function canMount(): boolean {
  const directory = mkdtempSync(join(tmpdir(), 'ironwheel-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', 'ironwheel-test', directory], { stdio: 'ignore' });
    execFileSync('umount', [directory]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
