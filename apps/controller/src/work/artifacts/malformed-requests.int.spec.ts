import { createSampleWheel } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArtifactsFixture, target } from '../../../test/artifacts-fixture.ts';

describe('malformed requests about artifacts', () => {
  let at: ArtifactsFixture;
  beforeAll(async () => {
    at = await ArtifactsFixture.start();
  });
  afterAll(() => at.controller.close());

  it('answers malformed requests with a stable code, never with 5xx, and writes nothing', async () => {
    const claim = await at.worker.claim('malformed', '1.0', target);
    const wheel = createSampleWheel({ name: 'malformed' });
    const before = await at.countRows();
    const entries = await at.controller.database.query('SELECT count(*) FROM manifest_entries');
    const put = async (
      filename: string,
      headers: Record<string, string> = {},
      body: string | Buffer = wheel.bytes,
    ) => {
      const answer = await fetch(
        `${at.controller.url}/api/attempts/${claim.attempt_id}/artifacts/${filename}`,
        {
          method: 'PUT',
          headers: {
            authorization: `Bearer ${claim.attempt_token}`,
            'x-content-sha256': wheel.sha256,
            ...headers,
          },
          body: typeof body === 'string' ? body : new Uint8Array(body),
        },
      );
      return { status: answer.status, body: (await answer.json()) as { error: string } };
    };
    const entry = { name: 'a', version: '1', wheel: 'a.whl', ...target, status: 'built' };
    const manifest = { run_id: 'r', ...target, entries: [] as unknown[] };
    const zeros = '0'.repeat(64);
    const answers = [
      ...(await Promise.all(
        [
          '..%2f..%2fetc%2fpasswd',
          '%2e%2e',
          '..',
          'a%00b.whl',
          'a%0ab.whl',
          'a.whl',
          'malformed-1.0.tar.gz',
          'malformed-1.0-py3-none-any.whl.exe',
          'malformed-1.0-py3-none-any',
          '-1.0-py3-none-any.whl',
          'malformed--py3-none-any.whl',
          'malformed-1.0-x-py3-none-any.whl',
          '%E0%A4%A',
          `${'x'.repeat(250)}-1.0-py3-none-any.whl`,
          'malformed-1.0-py3-none-any.whl%2f..',
          'a\\b.whl',
          '%20.whl',
          `malformed-1.0-${'py3.'.repeat(40)}py3-${'none.'.repeat(20)}none-any.whl`,
        ].map((name) => put(name)),
      )),
      await put(wheel.filename, { 'x-content-sha256': 'x' }),
      await put(wheel.filename, { 'x-content-sha256': wheel.sha256.toUpperCase() }),
      await put(wheel.filename, { 'x-content-sha256': `${zeros}, ${zeros}` }),
      await put(wheel.filename, {}, ''),
      await put(wheel.filename, { authorization: 'Bearer x' }),
      await put(wheel.filename, { authorization: `Bearer ${claim.attempt_token}x` }),
      await put(wheel.filename, { authorization: 'Basic' }),
      ...(await Promise.all(
        (
          [
            ['GET', '/api/artifacts?limit=0'],
            ['GET', '/api/artifacts?limit=1001'],
            ['GET', '/api/artifacts?limit=x'],
            ['GET', '/api/artifacts?offset=-1'],
            ['GET', '/api/artifacts?name=%00'],
            ['GET', '/api/artifacts?name=a&name=b'],
            ['GET', '/api/artifacts?other=1'],
            ['GET', '/api/artifacts/x'],
            ['GET', `/api/artifacts/${zeros.slice(1)}`],
            ['GET', `/api/artifacts/${zeros}`],
            ['GET', '/api/artifacts/..%2f..'],
            ['POST', '/api/artifacts/x/yank'],
            ['POST', `/api/artifacts/${zeros}/yank`, { reason: 1 }],
            ['POST', `/api/artifacts/${zeros}/yank`, { reason: 'x'.repeat(501) }],
            ['POST', `/api/artifacts/${zeros}/yank`, { reason: 'a\u0000b' }],
            ['POST', `/api/artifacts/${zeros}/yank`, { why: '' }],
            ['POST', `/api/artifacts/${zeros}/yank`, []],
            ['POST', `/api/artifacts/${zeros}/unyank`, {}],
            ['DELETE', `/api/artifacts/${zeros}`],
            ['PUT', `/api/artifacts/${zeros}`],
            ['GET', '/api/manifest?limit=1001'],
            ['GET', '/api/manifest?run_id=%00'],
            ['GET', '/api/manifest?run_id='],
            ['GET', '/api/manifest?x=1'],
            ['POST', '/api/manifest'],
            ['POST', '/api/manifest', []],
            ['POST', '/api/manifest', null],
            ['POST', '/api/manifest', { ...manifest, run_id: '' }],
            ['POST', '/api/manifest', { ...manifest, run_id: '../x' }],
            ['POST', '/api/manifest', { ...manifest, entries: {} }],
            ['POST', '/api/manifest', { ...manifest, entries: [1] }],
            ['POST', '/api/manifest', { ...manifest, more: 1 }],
            ['POST', '/api/manifest', { ...manifest, entries: [{ ...entry, name: '../x' }] }],
            ['POST', '/api/manifest', { ...manifest, entries: [{ ...entry, wheel: 'a\u0000' }] }],
            ['POST', '/api/manifest', { ...manifest, entries: [{ ...entry, status: '\ud800' }] }],
            ['POST', '/api/manifest', { ...manifest, entries: [{ ...entry, size: -1 }] }],
            ['POST', '/api/manifest', { ...manifest, entries: [{ ...entry, size: 1e300 }] }],
            ['POST', '/api/manifest', { ...manifest, entries: [{ ...entry, sha256: 'x' }] }],
            ['PUT', '/api/manifest', manifest],
          ] as const
        ).map(([method, path, body]) => at.operate(method, path, body)),
      )),
    ];
    expect(answers.length).toBeGreaterThan(50);
    for (const [index, answer] of answers.entries()) {
      expect(answer.status, `${index} ${JSON.stringify(answer.body)}`).toBeGreaterThanOrEqual(400);
      expect(answer.status, `${index} ${JSON.stringify(answer.body)}`).toBeLessThan(500);
      expect(answer.body.error).toMatch(/^[A-Z_]+$/);
    }
    expect(await at.countRows()).toBe(before);
    expect(await at.controller.database.query('SELECT count(*) FROM manifest_entries')).toEqual(entries);
    expect(at.countTemporary()).toBe(0);
  });
});
