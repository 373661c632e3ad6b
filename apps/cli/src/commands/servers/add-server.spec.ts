import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CreatedBundle, ServerView } from '@ironwheel/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runAgainst } from '../../../test/command-fixture.ts';

const id = 'srv_01890000-0000-7000-8000-000000000001';
const at = '2026-01-01T00:00:00Z';
const server: ServerView = {
  server_id: id,
  name: 'alpha',
  pool: 'z15',
  description: '',
  address: '',
  labels: {},
  link_state: 'never',
  process_state: 'unknown',
  heartbeat_state: 'none',
  runtime_match: 'unmatched',
  matched_by: null,
  worker_id: null,
  agent: null,
  load: null,
  problems: [],
  revision: 1,
  created_at: at,
  archived_at: null,
};
const line = "curl --proto '=https' -fsS https://wheels.example/install/abc | sh";
const bundle: CreatedBundle = {
  bundle_id: 'bnd_1',
  server_id: id,
  pool: 'z15',
  state: 'issued',
  created_by: 'admin',
  created_at: at,
  expires_at: '2026-01-01T00:15:00Z',
  downloaded_at: null,
  used_at: null,
  revoked_at: null,
  install_url: 'https://wheels.example/install/abc',
  install_line: line,
};

describe('ironwheel servers add', () => {
  let http: Server;
  let run: ReturnType<typeof runAgainst>;
  let calls: { call: string; body: unknown }[];
  let bundleAnswer: { status: number; body: unknown };
  beforeEach(async () => {
    calls = [];
    bundleAnswer = { status: 201, body: bundle };
    http = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        const call = `${request.method ?? ''} ${request.url ?? ''}`;
        calls.push({ call, body: text === '' ? undefined : JSON.parse(text) });
        const found = call.startsWith('GET ') ? { items: [server] } : server;
        const answer = call.endsWith('/bundle') ? bundleAnswer : { status: 201, body: found };
        response.writeHead(answer.status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(answer.body));
      });
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    run = runAgainst(`http://127.0.0.1:${(http.address() as AddressInfo).port}`, 'token');
  });
  afterEach(async () => {
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  });

  it('adds the server and prints its one line alone, and until when it works beside it', async () => {
    const labels = ['--label', 'arch=s390x', '--label', 'memory=64 GiB'];
    const { code, out, notes } = await run('servers', 'add', 'alpha', '--pool', 'z15', ...labels);
    expect([code, out]).toEqual([0, `${line}\n`]);
    expect(notes).toContain('2026-01-01T00:15:00Z');
    expect(calls).toEqual([
      {
        call: 'POST /api/servers',
        body: { name: 'alpha', pool: 'z15', labels: { arch: 's390x', memory: '64 GiB' } },
      },
      { call: `POST /api/servers/${id}/bundle`, body: {} },
    ]);
  });

  it('gives server and bundle as one JSON document', async () => {
    const { out } = await run('servers', 'add', 'alpha', '--json');
    expect(JSON.parse(out)).toEqual({ server, bundle });
  });

  it('says that the server is there when no line could be made, and how to get one', async () => {
    const body = { error: 'SERVICE_UNAVAILABLE', detail: 'No certificate yet.', correlation_id: 'c' };
    bundleAnswer = { status: 503, body };
    const { code, out, notes } = await run('servers', 'add', 'alpha');
    expect([code, out]).toEqual([3, '']);
    expect(notes).toContain(`alpha (${id}) was added`);
    expect(notes).toContain('No certificate yet.');
    expect(notes).toContain('ironwheel servers bundle alpha');
    const asJson = await run('servers', 'add', 'alpha', '--json');
    expect(JSON.parse(asJson.out)).toMatchObject({
      error: 'SERVICE_UNAVAILABLE',
      detail: expect.stringContaining('was added') as string,
      hint: expect.stringContaining('servers bundle alpha') as string,
    });
  });

  it('makes the line anew for a server that is there', async () => {
    const { code, out } = await run('servers', 'bundle', 'alpha');
    expect([code, out]).toEqual([0, `${line}\n`]);
    expect(calls.map(({ call }) => call)).toEqual([
      'GET /api/servers?q=alpha&archived=false&limit=1',
      `POST /api/servers/${id}/bundle`,
    ]);
  });

  it('prints no control character of an answer', async () => {
    bundleAnswer = { status: 201, body: { ...bundle, install_line: 'echo \u001b[2Jx' } };
    expect((await run('servers', 'bundle', 'alpha')).out).toBe('echo x\n');
  });
});
