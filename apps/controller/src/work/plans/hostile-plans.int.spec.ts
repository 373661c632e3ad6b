import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  callController,
  createSampleWheel,
  startController,
  type TestAnswer,
  type TestController,
  type ZipMember,
} from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  countRows,
  HostileIndex,
  jsonType,
  listKeptFiles,
  secret,
  type ListedFile,
} from './hostile-plans-fixture.ts';

const wheelOf = (name: string, change?: (members: ZipMember[]) => ZipMember[]): ListedFile =>
  createSampleWheel({ name, ...(change === undefined ? {} : { change }) });
const metadataOf = (name: string, more = ''): string =>
  `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n${more}`;
const hundredMegabytes = 'Classifier: x\n'.repeat(7_500_000);

/** What an index does with the project of the case's name; then what the answer says of it, and where. */
interface IndexCase {
  readonly does: (index: HostileIndex, name: string) => void;
  readonly code: 'PLAN_INDEX_UNREACHABLE' | 'PLAN_UNRESOLVABLE';
  readonly says: RegExp;
  /** Below the index's origin, `NAME` for the name. */
  readonly where: string;
}
const page = '/simple/NAME/';
const file = '/files/NAME-1.0-py3-none-any.whl';
const badPage = (says: RegExp, does: IndexCase['does']): IndexCase => ({
  does,
  code: 'PLAN_INDEX_UNREACHABLE',
  says,
  where: page,
});
const badFile = (says: RegExp, does: IndexCase['does'], where = file): IndexCase => ({
  does,
  code: 'PLAN_UNRESOLVABLE',
  says,
  where,
});

