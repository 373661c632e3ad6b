import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Controller, Module, Put, Req } from '@nestjs/common';
import { configViewSchema } from '@ironwheel/contracts';
import { startController, startTestDatabase, watchForLeaks, type TestController } from '@ironwheel/testing';
import type { FastifyRequest } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Public, RawBody } from './index.ts';

const limit = 8 << 20;

@Controller('api/probe')
class ProbeController {
  @Put('raw')
  @Public()
  @RawBody(limit)
  async raw(@Req() request: FastifyRequest): Promise<{ sha256: string }> {
    const hash = createHash('sha256');
    for await (const chunk of request.body as Readable) hash.update(chunk as Buffer);
    return { sha256: hash.digest('hex') };
  }
}

@Module({ controllers: [ProbeController] })
class ProbeModule {}

describe('the platform', () => {
  let controller: TestController;
  const lines: string[] = [];
  beforeAll(async () => {
    controller = await startController({
      features: [],
      modules: [ProbeModule],
      env: {
        INDEX_URL: 'https://user:hunter2@index.example/simple/',
        PYTHON_VERSION: '3.12',
        METRICS_ENABLED: 'false',
      },
      onLog: (line) => lines.push(line),
    });
  });
  afterAll(() => controller.close());
  const get = (path: string, token = controller.adminToken) =>
    fetch(controller.url + path, { headers: { authorization: `Bearer ${token}` } });

  it('shows its configuration without any secret', async () => {
    const text = await (await get('/api/config')).text();
    expect(configViewSchema.parse(JSON.parse(text))).toMatchObject({
      strategy: 'pinned',
      target: { python_version: '3.12' },
      index: { index_url: 'https://index.example/simple' },
      public_url: controller.url,
    });
    for (const secret of ['hunter2', controller.adminToken]) expect(text).not.toContain(secret);
  });

  it('answers 501 for metrics that are disabled', async () => {
    for (const path of ['/metrics', '/api/metrics']) {
      const answer = await get(path);
      expect([answer.status, ((await answer.json()) as { error: string }).error]).toEqual([
        501,
        'NOT_SUPPORTED',
      ]);
    }
  });

  it('describes its routes in OpenAPI 3.1, with the schemas that check them', async () => {
    const document = (await (await fetch(`${controller.url}/api/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, Record<string, { requestBody?: unknown; responses: Record<string, unknown> }>>;
    };
    expect(document.openapi).toBe('3.1.0');
    const create = document.paths['/api/tokens']?.['post'];
    expect(JSON.stringify(create?.requestBody)).toContain('"enum":["viewer","operator","admin","worker"]');
    expect(create?.responses['default']).toBeDefined();
  });

  it('has a page of its API that loads nothing from elsewhere', async () => {
    const page = await fetch(`${controller.url}/api/docs`);
    const html = await page.text();
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    const assets = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(assets).toHaveLength(3);
    for (const asset of assets) {
      expect(asset).not.toMatch(/^(?:https?:)?\/\//);
      expect((await fetch(new URL(asset, `${controller.url}/api/docs`))).status).toBe(200);
    }
  });

  it.each(['application/octet-stream', 'application/json', 'text/html', undefined])(
    'streams a raw body of type %s',
    async (type) => {
      const body = Buffer.alloc(3 << 20, 'x');
      const answer = await fetch(`${controller.url}/api/probe/raw`, {
        method: 'PUT',
        body,
        headers: type === undefined ? {} : { 'content-type': type },
      });
      await expect(answer.json()).resolves.toEqual({
        sha256: createHash('sha256').update(body).digest('hex'),
      });
    },
  );

  it('refuses a raw body that announces too much', async () => {
    const answer = await fetch(`${controller.url}/api/probe/raw`, {
      method: 'PUT',
      body: Buffer.alloc(limit + 1),
    });
    expect(answer.status).toBe(413);
  });

  it('writes no secret to its log', () => {
    expect(lines.length).toBeGreaterThan(0);
    for (const secret of ['hunter2', controller.adminToken]) expect(lines.join('')).not.toContain(secret);
  });
});

it('leaves nothing open when it has stopped', async () => {
  const database = await startTestDatabase();
  const checkLeaks = watchForLeaks();
  const controller = await startController({ features: [] });
  await fetch(`${controller.url}/api/health/ready`);
  await controller.close();
  await checkLeaks();
  await database.close();
});
