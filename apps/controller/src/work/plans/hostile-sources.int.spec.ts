import { gzipSync } from 'node:zlib';
import {
  callController,
  createSampleWheel,
  startController,
  writeZip,
  type TestAnswer,
  type TestController,
} from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countRows, HostileIndex, jsonType, listKeptFiles, secret } from './hostile-plans-fixture.ts';

describe('a plan of files that are gone, torn or told of with a secret', () => {
  let index: HostileIndex;
  let controller: TestController;
  beforeAll(async () => {
    index = await HostileIndex.start();
    index.list('sound', createSampleWheel({ name: 'sound' }));
    controller = await startController({
      env: { INDEX_URL: index.url, PYTHON_VERSION: '3.12', PLATFORM_TAG: 'manylinux_2_28_s390x' },
    });
  });
  afterAll(async () => {
    await controller.close();
    await index.close();
  });

  const compute = (body: unknown): Promise<TestAnswer> =>
    callController(controller, 'POST', '/api/plan/compute', controller.adminToken, body);
  /** Must be refused with nothing written and no secret told. */
  const refuse = async (body: unknown): Promise<TestAnswer> => {
    const kept = [await countRows(controller.database), await listKeptFiles(controller.dataDirectory)];
    const answer = await compute(body);
    expect(answer.status, JSON.stringify(answer.body)).toBeGreaterThanOrEqual(400);
    expect(JSON.stringify(answer.body)).not.toContain(secret);
    expect([await countRows(controller.database), await listKeptFiles(controller.dataDirectory)]).toEqual(
      kept,
    );
    return answer;
  };

  const zipOf = (files: Record<string, string>): Uint8Array =>
    writeZip(Object.entries(files).map(([name, content]) => ({ name, content })));
  it.each<[string, string, Uint8Array, RegExp]>([
    ['a wheel that is no zip', 'torn-1.0-py3-none-any.whl', Buffer.alloc(500, 'x'), /zip archive/],
    ['an sdist that is no zip', 'torn-1.0.zip', Buffer.alloc(500, 'x'), /zip archive/],
    [
      'an sdist that is half a zip',
      'torn-1.0.zip',
      zipOf({ 'torn-1.0/setup.py': '' }).subarray(0, 40),
      /zip/,
    ],
    ['an sdist that is no gzip', 'torn-1.0.tar.gz', Buffer.alloc(500, 'x'), /torn-1\.0\.tar\.gz is broken/],
    ['an sdist that is a page', 'torn-1.0.tar.gz', Buffer.from('<!DOCTYPE html>Sign in'), /is broken/],
    [
      'an sdist that is half a gzip',
      'torn-1.0.tar.gz',
      gzipSync(Buffer.alloc(4000, 1)).subarray(0, 20),
      /broken/,
    ],
    ['an sdist that is no tar', 'torn-1.0.tar.gz', gzipSync(Buffer.alloc(4000, 1)), /is broken/],
    [
      'an sdist of broken TOML',
      'torn-1.0.zip',
      zipOf({ 'torn-1.0/pyproject.toml': '[' }),
      /pyproject\.toml line 1/,
    ],
  ])('is not made of the URL of %s, which is named', async (_what, filename, bytes, says) => {
    index.text(`/torn/${filename}`, bytes);
    const url = `${index.origin}/torn/${filename}`;
    const answer = await refuse({ requirements: ['sound', `torn @ ${url}`] });
    expect([answer.status, answer.body.error]).toEqual([422, 'PLAN_UNRESOLVABLE']);
    expect(answer.body.detail).toMatch(says);
    expect(answer.body.detail).toContain(url);
  });

  it('is not made of the URL of an sdist that is gone', async () => {
    const url = `${index.origin}/gone/gone-1.0.tar.gz`;
    const answer = await refuse({ requirements: ['sound', `gone @ ${url}`] });
    expect([answer.status, answer.body.error]).toEqual([422, 'PLAN_UNRESOLVABLE']);
    expect(answer.body.detail).toContain(url);
  });

  it('that lists files of which none is there ends soon, and names the project', async () => {
    const files = Array.from({ length: 5000 }, (_, at) => ({
      filename: `hollow-${at}.0-py3-none-any.whl`,
      url: `../../files/hollow-${at}.0-py3-none-any.whl`,
      hashes: { sha256: 'a'.repeat(64) },
    }));
    const page = JSON.stringify({ meta: { 'api-version': '1.1' }, name: 'hollow', files });
    index.text('/simple/hollow/', page, jsonType);
    const before = index.requests.length;
    const answer = await refuse({ requirements: ['sound', 'hollow'] });
    expect([answer.status, answer.body.error]).toEqual([422, 'PLAN_UNRESOLVABLE']);
    expect(answer.body.detail).toMatch(/hollow: 100 releases were looked at in vain/);
    expect(index.requests.length - before).toBeLessThan(300);
  });

  it('shows no query of a direct URL where it tells of one', async () => {
    const url = `${index.origin}/files/sound-1.0-py3-none-any.whl?token=t0ken-of-the-url`;
    index.list('asks', createSampleWheel({ name: 'asks', requiresDist: [`sound @ ${url}`] }));
    const conflict = await refuse({ requirements: ['asks'] });
    expect(conflict.body.error).toBe('PLAN_UNRESOLVABLE');
    expect(JSON.stringify(conflict.body)).not.toContain('t0ken');
    const allowed = await compute({ requirements: ['asks', `sound @ ${url}`] });
    expect(allowed.status, JSON.stringify(allowed.body)).toBe(201);
    const [sound] = allowed.body['nodes'] as { source: { url: string }; requested_by: string[] }[];
    expect(JSON.stringify(sound?.requested_by)).not.toContain('t0ken');
    // A worker fetches it from there.
    expect(sound?.source.url).toBe(url);
  });

  it('is made of the URL of a sound sdist whose needs only a build can tell', async () => {
    const setup = {
      'legacy-1.0/setup.py': '',
      'legacy-1.0/PKG-INFO': 'Metadata-Version: 2.1\nName: legacy\nVersion: 1.0\n',
    };
    index.text('/legacy/legacy-1.0.zip', zipOf(setup));
    const answer = await compute({ requirements: [`legacy @ ${index.origin}/legacy/legacy-1.0.zip`] });
    expect(answer.body['nodes'], JSON.stringify(answer.body)).toMatchObject([
      { name: 'legacy', verdict: 'build', metadata: { place: 'needs_host' } },
    ]);
  });
});
