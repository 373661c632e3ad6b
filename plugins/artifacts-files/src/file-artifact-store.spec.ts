import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { loadPlugin, type ArtifactStore } from '@ironwheel/plugin-kit';
import { artifactStoreSuite } from '@ironwheel/plugin-kit/suites';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { plugin } from './index.ts';

const run = promisify(execFile);
const logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

const openStore = async (directory: string, reserveBytes = 0): Promise<ArtifactStore> => {
  const { instance } = await loadPlugin<ArtifactStore>({
    id: 'artifacts-files',
    kind: 'artifact-store',
    load: () => Promise.resolve({ plugin }),
    config: { directory, reserve_bytes: reserveBytes },
    context: {
      logger,
      clock: { now: () => Date.now(), monotonic: () => performance.now() },
      workDirectory: directory,
      signal: new AbortController().signal,
    },
  });
  return instance;
};

const countParts = async (directory: string): Promise<number> =>
  existsSync(join(directory, 'tmp')) ? (await readdir(join(directory, 'tmp'))).length : 0;

/** A program that writes for ever, and says when its first bytes have gone to the disk. */
async function writeForEver(directory: string, bundle: string): Promise<void> {
  await build({
    stdin: {
      contents: `
        import { Readable } from 'node:stream';
        import { plugin } from './index.ts';
        const logger = { debug() {}, info() {}, warn() {}, error() {} };
        const store = await plugin.open({ config: { directory: process.argv[2], reserve_bytes: 0 }, logger });
        let count = 0;
        await store.put(Readable.from((async function* () {
          for (;;) {
            yield Buffer.alloc(65536, 1);
            if (++count === 8) process.stdout.write('writing');
            await new Promise((resolve) => setTimeout(resolve, count < 8 ? 0 : 50));
          }
        })()), { maxBytes: 1e12 });`,
      resolveDir: import.meta.dirname,
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: bundle,
    logLevel: 'error',
  });
  const child = spawn(process.execPath, [bundle, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  expect(await countParts(directory)).toBe(1);
  child.kill('SIGKILL');
  await once(child, 'exit');
}

artifactStoreSuite('files', async () => {
  const root = await mkdtemp(join(tmpdir(), 'iw-store-'));
  const directory = join(root, 'store');
  return {
    store: await openStore(directory),
    countLeftovers: () => countParts(directory),
    crashWhileWriting: async () => {
      await writeForEver(directory, join(root, 'write-for-ever.mjs'));
      expect(await countParts(directory)).toBe(1);
      return openStore(directory);
    },
    openTiny: async () => {
      const mountPoint = join(root, 'tiny');
      await mkdir(mountPoint);
      if (process.getuid?.() !== 0) return { skip: 'a file system of its own needs root' };
      try {
        await run('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', mountPoint]);
      } catch (error) {
        return {
          skip: `no file system can be mounted here: ${(error as { stderr?: string }).stderr?.trim() ?? ''}`,
        };
      }
      return {
        store: await openStore(mountPoint),
        close: async () => {
          await run('umount', [mountPoint]);
        },
      };
    },
    close: () => rm(root, { recursive: true, force: true }),
  };
});

describe('files in a directory', () => {
  it('leaves the reserve to others and says in its probe that it is full', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'iw-store-'));
    const store = await openStore(directory, Number.MAX_SAFE_INTEGER);
    await expect(store.put(Readable.from([Buffer.from('x')]), { maxBytes: 10 })).rejects.toThrow('no room');
    expect(await store.probe()).toMatchObject({ ok: false, problems: [{ code: 'STORE_FULL' }] });
    await rm(directory, { recursive: true });
  });

  it('refuses a configuration without a directory', async () => {
    await expect(openStore('')).rejects.toMatchObject({ code: 'PLUGIN_CONFIG_INVALID' });
  });
});
