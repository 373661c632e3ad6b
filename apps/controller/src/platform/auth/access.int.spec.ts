import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { Controller, Get, Injectable, Module, Post, type OnModuleInit } from '@nestjs/common';
import { startController, type TestController } from '@ironwheel/testing';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  AttemptToken,
  AttemptTokenService,
  CurrentActor,
  newId,
  Public,
  Roles,
  SigningKeys,
  WorkerTokenAllowed,
  type Actor,
} from '../index.ts';

const workerToken = 'a-shared-worker-token';
const worker = newId('worker');
const revokedWorker = newId('worker');
const keys = generateKeyPairSync('ed25519');
const spki = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();

@Controller('api/probe')
class ProbeController {
  @Get('viewer') @Roles('viewer') viewer(@CurrentActor() actor: Actor): Actor {
    return actor;
  }
  @Get('operator') @Roles('operator') operator(): string {
    return 'ok';
  }
  @Get('admin') @Roles('admin') admin(): string {
    return 'ok';
  }
  @Get('worker') @Roles('worker') worker(@CurrentActor() actor: Actor): Actor {
    return actor;
  }
  @Get('silent') silent(): string {
    return 'ok';
  }
  @Get('public') @Public() open(@CurrentActor() actor: Actor): Actor {
    return actor;
  }
  @Post('trigger') @Roles('operator') @WorkerTokenAllowed() trigger(@CurrentActor() actor: Actor): Actor {
    return actor;
  }
  @Post('change') @Roles('operator') change(): string {
    return 'ok';
  }
  @Get('attempts/:id') @AttemptToken() attempt(@CurrentActor() actor: Actor): Actor {
    return actor;
  }
}

@Injectable()
class TestKeys implements OnModuleInit {
  constructor(private readonly keys: SigningKeys) {}
  onModuleInit(): void {
    this.keys.bind('worker', {
      findKey: (id) =>
        Promise.resolve(
          id === worker || id === revokedWorker
            ? { id, name: 'anvil', publicKey: spki, refusal: id === revokedWorker ? 'revoked' : null }
            : null,
        ),
    });
  }
}

@Module({ controllers: [ProbeController], providers: [TestKeys] })
class ProbeModule {}

let controller: TestController;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  controller = await startController({
    features: [],
    modules: [ProbeModule],
    env: { WORKER_TOKEN: workerToken },
  });
  tokens['bootstrap'] = controller.adminToken;
  for (const role of ['viewer', 'operator', 'admin', 'worker'])
    tokens[role] = (await mint({ name: role, role })).token;
});
afterAll(() => controller.close());

interface Minted {
  readonly token: string;
  readonly token_id: string;
}

