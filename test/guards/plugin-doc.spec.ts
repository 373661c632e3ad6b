import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type ArtifactStore, loadPlugin, PluginRefusedError } from '@ironwheel/plugin-kit';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readText, repositoryRoot } from './repository-files.ts';

/** The plugin of docs/plugins.md works as it stands there: a reader copies it and has one. */
const block = /^```ts plugin\n(.+?)^```$/ms.exec(readText('docs/plugins.md'))?.[1];
// Inside the repository, so that its imports resolve as a plugin's do; git ignores the folder.
const cache = join(repositoryRoot, '.cache');
let directory: string;
let file: string;
let data: string;

beforeAll(() => {
  mkdirSync(cache, { recursive: true });
  directory = mkdtempSync(join(cache, 'plugin-doc-'));
  data = mkdtempSync(join(tmpdir(), 'ironwheel-plugin-doc-'));
  file = join(directory, 'index.ts');
  writeFileSync(file, block ?? '');
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
  rmSync(data, { recursive: true, force: true });
});

const sentences: string[] = [];
const load = (config: unknown) =>
  loadPlugin<ArtifactStore>({
    id: 'artifacts-folder',
    kind: 'artifact-store',
    load: () => import(/* @vite-ignore */ file) as Promise<unknown>,
    config,
    context: {
      logger: {
        debug: () => undefined,
        info: (sentence) => void sentences.push(sentence),
        warn: () => undefined,
        error: () => undefined,
      },
      clock: { now: () => 0, monotonic: () => 0 },
      workDirectory: data,
      signal: new AbortController().signal,
    },
  });

describe('the plugin of docs/plugins.md', () => {
  it('has sound types', { timeout: 60_000 }, () => {
    const settings = ts.getParsedCommandLineOfConfigFile(
      join(repositoryRoot, 'tsconfig.json'),
      {},
      { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined },
    );
    expect(settings).toBeDefined();
    const program = ts.createProgram([file], settings?.options ?? {});
    const problems = ts
      .getPreEmitDiagnostics(program)
      .filter((problem) => problem.file?.fileName === file)
      .map((problem) => ts.flattenDiagnosticMessageText(problem.messageText, '\n'));
    expect(program.getSourceFile(file)?.text).toContain('export const plugin');
    expect(problems).toEqual([]);
  });

  it('is loaded, keeps what it is given, and gives it back', async () => {
    const { instance, manifest } = await load({ folder: join(data, 'store') });
    expect(manifest.id).toBe('artifacts-folder');
    expect(sentences).toEqual(['The folder of the artifacts is open.']);
    expect(await instance.probe()).toMatchObject({ ok: true });
    const sha256 = createHash('sha256').update('a wheel').digest('hex');
    const put = () =>
      instance.put(Readable.from([Buffer.from('a wheel')]), { expectedSha256: sha256, maxBytes: 100 });
    expect(await put()).toEqual({ sha256, size: 7, existed: false });
    expect(await put()).toEqual({ sha256, size: 7, existed: true });
    expect(await text((await instance.read(sha256))!)).toBe('a wheel');
    expect(await instance.read('../../etc/passwd')).toBeNull();
    await expect(instance.put(Readable.from([Buffer.alloc(200)]), { maxBytes: 100 })).rejects.toMatchObject({
      name: 'ArtifactTooLargeError',
    });
    await expect(
      instance.put(Readable.from([Buffer.from('other')]), { expectedSha256: sha256, maxBytes: 100 }),
    ).rejects.toMatchObject({ name: 'ArtifactHashMismatchError' });
    expect(await instance.delete(sha256)).toBe(true);
    expect(await instance.stat(sha256)).toBeNull();
    await instance.close();
  });

  it('is refused with a configuration that does not fit, before its code runs', async () => {
    sentences.length = 0;
    const refusal = await load({ folder: '' }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(PluginRefusedError);
    expect(refusal).toMatchObject({ code: 'PLUGIN_CONFIG_INVALID' });
    expect(sentences).toEqual([]);
  });
});