const cases: Record<string, IndexCase> = {
  'never-answers': badPage(/no whole answer/, (index, name) => index.page(name, () => undefined)),
  'hangs-in-the-middle': badPage(/no whole answer/, (index, name) =>
    index.page(name, (_, response) => response.writeHead(200, { 'content-type': jsonType }).write('{')),
  ),
  'is-a-captive-portal': badPage(/HTML of something else/, (index, name) =>
    index.text(`/simple/${name}/`, '<title>Sign in</title><a href="/go">Go</a>', 'text/html'),
  ),
  'shows-the-page-of-another': badPage(/another project/, (index, name) =>
    index.text(
      `/simple/${name}/`,
      '<!DOCTYPE html><a href="../../files/bar-1.0.tar.gz">bar-1.0.tar.gz</a>',
      'text/html',
    ),
  ),
  'redirects-to-itself': badPage(/circle/, (index, name) =>
    index.page(name, (request, response) => response.writeHead(302, { location: request.url }).end()),
  ),
  'redirects-to-a-file': badPage(/not https/, (index, name) =>
    index.page(name, (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end()),
  ),
  'answers-an-error': badPage(/status 500/, (index, name) =>
    index.text(`/simple/${name}/`, `trace ${secret}`, 'text/html', 500),
  ),
  refuses: badPage(/credentials/, (index, name) => index.text(`/simple/${name}/`, secret, 'text/plain', 403)),
  'cuts-off': badPage(/connection failed/, (index, name) =>
    index.page(name, (_, response) => {
      response.writeHead(200, { 'content-type': jsonType, 'content-length': '500' }).write('{"files":');
      response.destroy();
    }),
  ),
  'lies-about-a-wheel': badFile(/is not what it claims/, (index, name) =>
    index.list(name, { ...wheelOf(name), sha256: 'a'.repeat(64) }),
  ),
  'lies-about-metadata': badFile(
    /is not what it claims/,
    (index, name) =>
      index.list(name, { ...wheelOf(name), metadata: metadataOf(name), metadataSha256: 'a'.repeat(64) }),
    `${file}.metadata`,
  ),
  'has-a-corrupt-zip': badFile(/zip archive/, (index, name) =>
    index.list(name, {
      filename: `${name.replaceAll('-', '_')}-1.0-py3-none-any.whl`,
      bytes: Buffer.alloc(500, 'x'),
    }),
  ),
  'has-metadata-of-another': badFile(/of another project/, (index, name) =>
    index.list(name, { ...wheelOf('bar'), filename: `${name.replaceAll('-', '_')}-1.0-py3-none-any.whl` }),
  ),
  'has-metadata-in-latin-1': badFile(
    /not UTF-8/,
    (index, name) =>
      index.list(name, {
        ...wheelOf(name),
        metadata: Buffer.from(metadataOf(name, 'Author: é\n'), 'latin1'),
      }),
    `${file}.metadata`,
  ),
  'has-metadata-with-nul': badFile(
    /METADATA: .*\\u0000/,
    (index, name) =>
      index.list(name, { ...wheelOf(name), metadata: metadataOf(name, 'Requires-Dist: bar\0\n') }),
    `${file}.metadata`,
  ),
  'has-100-mb-of-metadata': {
    code: 'PLAN_INDEX_UNREACHABLE',
    says: /larger than/,
    where: `${file}.metadata`,
    does: (index, name) =>
      index.list(name, { ...wheelOf(name), metadata: Buffer.from(metadataOf(name, hundredMegabytes)) }),
  },
  'unpacks-to-100-mb-of-metadata': badFile(/METADATA" has 105\d+ bytes/, (index, name) =>
    index.list(
      name,
      wheelOf(name, (members) =>
        members.map((one) =>
          one.name.endsWith('/METADATA') ? { ...one, content: metadataOf(name, hundredMegabytes) } : one,
        ),
      ),
    ),
  ),
};

describe('a plan from a hostile index', () => {
  let index: HostileIndex;
  let controller: TestController;
  const logs: string[] = [];
  beforeAll(async () => {
    index = await HostileIndex.start();
    index.list('sound', createSampleWheel({ name: 'sound' }));
    controller = await startController({
      env: {
        INDEX_URL: index.url,
        PYTHON_VERSION: '3.12',
        PLATFORM_TAG: 'manylinux_2_28_s390x',
        INDEX_TIMEOUT_S: '1',
      },
      onLog: (line) => logs.push(line),
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

  it.each(Object.entries(cases))(
    'that %s names the address, writes nothing, and is made once the index is healed',
    async (name, { does, code, says, where }) => {
      does(index, name);
      const answer = await refuse({ requirements: ['sound', name] });
      expect([answer.status, answer.body.error]).toEqual([code === 'PLAN_UNRESOLVABLE' ? 422 : 503, code]);
      expect(answer.body.detail).toMatch(says);
      const path =
        where === page ? where.replace('NAME', name) : where.replace('NAME', name.replaceAll('-', '_'));
      expect(answer.body.detail).toContain(index.origin + path);
      index.list(name, { ...wheelOf(name), metadata: metadataOf(name) });
      const healed = await compute({ requirements: ['sound', name] });
      expect(healed.body).toMatchObject({ nodes: [{ verdict: 'reuse' }, { verdict: 'reuse' }] });
    },
  );

  it('that redirects to a service of this network shows nothing of its answer', async () => {
    index.page('redirected', (_request, response) =>
      response.writeHead(302, { location: `${controller.url}/api/health` }).end(),
    );
    const page = await refuse({ requirements: ['redirected'] });
    expect(page.body).toMatchObject({ error: 'PLAN_INDEX_UNREACHABLE' });
    index.text('/internal/status', 'INTERNAL-ANSWER root:x:0:0');
    index.answer('/hop/inner-1.0-py3-none-any.whl', (_request, response) =>
      response.writeHead(302, { location: `${index.origin}/internal/status` }).end(),
    );
    const file = await refuse({ requirements: [`inner @ ${index.origin}/hop/inner-1.0-py3-none-any.whl`] });
    expect(file.body).toMatchObject({ error: 'PLAN_UNRESOLVABLE' });
    expect(JSON.stringify([page.body, file.body])).not.toMatch(/INTERNAL|root:|"status":"/);
  });

  it.each<[string, 'INPUT_INVALID' | 'PLAN_UNRESOLVABLE' | 'PLAN_INDEX_UNREACHABLE']>([
    ['a @ file:///etc/a-1.0.tar.gz', 'PLAN_UNRESOLVABLE'],
    ['a @ ftp://h/a-1.0.tar.gz', 'PLAN_UNRESOLVABLE'],
    ['a @ http://169.254.169.254/latest/meta-data/', 'PLAN_UNRESOLVABLE'],
    ['a @ javascript:alert(1)', 'PLAN_UNRESOLVABLE'],
    [`a @ http://u:${secret}@127.0.0.1:1/a-1.0-py3-none-any.whl`, 'PLAN_UNRESOLVABLE'],
    [`a @ http://127.0.0.1:1/a-1.0-py3-none-any.whl?token=${secret}`, 'PLAN_INDEX_UNREACHABLE'],
    [`a @ git+https://u:${secret}@h/x`, 'PLAN_UNRESOLVABLE'],
    [`a @ git+https://${secret}@h/x`, 'PLAN_UNRESOLVABLE'],
    [`a @ git+ssh://git:${secret}@h/x`, 'PLAN_UNRESOLVABLE'],
    [`a @ hg+https://u:${secret}@h/x`, 'PLAN_UNRESOLVABLE'],
    [`a @ https://u:${secret}@[::/x.whl`, 'PLAN_UNRESOLVABLE'],
    ['a @ git+https://h/x@--upload-pack=sh', 'PLAN_UNRESOLVABLE'],
    [`-e git+https://u:${secret}@h/x#egg=y`, 'INPUT_INVALID'],
    [`-r http://u:${secret}@h/x.txt`, 'INPUT_INVALID'],
    [`-f http://u:${secret}@h/`, 'INPUT_INVALID'],
    [`https://u:${secret}@h/x-1.0.tar.gz`, 'INPUT_INVALID'],
    ['${HOME}', 'INPUT_INVALID'],
    ['sound==${WORKER_TOKEN}', 'INPUT_INVALID'],
    ['sound --hash=sha256:zz', 'INPUT_INVALID'],
    [`sound; ${'('.repeat(1900)}`, 'INPUT_INVALID'],
    ['sound; python_version ~= "nonsense"', 'PLAN_UNRESOLVABLE'],
    ['sound\u202e', 'INPUT_INVALID'],
    ['so\u00fcnd', 'INPUT_INVALID'],
    ['sound\u0000', 'INPUT_INVALID'],
    ['sound\nother', 'INPUT_INVALID'],
    ['..', 'INPUT_INVALID'],
    ['a'.repeat(300), 'INPUT_INVALID'],
    [`sound>=${'1.'.repeat(900)}1`, 'INPUT_INVALID'],
    [`sound==${'9'.repeat(1900)}`, 'INPUT_INVALID'],
    ['__proto__', 'INPUT_INVALID'],
    ['sound[__proto__]', 'INPUT_INVALID'],
  ])('is not made of the line %j, which is named', async (line, code) => {
    const answer = await refuse({ requirements: ['sound', line] });
    expect(answer.body.error, JSON.stringify(answer.body)).toBe(code);
    if (code !== 'PLAN_INDEX_UNREACHABLE') expect(answer.body.detail).toContain('requirements:2');
  });

  const git = (source: object): object => ({ packages: { sound: { version: '1.0', source } } });
  it.each<[string, object, number]>([
    ['a source with credentials', git({ git: `https://u:${secret}@h/x`, rev: 'main' }), 422],
    ['a source on this machine', git({ git: 'file:///etc', rev: 'main' }), 422],
    ['a state that git takes for an option', git({ git: 'https://h/x', rev: '--upload-pack=sh' }), 422],
    ['a state with NUL', git({ git: 'https://h/x', rev: 'a\u0000' }), 422],
    ['a folder outside', git({ git: 'https://h/x', rev: 'main', subdirectory: '../..' }), 422],
    ['a file on this machine', git({ url: 'file:///etc/sound-1.0.tar.gz' }), 422],
    ['a file with credentials', git({ url: `https://u:${secret}@h/sound-1.0.tar.gz` }), 422],
    ['stated needs with NUL', { packages: { sound: { metadata: { requires_dist: ['b\u0000'] } } } }, 422],
    ['a package twice', { packages: { 'so.und': { excluded: 'a' }, so_und: { excluded: 'b' } } }, 400],
    ['a package that is no name', { packages: { 'so/und': {} } }, 400],
    ['more packages than the bound', { max_deps: 1, requirements: ['sound', 'other'] }, 422],
    ['extras of no lock', { extras: Array.from({ length: 500 }, (_, at) => `e${at}`) }, 422],
    ['too many extras', { extras: Array.from({ length: 501 }, (_, at) => `e${at}`) }, 400],
    ['too many excludes', { excludes: Array.from({ length: 1001 }, (_, at) => `e${at}`) }, 400],
    ['overrides that contradict themselves', { overrides: ['sound==1', 'sound==2'] }, 422],
    ['a constraint with a URL', { constraints: ['sound @ https://h/sound-1.0.tar.gz'] }, 422],
    ['a day after every day', { exclude_newer: '10000-01-01T00:00:00Z' }, 400],
    ['a platform beyond numbers', { platform_tag: `manylinux_${'9'.repeat(30)}_1_s390x` }, 400],
  ])('is not made with %s', async (_what, rules, status) => {
    const answer = await refuse({ requirements: ['sound'], ...rules });
    expect(answer.status, JSON.stringify(answer.body)).toBe(status);
    expect(['REQUEST_INVALID', 'INPUT_INVALID', 'PLAN_UNRESOLVABLE']).toContain(answer.body.error);
  });

  it.each<[string, string]>([
    [
      'a prototype among the packages',
      '{"requirements":["sound"],"packages":{"__proto__":{"excluded":"x"}}}',
    ],
    ['a prototype of the call', '{"requirements":["sound"],"__proto__":{"x":1}}'],
    ['half a body', '{"requirements":["sound"]'],
  ])('is not made with %s', async (_what, body) => {
    const before = await countRows(controller.database);
    const answer = await fetch(`${controller.url}/api/plan/compute`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${controller.adminToken}` },
    });
    expect([answer.status, ((await answer.json()) as { error: string }).error]).toEqual([
      400,
      'REQUEST_MALFORMED',
    ]);
    expect(await countRows(controller.database)).toEqual(before);
  });

  it('knows no magic names, and bears a thousand excludes beside ten thousand overrides', async () => {
    const magic = ['constructor', 'toString', 'hasOwnProperty', 'valueOf'];
    const unknown = await compute({ requirements: magic, packages: { constructor: { excluded: 'no' } } });
    expect(unknown.status, unknown.body.detail).toBe(201);
    expect(unknown.body['nodes']).toEqual([]);
    const rules = {
      excludes: Array.from({ length: 1000 }, (_, at) => `e${at}`),
      overrides: Array.from({ length: 10_000 }, (_, at) => `o${at}==${at}`),
    };
    expect((await compute({ requirements: ['sound'], ...rules })).body['nodes']).toMatchObject([
      { name: 'sound' },
    ]);
    for (const day of ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z']) {
      expect((await compute({ requirements: ['sound'], exclude_newer: day })).status).toBe(201);
    }
  });

  it('tells its secrets to nobody: no row, no log line, no answer and no file of the cache holds one', async () => {
    index.list('needed', { filename: 'needed-1.0.tar.gz', bytes: Buffer.from('no archive') });
    const planned = await compute({ requirements: ['sound', 'needed'], enqueue: true });
    expect(planned.status, planned.body.detail).toBe(201);
    const told = [JSON.stringify(planned.body), ...logs];
    for (const path of ['/api/plans', '/api/config', '/api/history', '/api/plan']) {
      const answer = await callController(controller, 'GET', path, controller.adminToken);
      told.push(JSON.stringify(answer.body));
    }
    for (const table of Object.keys(await countRows(controller.database))) {
      const rows = await controller.database.query<{ row: string }>(
        `SELECT t::text AS row FROM "${table}" t`,
      );
      told.push(...rows.map(({ row }) => row));
    }
    for (const path of await readdir(controller.dataDirectory, { recursive: true, withFileTypes: true })) {
      if (path.isFile()) told.push(await readFile(join(path.parentPath, path.name), 'latin1'));
    }
    const secrets = [secret, Buffer.from(`user:${secret}`).toString('base64')];
    expect(told.filter((text) => secrets.some((one) => text.includes(one)))).toEqual([]);
    expect(told.length).toBeGreaterThan(50);
  });
});
