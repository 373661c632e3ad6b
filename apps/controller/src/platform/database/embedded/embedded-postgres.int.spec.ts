import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger } from '@ironwheel/logging';
import { createTestDirectory, removeTestDirectory } from '@ironwheel/testing';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toClientOptions } from '../connection.ts';
import { placeCluster, reachableRoot } from './cluster-place.ts';
import { findDatabaseUser } from './database-user.ts';
import { EmbeddedPostgres } from './embedded-postgres.ts';
import { getPostgresBinaries } from './postgres-binaries.ts';
import { isProcessAlive } from './process-facts.ts';
import { ServerProcess } from './server-process.ts';

let directory: string;
let lines: string[];
const running: EmbeddedPostgres[] = [];

beforeEach(() => {
  directory = createTestDirectory('embedded');
  lines = [];
});
afterEach(async () => {
  for (const embedded of running.splice(0)) await embedded.stop();
  removeTestDirectory(directory);
});

const logger = () =>
  createLogger({ service: 'test', level: 'debug', pretty: false, write: (line) => lines.push(line) });

async function start(dataDirectory = directory): Promise<EmbeddedPostgres> {
  const embedded = await EmbeddedPostgres.start({ dataDirectory, logger: logger() });
  running.push(embedded);
  return embedded;
}

async function query<Row extends object>(embedded: EmbeddedPostgres, text: string): Promise<Row[]> {
  const client = new pg.Client(toClientOptions(embedded.connection, 'test'));
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows as Row[];
  } finally {
    await client.end();
  }
}

const clusterFile = (name: string): string => join(directory, 'postgres', 'data', name);

describe('the embedded Postgres', () => {
  it('takes no TCP connections, writes durably and asks for its password', async () => {
    const embedded = await start();
    const [row] = await query<Record<string, string>>(
      embedded,
      `SELECT current_setting('listen_addresses') AS listen, current_setting('fsync') AS fsync,
              current_setting('server_encoding') AS encoding, lower('ÄÖ') AS lower`,
    );
    expect(row).toEqual({ listen: '', fsync: 'on', encoding: 'UTF8', lower: 'äö' });
    const stranger = new pg.Client({ ...toClientOptions(embedded.connection, 'test'), password: 'guess' });
    await expect(stranger.connect()).rejects.toThrow(/password authentication failed/);
  });

  it('keeps its data from one start to the next', async () => {
    const first = await start();
    await query(first, 'CREATE TABLE kept (n int)');
    await query(first, 'INSERT INTO kept VALUES (7)');
    await first.stop();
    const second = await start();
    await expect(query(second, 'SELECT n FROM kept')).resolves.toEqual([{ n: 7 }]);
  });

  it('comes back by itself after kill -9, with every acknowledged write', async () => {
    const embedded = await start();
    await query(embedded, 'CREATE TABLE kept (n int)');
    await query(embedded, 'INSERT INTO kept SELECT generate_series(1, 500)');
    const killed = embedded.pid!;
    process.kill(killed, 'SIGKILL');
    await vi.waitFor(() => expect(embedded.state === 'running' && embedded.pid !== killed).toBe(true), {
      timeout: 20_000,
    });
    await expect(query(embedded, 'SELECT count(*)::int AS n FROM kept')).resolves.toEqual([{ n: 500 }]);
    expect(lines.join('')).toContain('the embedded database ended by itself and is started again');
    expect(lines.join('')).toContain('the embedded database runs again after crash recovery');
  });

  it('says so when it cannot come back', async () => {
    const embedded = await start();
    const controlFile = clusterFile('global/pg_control');
    rmSync(controlFile);
    process.kill(embedded.pid!, 'SIGKILL');
    const failure = await embedded.failure;
    expect(failure.message).toMatch(/ended 5 times and is not started again: .*pg_control/s);
    expect(embedded.state).toBe('failed');
  });

  it('ends a Postgres that a killed controller left behind, cleanly, before it starts its own', async () => {
    await (await start()).stop();
    const user = findDatabaseUser();
    const place = placeCluster(directory, user, logger());
    const orphan = new ServerProcess(
      { binaries: getPostgresBinaries(user, []), place, user, settings: {} },
      logger(),
    );
    await orphan.ready;
    const successor = await start();
    await expect(orphan.exited).resolves.toMatchObject({ code: 0 });
    expect(successor.pid).not.toBe(orphan.pid);
    await expect(query(successor, 'SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
    expect(lines.join('')).not.toContain('was not properly shut down');
  });

  it('leaves a foreign process alone whose number stands in a stale postmaster.pid', async () => {
    const first = await start();
    await first.stop();
    writeFileSync(clusterFile('postmaster.pid'), `${process.pid}\n${clusterFile('')}\n`);
    const second = await start();
    expect(isProcessAlive(process.pid)).toBe(true);
    expect(second.state).toBe('running');
  });

  it('refuses data of another major version and changes nothing', async () => {
    const first = await start();
    await first.stop();
    running.pop();
    writeFileSync(clusterFile('PG_VERSION'), '12\n');
    await expect(EmbeddedPostgres.start({ dataDirectory: directory, logger: logger() })).rejects.toThrow(
      /was made by Postgres 12, but the binaries here are Postgres \d+.*Nothing was changed/,
    );
    expect(readFileSync(clusterFile('PG_VERSION'), 'utf8')).toBe('12\n');
  });

  it('leaves a directory alone that holds files but no database', async () => {
    mkdirSync(clusterFile(''), { recursive: true });
    writeFileSync(clusterFile('precious'), 'x');
    await expect(EmbeddedPostgres.start({ dataDirectory: directory, logger: logger() })).rejects.toThrow(
      /is not empty but holds no database/,
    );
    expect(readFileSync(clusterFile('precious'), 'utf8')).toBe('x');
  });

  it('makes a cluster anew that was cut short while it was made', async () => {
    mkdirSync(join(directory, 'postgres', 'data.new', 'base'), { recursive: true });
    writeFileSync(join(directory, 'postgres', 'data.pw'), 'old');
    const embedded = await start();
    await expect(query(embedded, 'SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
  });

  it('works with a path that is too long for a socket', async () => {
    const deep = join(directory, 'a'.repeat(60), 'b'.repeat(60));
    mkdirSync(deep, { recursive: true });
    const embedded = await start(deep);
    await expect(query(embedded, 'SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
    await embedded.stop();
    expect(existsSync(embedded.connection.host)).toBe(false);
  });

  it.runIf(process.getuid?.() === 0)(
    'keeps its data elsewhere when its user cannot pass a home of mode 0700',
    async () => {
      const home = join(directory, 'home');
      const data = join(home, 'data');
      mkdirSync(data, { recursive: true });
      chmodSync(home, 0o700);
      const first = await start(data);
      await query(first, 'CREATE TABLE kept (n int)');
      const { base } = JSON.parse(readFileSync(join(data, 'postgres-place.json'), 'utf8')) as {
        base: string;
      };
      expect(base.startsWith(reachableRoot)).toBe(true);
      expect(lines.join('')).toContain('the database is kept elsewhere');
      await first.stop();
      const second = await start(data);
      await expect(query(second, 'SELECT count(*)::int AS n FROM kept')).resolves.toEqual([{ n: 0 }]);
      await second.stop();
      rmSync(base, { recursive: true });
    },
  );

  it.runIf(process.getuid?.() === 0)(
    'lets its user pass a data directory of mode 0700 that is our own',
    async () => {
      chmodSync(directory, 0o700);
      const embedded = await start();
      await expect(query(embedded, 'SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
      expect(lines.join('')).toContain('now lets the database user pass through');
    },
  );
});
