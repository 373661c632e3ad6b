import { startController, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runAgainst } from '../../test/command-fixture.ts';

let controller: TestController;
let run: ReturnType<typeof runAgainst>;
beforeAll(async () => {
  controller = await startController({ env: { RETENTION_INTERVAL_S: '0' } });
  run = runAgainst(controller.url, controller.adminToken);
});
afterAll(() => controller.close());

it('doctor tells each check with its mend, and ends with 1 when something is wrong', async () => {
  const { code, out } = await run('doctor');
  // The database of tests is not made to survive a crash.
  expect(code).toBe(1);
  expect(out).toMatch(/^ {2}ok {4}served files: 0 files/m);
  expect(out).toMatch(/^ {2}FAIL {2}database settings: .*fsync=off/m);
  expect(out).toMatch(/^ {8}mend: Set them/m);
  const json = await run('doctor', '--deep', '--json');
  expect(JSON.parse(json.out)).toMatchObject({ ok: false, deep: true });
});

it('retention says what would go, lets it go, and shows its rules', async () => {
  await controller.database.query(
    `INSERT INTO log_entries (id, name, version, content, at) VALUES ('log_1', 'n', '1', 'x', now() - interval '400 days')`,
  );
  const dry = await run('retention', '--dry-run');
  expect(dry).toMatchObject({ code: 0 });
  expect(dry.out).toMatch(/^Would go now:[^]*^posted_logs +1 /m);
  expect((await run('retention')).out).toMatch(/^Has gone:[^]*^posted_logs +1 /m);
  expect((await run('retention')).out).toMatch(/^posted_logs +0 /m);
  const shown = await run('retention', 'show');
  expect(shown.out).toContain('RETENTION_LOG_MAX_AGE_DAYS=365');
  expect(shown.out).toMatch(/^Last run: done, /m);
});