async function mint(body: object): Promise<Minted> {
  const answer = await fetch(`${controller.url}/api/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${controller.adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await answer.json()) as Minted;
}

async function call(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const answer = await fetch(controller.url + path, { method, headers });
  const text = await answer.text();
  const body = (text.startsWith('{') ? JSON.parse(text) : {}) as Record<string, unknown>;
  return { status: answer.status, body, headers: answer.headers };
}
const bearer = (token: string | undefined) => ({ authorization: `Bearer ${token ?? ''}` });
const basic = (token: string | undefined) => ({
  authorization: `Basic ${Buffer.from(`anyone:${token ?? ''}`).toString('base64')}`,
});

async function assertion(
  options: { kid?: string; audience?: string; lifeS?: number; key?: KeyObject; agedS?: number } = {},
): Promise<string> {
  const kid = options.kid ?? worker;
  const now = Math.floor(Date.now() / 1000) - (options.agedS ?? 0);
  return new SignJWT({})
    .setProtectedHeader({ alg: 'EdDSA', kid })
    .setSubject(kid)
    .setAudience(options.audience ?? 'ironwheel')
    .setIssuedAt(now)
    .setExpirationTime(now + (options.lifeS ?? 60))
    .sign(options.key ?? keys.privateKey);
}

describe('roles', () => {
  const expected: Record<string, readonly string[]> = {
    viewer: ['viewer'],
    operator: ['viewer', 'operator'],
    admin: ['viewer', 'operator', 'admin', 'silent'],
    bootstrap: ['viewer', 'operator', 'admin', 'silent'],
    worker: ['worker'],
  };
  it.each(Object.keys(expected))('a token of role %s may do what it may, and nothing else', async (name) => {
    for (const route of ['viewer', 'operator', 'admin', 'worker', 'silent']) {
      const { status, body } = await call(`/api/probe/${route}`, bearer(tokens[name]));
      expect([name, route, status]).toEqual([
        name,
        route,
        expected[name]?.includes(route) === true ? 200 : 403,
      ]);
      if (status === 403) expect(body['error']).toBe('AUTH_FORBIDDEN');
    }
  });

  it('without a credential only public routes answer', async () => {
    const closed = await call('/api/probe/viewer');
    expect(closed.status).toBe(401);
    expect(closed.body['error']).toBe('AUTH_REQUIRED');
    expect(closed.headers.get('www-authenticate')).toContain('Basic');
    expect((await call('/api/probe/public')).body).toMatchObject({ kind: 'anonymous' });
  });
});

describe('tokens', () => {
  it('are kept as hashes only', async () => {
    const rows = await controller.database.query<{ row: string }>('SELECT tokens::text AS row FROM tokens');
    expect(rows.length).toBeGreaterThan(3);
    for (const { row } of rows) for (const secret of Object.values(tokens)) expect(row).not.toContain(secret);
  });

  it('end when they are revoked, and when they expire', async () => {
    const revoked = await mint({ name: 'short', role: 'viewer' });
    const removed = await fetch(`${controller.url}/api/tokens/${revoked.token_id}`, {
      method: 'DELETE',
      headers: bearer(controller.adminToken),
    });
    expect(removed.status).toBe(204);
    expect((await call('/api/probe/viewer', bearer(revoked.token))).status).toBe(401);

    const expired = await mint({ name: 'short', role: 'viewer', expires_in_s: 60 });
    expect((await call('/api/probe/viewer', bearer(expired.token))).status).toBe(200);
    await controller.database.query(`UPDATE tokens SET expires_at = now() - interval '1 s' WHERE id = $1`, [
      expired.token_id,
    ]);
    expect((await call('/api/probe/viewer', bearer(expired.token))).status).toBe(401);
  });

  it.each([
    ['Bearer', ''],
    ['Bearer  ', 'x y'],
    ['Digest', 'abc'],
    ['Basic', '!!!'],
    ['Basic', Buffer.from('no colon').toString('base64')],
    ['Bearer', 'eyJhbGciOiJub25lIn0.e30.'],
    ['Bearer', 'iwa_0198c1de-0000-7000-8000-000000000000.1.AAAA'],
  ])('%s %s is no credential', async (scheme, value) => {
    expect((await call('/api/probe/viewer', { authorization: `${scheme} ${value}`.trim() })).status).toBe(
      401,
    );
  });
});

describe('a browser', () => {
  it('signs in by Basic and goes on with a session cookie', async () => {
    const first = await call('/api/probe/viewer', {
      ...basic(tokens['operator']),
      'sec-fetch-mode': 'navigate',
    });
    const cookie = first.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^iw_session=[^;]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(tokens['operator']);
    const session = { cookie: cookie.split(';')[0] ?? '' };
    expect((await call('/api/probe/viewer', session)).body).toMatchObject({
      name: 'operator',
      role: 'operator',
    });
    const forged = { cookie: `${session.cookie.slice(0, -4)}AAAA` };
    expect((await call('/api/probe/viewer', forged)).status).toBe(401);
  });

  it('may change state from our own origin only', async () => {
    const refused = await call('/api/probe/change', basic(tokens['operator']), 'POST');
    expect([refused.status, refused.body['error']]).toEqual([403, 'REQUEST_ORIGIN_REFUSED']);
    const foreign = { ...basic(tokens['operator']), origin: 'https://evil.example' };
    expect((await call('/api/probe/change', foreign, 'POST')).status).toBe(403);
    const ours = { ...basic(tokens['operator']), origin: controller.url };
    expect((await call('/api/probe/change', ours, 'POST')).status).toBe(201);
    expect((await call('/api/probe/change', bearer(tokens['operator']), 'POST')).status).toBe(201);
  });

  it('loses its session when the token behind it is revoked', async () => {
    const minted = await mint({ name: 'leaver', role: 'viewer' });
    const { headers } = await call('/api/probe/viewer', {
      ...basic(minted.token),
      'sec-fetch-mode': 'navigate',
    });
    const session = { cookie: (headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
    expect((await call('/api/probe/viewer', session)).status).toBe(200);
    await controller.database.query('UPDATE tokens SET revoked_at = now() WHERE id = $1', [minted.token_id]);
    expect((await call('/api/probe/viewer', session)).status).toBe(401);
  });
});

describe('the shared worker token', () => {
  it('opens marked routes by header, query and cookie, and no others', async () => {
    expect((await call('/api/probe/trigger', { 'x-worker-token': workerToken }, 'POST')).status).toBe(201);
    expect((await call(`/api/probe/trigger?token=${workerToken}`, {}, 'POST')).status).toBe(201);
    expect((await call('/api/probe/change', { 'x-worker-token': workerToken }, 'POST')).status).toBe(401);
    expect((await call('/api/probe/worker', { 'x-worker-token': workerToken })).status).toBe(401);
    const opened = await call(`/api/session/token?token=${workerToken}`, {}, 'POST');
    const cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    expect(cookie).toBe(`worker_token=${workerToken}`);
    expect((await call('/api/probe/trigger', { cookie }, 'POST')).body['error']).toBe(
      'REQUEST_ORIGIN_REFUSED',
    );
    expect((await call('/api/probe/trigger', { cookie, origin: controller.url }, 'POST')).status).toBe(201);
  });
});

describe('a worker', () => {
  it('shows itself by an assertion signed with its key', async () => {
    const { status, body } = await call('/api/probe/worker', bearer(await assertion()));
    expect(status).toBe(200);
    expect(body).toMatchObject({ kind: 'worker', workerId: worker, role: 'worker', name: 'anvil' });
  });

  it.each([
    ['another key', { key: generateKeyPairSync('ed25519').privateKey }],
    ['another audience', { audience: 'elsewhere' }],
    ['a life that is too long', { lifeS: 3600 }],
    ['a time long gone', { agedS: 300 }],
    ['an unknown worker', { kid: newId('worker') }],
    ['an id that is none', { kid: "x' OR 1=1" }],
  ])('is refused with %s', async (_label, options) => {
    expect((await call('/api/probe/worker', bearer(await assertion(options)))).status).toBe(401);
  });

  it('is told when it was revoked', async () => {
    const { status, body } = await call('/api/probe/worker', bearer(await assertion({ kid: revokedWorker })));
    expect([status, body['error']]).toEqual([403, 'WORKER_REVOKED']);
  });
});

describe('an attempt token', () => {
  it('is good for its own attempt and nothing else', async () => {
    const service = controller.app.get(AttemptTokenService);
    const attempt = newId('attempt');
    const token = service.issue(attempt, 42);
    expect((await call(`/api/probe/attempts/${attempt}`, bearer(token))).body).toMatchObject({
      attemptId: attempt,
      fencing: 42,
    });
    expect((await call(`/api/probe/attempts/${newId('attempt')}`, bearer(token))).status).toBe(403);
    expect((await call('/api/probe/worker', bearer(token))).status).toBe(403);
    expect((await call(`/api/probe/attempts/${attempt}`, bearer(tokens['admin']))).status).toBe(403);
    expect((await call(`/api/probe/attempts/${attempt}`, bearer(token.replace('.42.', '.43.')))).status).toBe(
      401,
    );
  });
});

describe('failed sign-ins', () => {
  it('are limited by address, without shutting out who signed in before', async () => {
    const limited = await startController({ features: [], modules: [ProbeModule] });
    try {
      const probe = (token: string) => fetch(`${limited.url}/api/probe/viewer`, { headers: bearer(token) });
      expect((await probe(limited.adminToken)).status).toBe(200);
      for (let guess = 0; guess < 20; guess += 1) expect((await probe(`iw_guess-${guess}`)).status).toBe(401);
      const refused = await probe('iw_guess-more');
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await probe(limited.adminToken)).status).toBe(200);
    } finally {
      await limited.close();
    }
  });
});

describe('ANONYMOUS_READ', () => {
  it('opens what a viewer may read, and changes nothing else', async () => {
    const open = await startController({
      features: [],
      modules: [ProbeModule],
      env: { ANONYMOUS_READ: 'true' },
    });
    try {
      const status = async (path: string, method = 'GET') =>
        (await fetch(`${open.url}/api/probe/${path}`, { method })).status;
      await expect(status('viewer')).resolves.toBe(200);
      await expect(status('operator')).resolves.toBe(401);
      await expect(status('change', 'POST')).resolves.toBe(401);
    } finally {
      await open.close();
    }
  });
});
