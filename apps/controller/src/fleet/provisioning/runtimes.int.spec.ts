import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  callController,
  createTestDirectory,
  removeTestDirectory,
  startController,
  type TestController,
} from '@ironwheel/testing';
import { create, list } from 'tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The first bytes of a 64-bit program; e_machine in the byte order of the machine. */
const elf = (machine: number, isBigEndian = false): Buffer => {
  const header = Buffer.alloc(4096, 7);
  header.write('\x7fELF', 0, 'latin1');
  header[4] = 2;
  header[5] = isBigEndian ? 2 : 1;
  if (isBigEndian) header.writeUInt16BE(machine, 18);
  else header.writeUInt16LE(machine, 18);
  return header;
};
const x86 = elf(62);
const s390x = elf(22, true);

describe('Node runtimes for hosts', () => {
  let controller: TestController;
  let directory: string;
  beforeAll(async () => {
    directory = createTestDirectory('runtimes');
    controller = await startController({ env: { RUNTIME_MAX_BYTES: '1048576' } });
  });
  afterAll(async () => {
    await controller.close();
    removeTestDirectory(directory);
  });

  const pack = async (top: string, files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> => {
    const place = createTestDirectory('release');
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(place, top, name)), { recursive: true });
      writeFileSync(join(place, top, name), content);
    }
    const file = join(place, 'release.tar.gz');
    await create({ file, cwd: place, gzip: true }, [top]);
    const packed = readFileSync(file);
    removeTestDirectory(place);
    return packed;
  };
  const release = (version: string, program: Buffer): Promise<Buffer> =>
    pack(`node-v${version}-linux-any`, { 'bin/node': program, LICENSE: 'free', 'lib/big.js': 'x' });
  const send = async (body: Buffer | string, query = '', token = controller.adminToken) => {
    const answer = await fetch(`${controller.url}/api/runtimes${query}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
      body: new Uint8Array(Buffer.from(body)),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, string> };
  };
  const refusalOf = async (body: Buffer | string, query = ''): Promise<string> => {
    const { status, body: answer } = await send(body, query);
    expect([status, answer['error']]).toEqual([422, 'RUNTIME_INVALID']);
    return answer['detail'] ?? '';
  };

  it('takes a release and gives hosts of its architecture the program and its licence', async () => {
    const imported = await send(await release('24.21.0', s390x), '?arch=s390x');
    expect(imported).toMatchObject({ status: 201, body: { arch: 's390x', version: '24.21.0' } });
    const answer = await fetch(`${controller.url}/install/files/${imported.body['sha256']}/node.tar.gz`);
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(imported.body['sha256']);
    expect(bytes.length).toBe(Number(imported.body['bytes']));
    const file = join(directory, 'got.tar.gz');
    writeFileSync(file, bytes);
    const members: string[] = [];
    await list({ file, onReadEntry: (entry) => void members.push(`${entry.path} ${entry.size}`) });
    expect(members).toEqual(['LICENSE 4', 'bin/node 4096']);
  });

  it('keeps one for each architecture, the newest, and leaves nothing of others behind', async () => {
    await send(await release('24.1.0', x86));
    await send(await release('26.0.1', x86));
    const listed = await callController(controller, 'GET', '/api/runtimes', controller.adminToken);
    expect(listed.body.items.map((item) => `${String(item['arch'])} ${String(item['version'])}`)).toEqual([
      'x86_64 26.0.1',
      's390x 24.21.0',
    ]);
    expect(
      readdirSync(join(controller.dataDirectory, 'runtimes')).filter((name) => name.endsWith('.gz')),
    ).toHaveLength(2);
  });

  it('refuses what hosts could not run, and says why', async () => {
    const good = await release('24.21.0', x86);
    expect(await refusalOf(good, '?arch=aarch64')).toContain('it is for x86_64, and aarch64 was asked for');
    expect(await refusalOf(await release('22.11.0', x86))).toContain('version 22.11.0');
    expect(await refusalOf(await release('24.21.0', elf(3)))).toContain('no 64-bit Linux program');
    expect(await refusalOf(await release('24.21.0', Buffer.from('#!/bin/sh\n')))).toContain(
      'no 64-bit Linux',
    );
    expect(await refusalOf(await pack('node-v24.21.0-linux-x64', { 'bin/npm': 'x' }))).toContain(
      'no bin/node',
    );
    expect(await refusalOf(await pack('node', { 'bin/node': x86 }))).toContain('does not tell its version');
    expect(await refusalOf('no archive at all, only some text')).toContain('neither a .tar.gz nor');
    expect(await refusalOf(gzipSync('no tar inside of this one'))).toMatch(/unpacked|bin\/node/);
    expect(await refusalOf('')).toContain('neither');
  });

  it.each([0.1, 0.5, 0.95])('refuses a release of which only a part of %d came', async (part) => {
    const whole = await release(
      '24.21.0',
      Buffer.concat([x86, Buffer.from(crypto.getRandomValues(new Uint8Array(60_000)))]),
    );
    expect(await refusalOf(whole.subarray(0, Math.floor(whole.length * part)))).toMatch(
      /cannot be unpacked|no bin\/node/,
    );
  });

  it('reads the version of a release that was packed anew from its header file', async () => {
    const header =
      '#define NODE_MAJOR_VERSION 24\n#define NODE_MINOR_VERSION 5\n#define NODE_PATCH_VERSION 2\n';
    const packed = await pack('mine', { 'bin/node': elf(183), 'include/node/node_version.h': header });
    expect((await send(packed)).body).toMatchObject({ arch: 'aarch64', version: '24.5.2' });
  });

  it('bounds what it takes, and takes it from administrators only', async () => {
    const big = await send(Buffer.alloc(1_048_577, 1));
    expect(big).toMatchObject({ status: 413, body: { error: 'REQUEST_TOO_LARGE' } });
    const minted = await callController(controller, 'POST', '/api/tokens', controller.adminToken, {
      name: 'op',
      role: 'operator',
    });
    expect((await send(await release('24.21.0', x86), '', minted.body.token)).status).toBe(403);
    const left = readdirSync(join(controller.dataDirectory, 'runtimes')).filter((name) =>
      name.startsWith('.'),
    );
    expect(left).toEqual([]);
  });

  it('takes one out again, and shows with dry_run what that would be', async () => {
    const call = (path: string) => callController(controller, 'DELETE', path, controller.adminToken);
    expect((await call('/api/runtimes/s390x?dry_run=true')).body).toMatchObject({
      dry_run: true,
      arch: 's390x',
    });
    expect((await call('/api/runtimes/s390x')).status).toBe(200);
    expect((await call('/api/runtimes/s390x')).body.error).toBe('RUNTIME_NOT_FOUND');
    expect((await call('/api/runtimes/sparc')).status).toBe(400);
  });
});
