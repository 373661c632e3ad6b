import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger } from '@ironwheel/logging';
import {
  createTestDirectory,
  removeTestDirectory,
  startController,
  startTestDatabase,
  type TestController,
  type TestDatabase,
} from '@ironwheel/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  andCommit,
  Database,
  Metrics,
  NotificationBus,
  shareTransaction,
  sideBySide,
  together,
  toTextArray,
  type SqlExecutor,
} from '../index.ts';
import { parseDatabaseUrl } from './connection.ts';
import { migrate, MigrationRefusedError } from './migrate.ts';
import { findMigrationsFolder, readMigrations } from './migrations.ts';

const logger = createLogger({ service: 'test', level: 'silent' });

describe('migrations', () => {
  let folder: string;
  let database: TestDatabase;
  beforeEach(async () => {
    folder = createTestDirectory('migrations');
    database = await startTestDatabase();
    await database.query('DROP TABLE schema_migrations');
  });
  afterEach(async () => {
    await database.close();
    removeTestDirectory(folder);
  });

  const write = (name: string, sql: string): void => writeFileSync(join(folder, name), sql);
  const run = () => migrate(parseDatabaseUrl(database.url), readMigrations(folder), logger);

  it('are applied in order, once, also by two controllers at the same time', async () => {
    write('0001_a.sql', 'CREATE TABLE steps (n int); INSERT INTO steps VALUES (1);');
    write('0002_b.sql', 'INSERT INTO steps VALUES (2);');
    await Promise.all([run(), run(), run()]);
    await run();
    await expect(database.query('SELECT n FROM steps ORDER BY n')).resolves.toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('refuse a file that was changed after it was applied', async () => {
    write('0001_a.sql', 'CREATE TABLE steps (n int);');
    await run();
    write('0001_a.sql', 'CREATE TABLE steps (n bigint);');
    write('0002_b.sql', 'INSERT INTO steps VALUES (2);');
    await expect(run()).rejects.toThrow(MigrationRefusedError);
    await expect(run()).rejects.toThrow(/0001_a was changed after it was applied/);
    await expect(database.query('SELECT n FROM steps')).resolves.toEqual([]);
  });

  it('refuse a database that is newer than the code', async () => {
    write('0001_a.sql', 'SELECT 1;');
    write('0002_b.sql', 'SELECT 1;');
    await run();
    const newer = readMigrations(folder);
    await expect(migrate(parseDatabaseUrl(database.url), newer.slice(0, 1), logger)).rejects.toThrow(
      /made by a newer Ironwheel/,
    );
  });

  it('leave nothing of one that fails half-way', async () => {
    write('0001_a.sql', 'CREATE TABLE steps (n int);');
    write('0002_b.sql', 'INSERT INTO steps VALUES (2); SELECT 1/0;');
    await expect(run()).rejects.toThrow(/migration 2 \(b\) failed/);
    await expect(database.query('SELECT n FROM steps')).resolves.toEqual([]);
    await expect(database.query('SELECT number FROM schema_migrations')).resolves.toEqual([{ number: 1 }]);
  });

  it('are numbered without a gap', () => {
    write('0001_a.sql', '');
    write('0003_c.sql', '');
    expect(() => readMigrations(folder)).toThrow(/migration 2 is missing/);
    write('seven.sql', '');
    expect(() => readMigrations(folder)).toThrow(/is not named/);
    mkdirSync(join(folder, 'empty'));
    expect(() => findMigrationsFolder(join(folder, 'empty'))).toThrow(/missing from this installation/);
  });
});

describe('the database of a controller', () => {
  let controller: TestController;
  let database: Database;
  beforeAll(async () => {
    controller = await startController({ features: [], env: { DATABASE_STATEMENT_TIMEOUT_MS: '500' } });
    database = controller.app.get(Database);
    await database.query('CREATE TABLE counters (id int PRIMARY KEY, n bigint NOT NULL)');
    await database.query('INSERT INTO counters VALUES (1, 0), (2, 0)');
  });
  afterAll(() => controller.close());

  it('gives bigint as numbers, and refuses those that a number cannot hold', async () => {
    await expect(database.query('SELECT 9007199254740991::bigint AS n')).resolves.toEqual([
      { n: 9007199254740991 },
    ]);
    await expect(database.query('SELECT 9007199254740992::bigint AS n')).rejects.toThrow(/too large/);
  });

  it('goes on when another controller adds a column to a table that prepared statements read', async () => {
    await database.query('CREATE TABLE grown (id int PRIMARY KEY)');
    await database.query('INSERT INTO grown VALUES (1)');
    const read = (sql: SqlExecutor) => sql.query('SELECT * FROM grown WHERE id = $1', [1]);
    for (let time = 0; time < 3; time += 1) await read(database);
    await database.query('ALTER TABLE grown ADD COLUMN n int');
    await expect(read(database)).resolves.toEqual([{ id: 1, n: null }]);
    for (let time = 0; time < 3; time += 1) await read(database);
    await database.query('ALTER TABLE grown ADD COLUMN m int');
    await expect(database.transaction(read)).resolves.toEqual([{ id: 1, n: null, m: null }]);
  });

  it('tells what the first of several statements failed of, whichever of them is listened to', async () => {
    const failing = database.transaction(async (tx) => {
      const [, second] = await Promise.allSettled([
        tx.query('SELECT 1 / $1::int', [0]),
        tx.query('SELECT id FROM counters WHERE id = $1', [1]),
      ]);
      if (second.status === 'rejected') throw second.reason;
    });
    await expect(failing).rejects.toThrow('division by zero');
  });

  it('takes an array of texts as they are', async () => {
    const texts = ['', 'plain', '{"a":"b\\"c"}', "it's, {a} NULL", 'ä→😀', null, 'NULL'];
    const read = async (given: readonly (string | null)[]) =>
      (await database.query('SELECT $1::text[] AS texts', [toTextArray(given)]))[0];
    await expect(read(texts)).resolves.toEqual({ texts });
    await expect(read([])).resolves.toEqual({ texts: [] });
  });

  it('commits with its last statements, and nothing of it where one of them fails', async () => {
    const set = (tx: SqlExecutor, id: number, n: number) =>
      tx.query<{ n: number }>('UPDATE counters SET n = $2 WHERE id = $1 RETURNING n', [id, n]);
    const committing = (n: number, divisor: number) =>
      database.transaction(async (tx) => {
        await set(tx, 1, n);
        const [, [row]] = await andCommit(tx, () =>
          sideBySide(tx.query('SELECT 1 / $1::int', [divisor]), set(tx, 2, n)),
        );
        await expect(set(tx, 1, -1)).rejects.toThrow('the transaction has ended');
        return row?.n;
      });
    const read = () => database.query('SELECT n FROM counters ORDER BY id');
    await expect(committing(7, 1)).resolves.toBe(7);
    await expect(read()).resolves.toEqual([{ n: 7 }, { n: 7 }]);
    await expect(committing(8, 0)).rejects.toThrow('division by zero');
    await expect(read()).resolves.toEqual([{ n: 7 }, { n: 7 }]);
    await database.query('UPDATE counters SET n = 0');
  });

  it('does not say that it has committed where a statement failed that nobody listened to', async () => {
    const failing = database.transaction(async (tx) => {
      await tx.query('SELECT 1 / $1::int', [0]).catch(() => undefined);
    });
    await expect(failing).rejects.toThrow('the transaction was rolled back');
  });

  it('takes nothing of a transaction that has ended', async () => {
    let late: SqlExecutor = database;
    await database.transaction((tx) => {
      late = tx;
      return tx.query('SELECT 1');
    });
    await expect(late.query('UPDATE counters SET n = 99')).rejects.toThrow('the transaction has ended');
  });

  it('sends at once what shares a transaction, and each piece gets its own answer', async () => {
    const read = (tx: SqlExecutor, id: number) =>
      together(tx, 'read', id, async (ids) => {
        const rows = await tx.query<{ id: number }>('SELECT id FROM counters WHERE id = ANY ($1)', [ids]);
        return ids.map((one) => rows.some((row) => row.id === one));
      });
    const pieces = [1, 2, 3];
    await expect(
      database.transaction((tx) =>
        shareTransaction(tx, pieces, async (shared, id) => {
          const [isThere, again] = await sideBySide(
            read(shared, id),
            together(shared, 'echo', id, async (ids) => {
              const rows = await shared.query<{ n: number }>('SELECT unnest($1::int[]) AS n', [ids]);
              return rows.map((row) => row.n);
            }),
          );
          return [isThere, again, await read(shared, 4 - id)];
        }),
      ),
    ).resolves.toEqual([
      [true, 1, false],
      [true, 2, true],
      [false, 3, true],
    ]);
  });

  it('undoes a transaction that fails', async () => {
    const failing = database.transaction(async (tx) => {
      await tx.query('UPDATE counters SET n = 99');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await expect(database.query('SELECT max(n) AS n FROM counters')).resolves.toEqual([{ n: 0 }]);
  });

  it('runs a transaction again after a serialization failure, so that no update is lost', async () => {
    const increment = () =>
      database.transaction(
        async (tx) => {
          const [row] = await tx.query<{ n: number }>('SELECT n FROM counters WHERE id = 1');
          await tx.query('UPDATE counters SET n = $1 WHERE id = 1', [(row?.n ?? 0) + 1]);
        },
        { isolation: 'serializable' },
      );
    const results = await Promise.allSettled([increment(), increment(), increment()]);
    const done = results.filter((result) => result.status === 'fulfilled').length;
    await expect(database.query('SELECT n FROM counters WHERE id = 1')).resolves.toEqual([{ n: done }]);
    expect(done).toBe(3);
  });

  it('runs a transaction again after a deadlock', async () => {
    let arrived = 0;
    let bothArrived: () => void = () => undefined;
    const both = new Promise<void>((resolve) => (bothArrived = resolve));
    const meet = (): Promise<void> => {
      arrived += 1;
      if (arrived >= 2) bothArrived();
      return both;
    };
    const lockBoth = (first: number, second: number) =>
      database.transaction(async (tx) => {
        await tx.query(`SET LOCAL deadlock_timeout = '20ms'`);
        await tx.query('UPDATE counters SET n = n WHERE id = $1', [first]);
        await meet();
        await tx.query('UPDATE counters SET n = n WHERE id = $1', [second]);
      });
    await expect(Promise.all([lockBoth(1, 2), lockBoth(2, 1)])).resolves.toBeDefined();
    expect(arrived).toBeGreaterThan(2);
  });

  it('cancels a statement that runs too long', async () => {
    await expect(database.query('SELECT pg_sleep(30)')).rejects.toMatchObject({ code: '57014' });
  });

  it('measures statements by their first word', async () => {
    await database.query('-- why\n SELECT 1');
    await expect(controller.app.get(Metrics).registry.metrics()).resolves.toMatch(
      /ironwheel_database_statement_seconds_count\{verb="select"\} [1-9]/,
    );
  });

  it('sends notifications when a transaction commits, and none when it does not', async () => {
    const bus = controller.app.get(NotificationBus);
    const heard: string[] = [];
    const stop = await bus.listen('test_channel', (payload) => heard.push(payload));
    await database
      .transaction((tx) =>
        bus.notify(tx, 'test_channel', 'never').then(() => Promise.reject(new Error('undo'))),
      )
      .catch(() => undefined);
    await database.transaction((tx) => bus.notify(tx, 'test_channel', 'done'));
    await expect.poll(() => heard).toEqual(['done']);
    stop();
  });

  it('listens again after its connection was cut, and wakes its handlers', async () => {
    const bus = controller.app.get(NotificationBus);
    const heard: string[] = [];
    await bus.listen('cut_channel', (payload) => heard.push(payload));
    await controller.database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ironwheel-listen' AND datname = current_database()`,
    );
    await expect.poll(() => heard, { timeout: 10_000 }).toContain('');
    await database.transaction((tx) => bus.notify(tx, 'cut_channel', 'again'));
    await expect.poll(() => heard).toContain('again');
  });
});
