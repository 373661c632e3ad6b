import { callController, startController, TestWorker, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAgainst } from '../../test/command-fixture.ts';

describe('ironwheel servers', () => {
  let controller: TestController;
  let run: ReturnType<typeof runAgainst>;
  beforeAll(async () => {
    controller = await startController();
    run = runAgainst(controller.url, controller.adminToken);
    await run('pools', 'create', 'other');
  });
  afterAll(() => controller.close());

  const add = async (name: string, more: Record<string, unknown> = {}): Promise<string> => {
    const body = { name, ...more };
    const answer = await callController(controller, 'POST', '/api/servers', controller.adminToken, body);
    return String(answer.body['server_id']);
  };
  const show = async (name: string): Promise<unknown> =>
    JSON.parse((await run('servers', 'show', name, '--json')).out);

  it('lists servers with their states and what needs a person, by filter, pool and text', async () => {
    expect((await run('servers')).out).toContain('servers add NAME');
    await add('alpha', { address: '192.0.2.1' });
    await add('beta', { pool: 'other' });
    const { out } = await run('servers', 'list');
    expect(out).toMatch(/^alpha +default +never +unknown +none +unmatched +192\.0\.2\.1/m);
    expect(out).toContain('ironwheel servers bundle alpha');
    expect((await run('servers', '--pool', 'other')).out).not.toContain('alpha');
    expect((await run('servers', '--search', 'alp')).out).not.toContain('beta');
    expect((await run('servers', '--filter', 'matched')).out).toContain('There is no such server');
    expect((await run('servers', '--filter', 'broken')).code).toBe(2);
    expect((await run('servers', '--limit', '1')).notes).toContain('1 more');
  });

  it('finds a server by its whole name or its id', async () => {
    const id = await add('gamma', { labels: { arch: 's390x' } });
    await add('gamma-2');
    expect(await show('gamma')).toMatchObject({ server_id: id });
    expect(await show(id)).toMatchObject({ name: 'gamma' });
    expect((await run('servers', 'show', 'gamma')).out).toContain('label        arch=s390x');
    expect(await run('servers', 'show', 'gam')).toMatchObject({ code: 3, out: '' });
    expect(JSON.parse((await run('servers', 'show', 'gam', '--json')).out)).toMatchObject({
      error: 'SERVER_NOT_FOUND',
    });
  });

  it('edits what is named and leaves the rest', async () => {
    await add('delta', { labels: { arch: 's390x', memory: '8 GiB' }, description: 'kept' });
    const args = [
      '--name',
      'delta-new',
      '--pool',
      'other',
      '--label',
      'memory=',
      '--label',
      'z_generation=z15',
    ];
    expect((await run('servers', 'edit', 'delta', ...args)).out).toBe('Changed delta-new (revision 2).\n');
    expect(await show('delta-new')).toMatchObject({
      pool: 'other',
      description: 'kept',
      labels: { arch: 's390x', z_generation: 'z15' },
    });
    expect((await run('servers', 'edit', 'delta-new')).code).toBe(2);
    expect((await run('servers', 'edit', 'delta-new', '--pool', 'nowhere')).code).toBe(3);
  });

  it('archives a server after it was asked, and tells what ends', async () => {
    const id = await add('omega');
    const worker = await TestWorker.enroll(controller);
    await controller.database.query('UPDATE workers SET server_id = $2 WHERE id = $1', [worker.id, id]);
    const ends = `worker ${worker.id}`;
    expect((await run('servers', 'archive', 'omega', '--dry-run')).out).toBe(`Would end: ${ends}\n`);
    const asked = await run('servers', 'archive', 'omega');
    expect(asked).toMatchObject({ code: 2, out: '' });
    expect(asked.notes).toContain(`Would end: ${ends}`);
    expect(await show('omega')).toMatchObject({ archived_at: null, worker_id: worker.id });
    const done = await run('servers', 'archive', 'omega', '--yes');
    expect(done).toEqual({ code: 0, out: `Archived omega.\nEnded: ${ends}\n`, notes: '' });
    expect((await run('servers', '--archived')).out).toMatch(/^omega /m);
    expect(await run('servers', 'archive', 'omega', '--yes')).toMatchObject({ code: 3 });
  });
});
