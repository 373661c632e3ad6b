import {
  hintListSchema,
  hintTestAnswerSchema,
  hintViewSchema,
  type HintTestAnswer,
  type HintView,
} from '@ironwheel/contracts';
import { callController, startController, type TestAnswer, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClaimsFixture } from '../../../test/claims-fixture.ts';

let controller: TestController;
let fixture: ClaimsFixture;
beforeAll(async () => {
  controller = await startController();
  fixture = new ClaimsFixture(controller);
});
afterAll(() => controller.close());

const call = (method: string, path: string, body?: unknown): Promise<TestAnswer> =>
  fixture.operate(method, path, body);
const recipes = { apt: ['libfoo-dev'], dnf: ['foo-devel'] };
const create = async (more: Record<string, unknown> = {}): Promise<HintView> => {
  const answer = await call('POST', '/api/hints', { pattern: 'fatal error: foo\\.h', recipes, ...more });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return hintViewSchema.parse(answer.body);
};
const test = async (body: Record<string, unknown>): Promise<HintTestAnswer> => {
  const answer = await call('POST', '/api/hints/test', body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return hintTestAnswerSchema.parse(answer.body);
};

describe('hints', () => {
  it('begin with the catalogue, as it was shipped', async () => {
    const { items, total } = hintListSchema.parse((await call('GET', '/api/hints?limit=500')).body);
    expect(total).toBeGreaterThanOrEqual(54);
    const zlib = items.find(({ id }) => id === 'builtin-zlib');
    expect(zlib).toMatchObject({
      source: 'builtin',
      revision: 0,
      enabled: true,
      stats: { applied: 0, success: null },
    });
  });

  it('are made as seed 001 says, changed on top of what was read, and deleted', async () => {
    const hint = await create({ note: 'foo is needed' });
    expect(hint).toMatchObject({
      source: 'operator',
      revision: 1,
      recipes,
      note: 'foo is needed',
      package: null,
    });
    const body = { pattern: 'fatal error: foo/[a-z]+\\.h', recipes };
    const changed = await call('PUT', `/api/hints/${hint.id}`, { ...body, revision: 1 });
    expect(changed.body).toMatchObject({ revision: 2, note: 'foo is needed', pattern: body.pattern });
    const late = await call('PUT', `/api/hints/${hint.id}`, { ...body, revision: 1 });
    expect(late).toMatchObject({ status: 409, body: { error: 'REVISION_CONFLICT', revision: 2 } });
    expect((await call('DELETE', `/api/hints/${hint.id}?dry_run=true`)).body).toMatchObject({
      dry_run: true,
      deleted: false,
    });
    const audited = await callController(
      controller,
      'GET',
      `/api/audit?subject=${hint.id}`,
      controller.adminToken,
    );
    expect(audited.body.items.map(({ action }) => action)).toEqual(['PUT /api/hints/:id']);
    expect((await call('DELETE', `/api/hints/${hint.id}`)).body).toMatchObject({ deleted: true });
    expect((await call('GET', `/api/hints/${hint.id}`)).body).toMatchObject({ error: 'HINT_NOT_FOUND' });
    expect((await call('PUT', `/api/hints/${hint.id}`, body)).body).toMatchObject({
      error: 'HINT_NOT_FOUND',
    });
  });

  it('of the catalogue can be changed and put back, and not deleted', async () => {
    const path = '/api/hints/builtin-snappy';
    const before = hintViewSchema.parse((await call('GET', path)).body);
    expect((await call('DELETE', path)).body).toMatchObject({ error: 'HINT_BUILTIN' });
    const { patterns, recipes: shipped } = before;
    const off = await call('PUT', path, { patterns, recipes: shipped, enabled: false, revision: 0 });
    expect(off.body).toMatchObject({ source: 'builtin', revision: 1, enabled: false });
    const log = 's.cc:1:10: fatal error: snappy.h: No such file or directory';
    expect((await test({ log })).matches[0]).toMatchObject({
      is_offered: false,
      not_offered_because: 'disabled',
    });
    expect((await call('DELETE', path)).body).toMatchObject({ restored: true, deleted: false });
    expect((await test({ log })).matches[0]).toMatchObject({ hint_id: 'builtin-snappy', is_offered: true });
  });

  it('of the catalogue count on when they were put back, so that nobody overwrites what they have not seen', async () => {
    const path = '/api/hints/builtin-bzip2';
    const { patterns, recipes: shipped } = hintViewSchema.parse((await call('GET', path)).body);
    const save = (revision: number, note: string): Promise<TestAnswer> =>
      call('PUT', path, { patterns, recipes: shipped, note, revision });
    expect((await save(0, 'seen by a tab')).body).toMatchObject({ revision: 1 });
    expect((await save(1, 'and changed')).body).toMatchObject({ revision: 2 });
    await call('DELETE', path);
    expect((await call('GET', path)).body).toMatchObject({ revision: 0 });
    expect((await save(0, 'anew')).body).toMatchObject({ revision: 3 });
    for (const stale of [1, 2]) {
      expect(await save(stale, 'of the tab')).toMatchObject({ status: 409, body: { revision: 3 } });
    }
    await call('DELETE', path);
    expect((await save(0, 'once more')).body).toMatchObject({ revision: 4, note: 'once more' });
  });

  it.each([
    ['a pattern that needs to go back', { pattern: '(a)\\1' }, 422, 'HINT_PATTERN_INVALID'],
    ['a recipe without an action', { recipes: {} }, 422, 'HINT_INVALID'],
    ['a test that does not hold', { tests: [{ text: 'bar', matches: true }] }, 422, 'HINT_TEST_FAILED'],
    ['a pattern of 301 characters', { pattern: 'a'.repeat(301) }, 400, 'REQUEST_INVALID'],
    ['a field that nobody knows', { when: 'always' }, 400, 'REQUEST_INVALID'],
    ['a package that is a command', { recipes: { apt: ['$(reboot)'] } }, 400, 'REQUEST_INVALID'],
    [
      'a build requirement with an address',
      { recipes: { build_requires: ['a @ https://b.example/c'] } },
      400,
      'REQUEST_INVALID',
    ],
  ])('%s is refused', async (_what, more, status, code) => {
    const answer = await call('POST', '/api/hints', { pattern: 'foo', recipes, ...more });
    expect(answer).toMatchObject({ status, body: { error: code } });
  });

  it('are changed by operators only', async () => {
    const made = await call('POST', '/api/tokens', { name: `viewer-${Date.now()}`, role: 'viewer' });
    const { token } = made.body as { token: string };
    const refused = await callController(controller, 'POST', '/api/hints', token, { pattern: 'x', recipes });
    expect(refused).toMatchObject({ status: 403, body: { error: 'AUTH_FORBIDDEN' } });
    expect((await callController(controller, 'GET', '/api/hints', token)).status).toBe(200);
  });
});

describe('POST /hints/test', () => {
  const log = [
    'running build_ext',
    'x.c:2:10: fatal error: zlib.h: No such file or directory',
    'compilation terminated.',
    "error: command 'gcc' failed with exit code 1",
  ].join('\n');

  it('says which line matches and what would be done on each distribution', async () => {
    const { matches, suggestion, log_class: logClass } = await test({ log });
    expect(matches).toHaveLength(1);
    expect(matches[0]).toMatchObject({
      hint_id: 'builtin-zlib',
      line: { line_no: 2 },
      on: { apt: { apt: ['zlib1g-dev'], dnf: [] }, dnf: { apt: [], dnf: ['zlib-devel'] } },
      is_offered: true,
    });
    expect([suggestion, logClass]).toEqual([null, null]);
  });

  it('tries a draft beside the catalogue, and shows scope', async () => {
    const hint = { pattern: 'zlib\\.h', recipes, package: 'Foo_Bar', specifier: '<2' };
    const inScope = await test({ log, hint, package: 'foo.bar', version: '1.5' });
    expect(inScope.matches.map((match) => [match.hint_id, match.is_offered])).toEqual([
      [null, true],
      ['builtin-zlib', true],
    ]);
    const other = await test({ log, hint, package: 'foo.bar', version: '2.0' });
    expect(other.matches[0]).toMatchObject({ hint_id: null, not_offered_because: 'out_of_scope' });
  });

  it('suggests a hint for a log that none matches, and says what no package mends', async () => {
    const unknown = await test({ log: 'x.c:2:10: fatal error: strange/thing.h: No such file or directory' });
    expect(unknown.suggestion?.draft).toMatchObject({ pattern: 'fatal error: strange/thing\\.h' });
    const network = await test({
      log: 'error: Temporary failure in name resolution\n/bin/sh: 1: swig: not found',
    });
    expect(network).toMatchObject({
      log_class: { class: 'network', cause: 'provider' },
      matches: [],
      suggestion: null,
    });
  });

  it('wants one log, and an attempt that there is', async () => {
    expect((await call('POST', '/api/hints/test', {})).status).toBe(400);
    const gone = await call('POST', '/api/hints/test', { attempt_id: 'att_gone' });
    expect(gone.body).toMatchObject({ error: 'ATTEMPT_NOT_FOUND' });
  });
});

describe('standing hints', () => {
  it('go into each claim of their package, on top of nothing that was wished for', async () => {
    await create({
      pattern: undefined,
      package: 'Stands_Here',
      specifier: '<2',
      recipes: { apt: ['libstanding-dev'], env: { FLAVOUR: 'standing', ONLY: 'standing' } },
    });
    const wish = { apt: ['libwished-dev'], dnf: [], env: { FLAVOUR: 'wished' } };
    const body = { package: 'stands-here', version: '1.0', ...fixture.target, recipes: wish };
    await call('POST', '/api/queue/enqueue', body);
    const worker = await fixture.worker();
    const claim = await fixture.claim(worker);
    expect(claim.recipes).toEqual({
      apt: ['libstanding-dev', 'libwished-dev'],
      dnf: [],
      env: { FLAVOUR: 'wished', ONLY: 'standing' },
    });
  });
});
