import { startController, TestWorker, callController, type TestController } from '@ironwheel/testing';
import type { CommandView } from '@ironwheel/contracts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { CommandsRepository } from '../../apps/controller/src/fleet/commands/commands.repository.ts';
import { TakeReports } from '../../apps/controller/src/fleet/commands/take-reports.ts';
import { Database, newId } from '../../apps/controller/src/platform/index.ts';
import { insertAgent, until, type TestAgentRow } from './fleet-rows.ts';
import { RawAgent, running } from './raw-agent.ts';

const target = { python_tag: 'cp312', platform_tag: 'linux_x86_64' };

describe('commands that meet', { timeout: 60_000 }, () => {
  let controller: TestController;
  let row: TestAgentRow;
  let worker: TestWorker;
  beforeAll(async () => {
    controller = await startController();
  });
  afterAll(() => controller.close());
  beforeEach(async () => {
    row = await insertAgent(controller.database);
    worker = await TestWorker.enroll(controller);
    await controller.database.query('UPDATE workers SET server_id = $2 WHERE id = $1', [
      worker.id,
      row.serverId,
    ]);
  });
  afterEach(() => vi.restoreAllMocks());

  const call = (method: string, path: string, body?: unknown) =>
    callController(controller, method, path, controller.adminToken, body);
  const repository = () => controller.app.get(CommandsRepository, { strict: false });

  it('a report that a second controller has heard as well ends nothing that was claimed since', async () => {
    const agent = await RawAgent.link(controller.url, row);
    const claim = await worker.claim('before-the-stop', '1.0', target);
    const stop = (await call('POST', `/api/servers/${row.serverId}/stop?wait_s=0`, {}))
      .body as unknown as CommandView;
    await agent.frame('controller:issue-command');
    const about = { command_id: stop.command_id, generation: stop.generation };
    agent.send({ type: 'agent:accept-command', ...about, accepted: true, refusal: null });
    const asAccepted = await until('accepted', async () => {
      const found = await repository().find(stop.command_id);
      return found?.state === 'accepted' ? found : null;
    });
    const report = {
      type: 'agent:report-command' as const,
      ...about,
      ok: true,
      detail: '',
      state: running,
      checks: null,
    };
    agent.send(report);
    const ended = await until('the end', async () => {
      const view = (await call('GET', `/api/servers/${row.serverId}/commands/${stop.command_id}`))
        .body as unknown as CommandView;
      return view.state === 'succeeded' ? view : null;
    });
    expect(ended.ended_attempts).toEqual([claim.attempt_id]);

    // The job that was taken from it waits for this worker as well.
    const fresh = await worker.claim('after-the-start', '1.0', { ...target, platform_tag: 'linux_s390x' });
    // It has looked at the command before the first one has ended it.
    vi.spyOn(repository(), 'find').mockResolvedValueOnce(asAccepted);
    await controller.app
      .get(TakeReports, { strict: false })
      .take({ agentId: row.agentId, serverId: row.serverId }, report as never);
    expect((await call('GET', `/api/attempts/${fresh.attempt_id}`)).body).toMatchObject({ state: 'claimed' });
    agent.close();
  });

  it('the end of an older stop does not let grants go on that a newer one has just stopped', async () => {
    const database = controller.app.get(Database, { strict: false });
    await database.transaction((tx) => repository().holdGrants(tx, row.serverId, 60));
    const letGo = Promise.withResolvers<undefined>();
    const isHeld = Promise.withResolvers<undefined>();
    const issuing = database.transaction(async (tx) => {
      await repository().insert(tx, {
        id: newId('command'),
        serverId: row.serverId,
        agentId: row.agentId,
        verb: 'stop',
        checks: null,
        actor: 'test',
        reason: null,
        holdS: null,
        expiresS: 60,
      });
      await repository().holdGrants(tx, row.serverId, 60);
      isHeld.resolve(undefined);
      await letGo.promise;
    });
    await isHeld.promise;
    const releasing = database.transaction((tx) => repository().releaseGrants(tx, row.serverId));
    await until('the end to wait', async () => {
      const waiting = await controller.database.query(
        `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
      );
      return waiting.length > 0;
    });
    letGo.resolve(undefined);
    await issuing;
    expect(await releasing).toEqual([]);
    const [after] = await controller.database.query<{ stopping_until: Date | null }>(
      'SELECT stopping_until FROM workers WHERE id = $1',
      [worker.id],
    );
    expect(after?.stopping_until).not.toBeNull();
  });
});
