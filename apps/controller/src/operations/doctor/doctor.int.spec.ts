import { appendFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { DoctorView } from '@ironwheel/contracts';
import { callController, createSampleWheel } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArtifactsFixture, target } from '../../../test/artifacts-fixture.ts';
import { ArtifactBytes } from '../../work/artifacts/index.ts';

describe('the doctor', () => {
  let at: ArtifactsFixture;
  beforeAll(async () => {
    at = await ArtifactsFixture.start({ RETENTION_INTERVAL_S: '0' });
  });
  afterAll(() => at.controller.close());

  const pathOf = (sha256: string): string =>
    join(at.controller.dataDirectory, 'artifacts', sha256.slice(0, 2), sha256);
  const sql = (text: string, parameters: readonly unknown[] = []) =>
    at.controller.database.query(text, parameters);
  const ask = async (deep = false): Promise<DoctorView> =>
    (
      await callController<DoctorView>(
        at.controller,
        'GET',
        `/api/doctor?deep=${deep}`,
        at.controller.adminToken,
      )
    ).body;
  /** What is wrong, by check; the database of tests is not made to survive. */
  const wrong = async (deep = false): Promise<Record<string, string[]>> =>
    Object.fromEntries(
      (await ask(deep)).checks
        .filter(({ ok, check }) => !ok && check !== 'database settings')
        .map(({ check, found }) => [check, found]),
    );
  const publish = async (name: string) => {
    const wheel = createSampleWheel({ name });
    await at.worker.publish(wheel, name, '1.0', target);
    return wheel;
  };

  it('finds nothing where all is well, and says what it measured', async () => {
    await publish('sound');
    expect(await wrong(true)).toEqual({});
    const { checks } = await ask();
    expect(checks.find(({ check }) => check === 'served files')).toMatchObject({ ok: true, mend: null });
    const settings = checks.find(({ check }) => check === 'database settings');
    expect(settings?.ok).toBe(false);
    expect(settings?.found).toContain('fsync is off; needed: on');
    expect(settings?.mend).not.toBeNull();
  });

  it('names served files whose bytes are missing, cut or changed', async () => {
    const [missing, longer, changed] = [
      await publish('missing'),
      await publish('longer'),
      await publish('changed'),
    ];
    rmSync(pathOf(missing.sha256));
    appendFileSync(pathOf(longer.sha256), 'more');
    writeFileSync(pathOf(changed.sha256), Buffer.alloc(changed.bytes.length));
    const shallow = (await wrong())['served files'] ?? [];
    expect(shallow).toHaveLength(2);
    expect(shallow).toContain(`${missing.filename} (${missing.sha256}): its bytes are missing`);
    const deep = (await wrong(true))['served files'] ?? [];
    expect(deep.filter((text) => text.startsWith(changed.filename))).toHaveLength(1);
    for (const wheel of [missing, longer, changed]) {
      rmSync(pathOf(wheel.sha256), { force: true });
      await at.controller.app
        .get(ArtifactBytes, { strict: false })
        .put(Readable.from([wheel.bytes]), { maxBytes: 1e6 });
    }
    expect(await wrong(true)).toEqual({});
  });

  it('names results without a wheel, bytes without a row, and logs that cannot be read', async () => {
    const claim = await at.worker.claim('barren', '1.0', target);
    await at.worker.report(claim, []);
    await sql(`UPDATE jobs SET state = 'succeeded', wheel = 'barren-1.0-py3-none-any.whl' WHERE id = $1`, [
      claim.job.job_id,
    ]);
    const bytes = at.controller.app.get(ArtifactBytes, { strict: false });
    const orphan = await bytes.put(Readable.from([Buffer.from('an orphan')]), { maxBytes: 100 });
    utimesSync(pathOf(orphan.sha256), 1000, 1000);
    await sql('UPDATE attempts SET log_bytes = 9 WHERE id = $1', [claim.attempt_id]);
    const torn = await at.worker.claim('torn', '1.0', target);
    await sql(
      `INSERT INTO sealed_logs (attempt_id, ended_at, bytes, stored_bytes) VALUES ($1, now(), 20, 3)`,
      [torn.attempt_id],
    );
    await sql(
      `INSERT INTO log_blocks (attempt_id, block, byte_offset, bytes, first_line, at, data) VALUES ($1, 0, 0, 10, 1, now(), 'no')`,
      [torn.attempt_id],
    );
    expect(await wrong()).toEqual({
      'accepted results': [expect.stringContaining('barren-1.0-py3-none-any.whl is not served')],
      'bytes without a row': [orphan.sha256],
      logs: [
        `${torn.attempt_id}: 10 of 20 bytes are kept`,
        `${claim.attempt_id}: nothing of 9 bytes is kept`,
        `${torn.attempt_id}: block 0 cannot be read`,
      ],
    });
    await sql(`DELETE FROM sealed_logs`);
    await sql('UPDATE attempts SET log_bytes = 0');
    await sql(`UPDATE jobs SET state = 'failed' WHERE name = 'barren'`);
    rmSync(pathOf(orphan.sha256));
    expect(readdirSync(join(at.controller.dataDirectory, 'artifacts'))).toContain(orphan.sha256.slice(0, 2));
  });

  it('counts what the queue and the jobs say differently', async () => {
    await sql(
      `INSERT INTO jobs (id, name, version, python_tag, platform_tag, generation, state)
       VALUES ('job_lost', 'lost', '1', 'cp312', 'linux_s390x', 1, 'queued')`,
    );
    // The comparison of the start may come just now, and put it right once.
    await expect
      .poll(
        async () => {
          await sql(`DELETE FROM queue_items WHERE job_id = 'job_lost'`);
          return (await ask()).checks.find(({ check }) => check === 'queue');
        },
        { timeout: 20_000 },
      )
      .toMatchObject({ ok: false, measured: '0 offered by postgres, 1 jobs queued' });
    await sql(`DELETE FROM jobs WHERE id = 'job_lost'`);
  });

  it("names an administrator's token that a worker uses, and the certificate it does not have", async () => {
    const path = `/api/workers/${at.worker.id}/claim-next`;
    const refused = await callController(at.controller, 'POST', path, at.controller.adminToken, {});
    expect(refused.status).toBe(403);
    await expect
      .poll(() => wrong())
      .toEqual({
        'tokens of workers': [expect.stringMatching(/^bootstrap \(role admin\) from 127\.0\.0\.1 at /)],
      });
    expect((await ask()).checks.map(({ check }) => check)).not.toContain('certificate');
  });
});
