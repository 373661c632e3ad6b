import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { createSampleWheel, FakeIndex, startController, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSdist, writeWheel } from './archive-fixtures.ts';

/** The fields of the wire that these tests look at. */
interface WireBody {
  readonly error: string;
  readonly issues: readonly { path: string; message: string }[];
  readonly to_build: readonly string[];
  readonly reuse: readonly string[];
  readonly input_ids: readonly string[];
  readonly items: readonly { input_id: string; kind: string; sha256: string }[];
  readonly dry_run: boolean;
}
interface Answer {
  readonly status: number;
  readonly body: WireBody;
}

describe('inputs', () => {
  let controller: TestController;
  let index: FakeIndex;

  beforeAll(async () => {
    index = await FakeIndex.start();
    // What an sdist without [build-system] is built with.
    index.add('setuptools', createSampleWheel({ name: 'setuptools', version: '80.0' }));
    controller = await startController({
      env: {
        INDEX_URL: index.url,
        PYTHON_VERSION: '3.12',
        PLATFORM_TAG: 'manylinux_2_28_s390x',
        INPUT_MAX_BYTES: '100000',
        INPUT_TEXT_MAX_BYTES: '2000',
        INPUT_MAX_FILES: '3',
      },
    });
  });
  afterAll(async () => {
    await controller.close();
    await index.close();
  });

  async function call(method: string, path: string, body?: unknown): Promise<Answer> {
    const isForm = body instanceof FormData;
    const answer = await fetch(controller.url + path, {
      method,
      headers: {
        authorization: `Bearer ${controller.adminToken}`,
        ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as WireBody };
  }
  const upload = (...files: [string, string | Buffer][]): Promise<Answer> => {
    const form = new FormData();
    for (const [name, content] of files)
      form.append('file', new Blob([new Uint8Array(Buffer.from(content))]), name);
    return call('POST', '/api/inputs', form);
  };
  /** Names of all files in the data directory, without their folders. */
  const listKeptBytes = async (): Promise<string[]> =>
    (await readdir(controller.dataDirectory, { recursive: true })).map((path) => basename(path));
  const countInputs = async (): Promise<number> => {
    const [row] = await controller.database.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM inputs',
    );
    return row?.count ?? -1;
  };

  it('keeps what is handed in, and lists it as pending until a plan takes it', async () => {
    const uploaded = await upload(
      ['requirements.txt', 'sdisted\n'],
      ['demo-1.0-py3-none-any.whl', writeWheel('demo', '1.0')],
      ['sdisted-3.0.tar.gz', writeSdist('sdisted-3.0')],
    );
    expect(uploaded.status).toBe(201);
    expect(uploaded.body.items.map((item) => item.kind)).toEqual(['requirements', 'wheel', 'sdist']);
    const [first] = uploaded.body.items;
    expect((await call('GET', `/api/inputs/${first!.input_id}`)).body).toEqual(first);
    expect((await call('GET', '/api/inputs/pending')).body.items).toHaveLength(3);

    const plan = (await call('POST', '/api/plan/compute', {})).body;
    expect(plan.to_build).toEqual(['sdisted==3.0']);
    expect(plan.reuse).toEqual(['demo==1.0']);
    expect(plan.input_ids).toEqual(uploaded.body.items.map((item) => item.input_id));
    expect((await call('GET', '/api/inputs/pending')).body.items).toEqual([]);
    const inUse = await call('DELETE', `/api/inputs/${first!.input_id}`);
    expect([inUse.status, inUse.body.error]).toEqual([409, 'INPUT_IN_USE']);
  });

  it('deletes a pending input, and only tells what it would do in a dry run', async () => {
    const { input_id: id, sha256 } = (await upload(['constraints.txt', 'native<1.1\n'])).body.items[0]!;
    expect((await call('DELETE', `/api/inputs/${id}?dry_run=true`)).body.dry_run).toBe(true);
    expect((await call('GET', `/api/inputs/${id}`)).status).toBe(200);
    expect(await listKeptBytes()).toContain(sha256);
    expect((await call('DELETE', `/api/inputs/${id}`)).status).toBe(200);
    expect(await listKeptBytes()).not.toContain(sha256);
    expect((await call('GET', `/api/inputs/${id}`)).body.error).toBe('INPUT_NOT_FOUND');
  });

  it('takes all files of a call or none, and names every problem', async () => {
    const before = await countInputs();
    const answer = await upload(
      ['requirements.txt', 'native\n'],
      ['bad.txt', 'no good ==\n-e x\n'],
      ['uv.lock', 'version = 2'],
    );
    expect([answer.status, answer.body.error]).toEqual([422, 'INPUT_INVALID']);
    expect(answer.body.issues.map((issue) => issue.path)).toEqual(['bad.txt', 'bad.txt', 'uv.lock']);
    expect(await countInputs()).toBe(before);
  });

  const form = (boundary: string, ...parts: string[]): [string, string] => [
    `multipart/form-data; boundary=${boundary}`,
    `${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--\r\n`,
  ];
  const file = (filename: string, content = 'native\n'): string =>
    `Content-Disposition: form-data; name="file"; ${filename}\r\nContent-Type: text/plain\r\n\r\n${content}`;
  const hostileForms: [string, string, string][] = [
    ['no type', '', 'x'],
    ['json', 'application/json', '{}'],
    ['text', 'text/plain', 'native'],
    ['no boundary', 'multipart/form-data', 'x'],
    ['an empty boundary', 'multipart/form-data; boundary=', 'x'],
    ['a long boundary', `multipart/form-data; boundary=${'b'.repeat(300)}`, 'x'],
    ['an empty body', 'multipart/form-data; boundary=b', ''],
    ['a body that is no form', 'multipart/form-data; boundary=b', 'nothing of the kind'],
    ['a form that is cut off', 'multipart/form-data; boundary=b', `--b\r\n${file('filename="r.txt"')}`],
    ['a cut header', 'multipart/form-data; boundary=b', '--b\r\nContent-Dispo'],
    ['no files', ...form('b')],
    ['a field', ...form('b', 'Content-Disposition: form-data; name="x"\r\n\r\ny')],
    ['a field of __proto__', ...form('b', 'Content-Disposition: form-data; name="__proto__"\r\n\r\ny')],
    ['no file name', ...form('b', file('filename=""'))],
    ['a path up', ...form('b', file('filename="../../requirements.txt"'))],
    ['an absolute path', ...form('b', file('filename="/etc/requirements.txt"'))],
    ['a backslash path', ...form('b', file('filename="..\\\\..\\\\requirements.txt"'))],
    ['two dots', ...form('b', file('filename=".."'))],
    ['an encoded path', ...form('b', file("filename*=utf-8''..%2f..%2frequirements.txt"))],
    ['an encoded NUL', ...form('b', file("filename*=utf-8''a%00.txt"))],
    ['a control character', ...form('b', file('filename="a\u0001.txt"'))],
    ['a long name', ...form('b', file(`filename="${'a'.repeat(300)}.txt"`))],
    ['an unknown kind', ...form('b', file('filename="program.exe"'))],
    ['a wheel that is none', ...form('b', file('filename="a-1.0-py3-none-any.whl"'))],
    ['an sdist that is none', ...form('b', file('filename="a-1.0.tar.gz"'))],
    ['a lock file', ...form('b', file('filename="pylock.toml"'))],
    ['bad lines', ...form('b', file('filename="r.txt"', '=== ???\n'))],
    ['a URL with a secret in a bad line', ...form('b', file('filename="r.txt"', 'x @@ https://u:pw@h/\n'))],
    ['a text that is too large', ...form('b', file('filename="r.txt"', '#\n'.repeat(2000)))],
    ['a file that is too large', ...form('b', file('filename="r.txt"', '#\n'.repeat(60_000)))],
    ['too many files', ...form('b', ...Array.from({ length: 4 }, () => file('filename="r.txt"')))],
  ];
  it.each(hostileForms)('refuses a form with %s and keeps nothing', async (_label, type, body) => {
    const before = await countInputs();
    const answer = await fetch(`${controller.url}/api/inputs`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${controller.adminToken}`,
        ...(type === '' ? {} : { 'content-type': type }),
      },
      body,
    });
    const text = await answer.text();
    expect(answer.status, text).toBeGreaterThanOrEqual(400);
    expect(answer.status, text).toBeLessThan(500);
    expect((JSON.parse(text) as WireBody).error).toMatch(/^[A-Z_]+$/);
    expect(text).not.toContain('u:pw');
    expect(await countInputs()).toBe(before);
  });

  it.each([
    ['GET', '/api/inputs/inp_1'],
    ['GET', '/api/inputs/%00'],
    ['GET', '/api/inputs/..%2F..%2Fetc'],
    ['GET', '/api/inputs/inp_01890000-0000-7000-8000-000000000000'],
    ['DELETE', '/api/inputs/inp_01890000-0000-7000-8000-000000000000'],
    ['DELETE', '/api/inputs/inp_01890000-0000-7000-8000-000000000000?dry_run=maybe'],
    ['DELETE', '/api/inputs/inp_x'],
    ['GET', '/api/inputs?limit=0'],
    ['GET', '/api/inputs?limit=x'],
    ['GET', '/api/inputs?order=1'],
    ['GET', '/api/inputs/pending?offset=-1'],
  ])('refuses %s %s', async (method, path) => {
    const answer = await call(method, path);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.body.error).toMatch(/^[A-Z_]+$/);
  });
});
