import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { connectionPath, saveConnectionFile } from './connection-file.ts';
import { findConnection, readCliConfig } from './find-connection.ts';

let directory: string;
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'iw-cli-'))));
afterEach(() => rm(directory, { recursive: true, force: true }));

const find = (env: Record<string, string>, url?: string) =>
  findConnection(readCliConfig({ ...env, IRONWHEEL_DATA_DIR: directory }), { url });

it('takes the environment before the file', async () => {
  await saveConnectionFile(directory, { url: 'http://127.0.0.1:1', token: 'from-file' });
  await expect(find({ IRONWHEEL_URL: 'http://10.0.0.1:2', IRONWHEEL_TOKEN: 'from-env' })).resolves.toEqual({
    url: 'http://10.0.0.1:2',
    token: 'from-env',
  });
  await expect(find({})).resolves.toEqual({ url: 'http://127.0.0.1:1', token: 'from-file' });
});

it('never sends the token of the file to another controller', async () => {
  await saveConnectionFile(directory, { url: 'http://127.0.0.1:1', token: 'from-file' });
  await expect(find({}, 'http://10.0.0.1:2')).resolves.toEqual({ url: 'http://10.0.0.1:2', token: null });
  await expect(find({}, 'http://127.0.0.1:1')).resolves.toMatchObject({ token: 'from-file' });
});

it('writes the file for its owner only', async () => {
  await saveConnectionFile(directory, { url: 'http://127.0.0.1:1', token: 'secret' });
  expect((await stat(connectionPath(directory))).mode & 0o777).toBe(0o600);
});

it('says what to do when nothing is known, and when the file is damaged', async () => {
  await expect(find({})).rejects.toMatchObject({ code: 'CLI_NO_CONTROLLER', exitCode: 2 });
  await writeFile(connectionPath(directory), '{"url": 1}');
  await expect(find({})).rejects.toMatchObject({ code: 'CLI_CONNECTION_UNREADABLE' });
});

it('names a misspelt key', () => {
  expect(() => readCliConfig({ IRONWHEEL_TOKN: 'x' })).toThrow(/IRONWHEEL_TOKEN/);
});
