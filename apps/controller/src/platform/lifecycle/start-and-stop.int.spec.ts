import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Controller, Get, Module, Post } from '@nestjs/common';
import {
  createTestDirectory,
  removeTestDirectory,
  startController,
  type TestController,
} from '@ironwheel/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Database, Public, Roles, ShutdownSignal } from '../index.ts';
import { DataDirectoryInUseError } from './data-directory.ts';

let pollStarted: () => void = () => undefined;

@Controller('api/probe')
class ProbeController {
  constructor(
    private readonly shutdown: ShutdownSignal,
    private readonly database: Database,
  ) {}

  @Get('poll')
  @Public()
  async poll(): Promise<{ ended: string }> {
    pollStarted();
    await new Promise<void>((resolve) => this.shutdown.signal.addEventListener('abort', () => resolve()));
    // Work that a request does at its end still finds its database.
    await this.database.query('SELECT 1');
    return { ended: 'shutdown' };
  }

  @Post('write')
  @Roles('operator')
  async write(): Promise<{ count: number }> {
    const [row] = await this.database.query<{ count: number }>(
      `INSERT INTO settings (name, value, updated_by) VALUES (gen_random_uuid()::text, '1', 'test') RETURNING 1 AS count`,
    );
    return { count: row?.count ?? 0 };
  }
}

@Module({ controllers: [ProbeController] })
class ProbeModule {}

let directory: string;
const open: TestController[] = [];
beforeEach(() => void (directory = createTestDirectory('life')));
afterEach(async () => {
  for (const controller of open.splice(0)) await controller.close();
  removeTestDirectory(directory);
});

async function start(options: Parameters<typeof startController>[0] = {}): Promise<TestController> {
  const controller = await startController({
    features: [],
    modules: [ProbeModule],
    dataDirectory: directory,
    ...options,
  });
  open.push(controller);
  return controller;
}
const post = (controller: TestController, path: string) =>
  fetch(`${controller.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${controller.adminToken}` },
  });

describe('starting', () => {
  it('makes a token at first start, for its user only, and keeps it', async () => {
    const first = await start();
    const file = join(first.dataDirectory, 'admin-token');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8').trim()).toBe(first.adminToken);
    await first.close();
    expect((await start()).adminToken).toBe(first.adminToken);
  });

  it('refuses a data directory that another controller uses, and gives it back at the end', async () => {
    const first = await start();
    await expect(start()).rejects.toThrow(DataDirectoryInUseError);
    await expect(start()).rejects.toThrow(new RegExp(`process id ${process.pid}`));
    await first.close();
    expect(existsSync(join(first.dataDirectory, 'controller.lock'))).toBe(false);
    await expect(start()).resolves.toBeDefined();
  });

  it('names all problems of the configuration at once', async () => {
    const env = {
      HTTP_ADDR: 'nowhere',
      QUEUE_BACKEND: 'pigeons',
      TRUSTED_PROXIES: '10.0.0.0/99',
      CONTROL_PLANE_TOKEN: 'short',
      IRONWHEEL_DATADIR: '/x',
    };
    const failure = await start({ env }).then(
      () => '',
      (error: unknown) => String(error),
    );
    for (const key of Object.keys(env)) expect(failure).toContain(`${key}: `);
    expect(failure).toContain('expected one of "postgres"');
  });

  it('leaves nothing behind when it fails late', async () => {
    const taken = await start();
    const other = createTestDirectory('life');
    try {
      const env = { HTTP_ADDR: new URL(taken.url).host };
      await expect(startController({ features: [], dataDirectory: other, env })).rejects.toThrow(
        /EADDRINUSE/,
      );
      const again = await startController({ features: [], dataDirectory: other });
      await again.close();
    } finally {
      removeTestDirectory(other);
    }
  });
});

describe('stopping', () => {
  it('ends long polls with an answer, and refuses what comes later', async () => {
    const controller = await start();
    const started = new Promise<void>((resolve) => (pollStarted = resolve));
    const poll = fetch(`${controller.url}/api/probe/poll`);
    await started;
    await controller.close();
    await expect((await poll).json()).resolves.toEqual({ ended: 'shutdown' });
    await expect(fetch(`${controller.url}/api/health`)).rejects.toThrow();
  });
});

describe('kill -9 of the embedded Postgres', () => {
  it('answers 503 while it is away, comes back, and has every acknowledged write', async () => {
    const lines: string[] = [];
    const controller = await start({ embedded: true, onLog: (line) => lines.push(line) });
    const pid = Number(
      /"pid":(\d+)/.exec(lines.find((line) => line.includes('the embedded database runs')) ?? '')?.[1],
    );
    let acknowledged = 0;
    for (let write = 0; write < 20; write += 1)
      if ((await post(controller, '/api/probe/write')).status === 201) acknowledged += 1;
    process.kill(pid, 'SIGKILL');
    const statuses = new Set<number>();
    await expect
      .poll(
        async () => {
          const { status } = await post(controller, '/api/probe/write');
          statuses.add(status);
          if (status === 201) acknowledged += 1;
          return status === 201 && lines.some((line) => line.includes('runs again after crash recovery'));
        },
        { timeout: 30_000, interval: 20 },
      )
      .toBe(true);
    expect([...statuses].sort()).toEqual([201, 503]);
    const [row] = await controller.app
      .get(Database)
      .query<{ n: number }>('SELECT count(*) AS n FROM settings');
    expect(row?.n).toBeGreaterThanOrEqual(acknowledged);
    await expect
      .poll(async () => (await fetch(`${controller.url}/api/health/ready`)).status, { timeout: 20_000 })
      .toBe(200);
  });
});
