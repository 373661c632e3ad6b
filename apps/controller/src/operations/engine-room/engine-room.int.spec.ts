import {
  createTestDirectory,
  removeTestDirectory,
  startController,
  type TestController,
} from '@ironwheel/testing';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EngineRoomModule, engineRoomSection } from './index.ts';

const feature = { module: EngineRoomModule, sections: [engineRoomSection] };
const script = 'console.log("hello")';

let directory: string;
let controller: TestController;

beforeAll(async () => {
  directory = createTestDirectory('pages');
  const built = join(directory, 'built');
  mkdirSync(join(built, 'assets'), { recursive: true });
  writeFileSync(join(directory, 'secret.js'), 'secret');
  writeFileSync(join(built, 'index.html'), '<meta nonce="csp-nonce-of-this-answer"><p>page</p>');
  writeFileSync(join(built, 'icon.svg'), '<svg/>');
  writeFileSync(join(built, 'manifest.json'), '{}');
  writeFileSync(join(built, 'assets/main-abc.js'), script);
  writeFileSync(join(built, 'assets/main-abc.js.gz'), gzipSync(script));
  controller = await startController({ features: [feature], env: { ENGINE_ROOM_DIR: built } });
});
afterAll(async () => {
  await controller.close();
  removeTestDirectory(directory);
});

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(controller.url + path, { headers, redirect: 'manual' });

describe('the pages of the Engine Room', () => {
  it('every route of a page is answered with the page, whose policy allows no foreign script', async () => {
    const answer = await get('/verifier-engine-room/workers/wrk_1?q=state%3Apaused');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const policy = answer.headers.get('content-security-policy') ?? '';
    const nonce = /style-src 'self' 'nonce-([A-Za-z0-9+/=]{20,})'/.exec(policy)?.[1] ?? 'none';
    expect(await answer.text()).toBe(`<meta nonce="${nonce}"><p>page</p>`);
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).not.toContain('unsafe');
    expect(policy).toContain("frame-ancestors 'none'");
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    const again = await get('/verifier-engine-room/');
    expect(again.headers.get('content-security-policy')).not.toBe(policy);
  });

  it('hashed files are kept for ever and come packed to those who take it', async () => {
    const packed = await get('/verifier-engine-room/assets/main-abc.js', { 'accept-encoding': 'gzip' });
    expect(packed.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(await packed.text()).toBe(script);
    const plain = await get('/verifier-engine-room/assets/main-abc.js', { 'accept-encoding': 'identity' });
    expect([plain.headers.get('content-encoding'), await plain.text()]).toEqual([null, script]);
    const icon = await get('/verifier-engine-room/icon.svg');
    expect([icon.status, icon.headers.get('cache-control')]).toEqual([200, 'no-cache']);
  });

  it.each([
    'assets/none.js',
    'manifest.json',
    'assets/main-abc.js.gz',
    '..%2fsecret.js',
    'assets/..%2f..%2fsecret.js',
    '%2e%2e/secret.js',
    'assets/%00.js',
  ])('%s is no file of it', async (path) => {
    expect((await get(`/verifier-engine-room/${path}`)).status).toBe(404);
  });

  it('a browser is led from the root to the pages, a program is not', async () => {
    const browser = await get('/', { accept: 'text/html,application/xhtml+xml' });
    expect([browser.status, browser.headers.get('location')]).toEqual([302, '/verifier-engine-room/']);
    expect((await get('/', { accept: 'application/json' })).status).toBe(404);
    expect((await get('/verifier-engine-room')).headers.get('location')).toBe('/verifier-engine-room/');
  });

  it('says how to build them where they were not built', async () => {
    const bare = await startController({
      features: [feature],
      env: { ENGINE_ROOM_DIR: join(directory, 'nothing') },
    });
    const answer = await fetch(`${bare.url}/verifier-engine-room/overview`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([503, 'text/plain; charset=utf-8']);
    expect(await answer.text()).toContain('npm run build');
    await bare.close();
  });
});
