import { startController, TestWorker, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAgainst } from '../../test/command-fixture.ts';

describe('ironwheel pools', () => {
  let controller: TestController;
  let run: ReturnType<typeof runAgainst>;
  beforeAll(async () => {
    controller = await startController();
    run = runAgainst(controller.url, controller.adminToken);
  });
  afterAll(() => controller.close());

  it('makes a pool, lists it with the others and shows it', async () => {
    const made = await run(
      ...['pools', 'create', 'z15', '--description', 'LinuxONE', '--max-jobs', '3'],
      ...['--profile', 'mirror.example=low_hit', '--profile', 'pypi.example=warmup'],
    );
    expect(made).toEqual({ code: 0, out: 'Made the pool z15.\n', notes: '' });
    const { out } = await run('pools');
    expect(out).toMatch(/^default +default +0 +0 +0 +0/m);
    expect(out).toMatch(/^z15 +0 +0 +0\/3 +0 +LinuxONE/m);
    const shown = (await run('pools', 'show', 'z15')).out;
    expect(shown).toContain('held jobs    0 of at most 3');
    expect(shown).toContain('profile      mirror.example low_hit');
    expect(JSON.parse((await run('pools', 'show', 'z15', '--json')).out)).toMatchObject({
      name: 'z15',
      max_jobs: 3,
    });
  });

  it('edits what is named and leaves the rest', async () => {
    await run('pools', 'create', 'edited', '--description', 'kept', '--profile', 'a.example=warmup');
    const args = ['--profile', 'b.example=low_hit', '--profile', 'a.example='];
    expect((await run('pools', 'edit', 'edited', ...args)).out).toContain('revision 2');
    expect(JSON.parse((await run('pools', 'show', 'edited', '--json')).out)).toMatchObject({
      description: 'kept',
      profiles: { 'b.example': 'low_hit' },
    });
    expect(await run('pools', 'edit', 'edited')).toMatchObject({ code: 2, out: '' });
  });

  it('scales up, down and without a bound', async () => {
    await run('pools', 'create', 'scaled');
    expect((await run('pools', 'scale', 'scaled', '2')).out).toBe(
      'The pool scaled holds at most 2 jobs now; it holds 0.\n',
    );
    expect((await run('pools', 'scale', 'scaled', 'none')).out).toContain('has no bound now');
    for (const text of ['-1', '1.5', 'all'])
      expect((await run('pools', 'scale', 'scaled', text)).code).toBe(2);
  });

  it('makes another one the default', async () => {
    await run('pools', 'create', 'next');
    expect((await run('pools', 'set-default', 'next')).out).toBe('next is the default pool.\n');
    await run('pools', 'set-default', 'default');
  });

  it('archives a pool that nothing is in, after it was asked, and tells what is in the way of another', async () => {
    await run('pools', 'create', 'unused');
    expect((await run('pools', 'archive', 'unused', '--dry-run')).out).toBe(
      'Nothing is in the way of archiving unused.\n',
    );
    expect(await run('pools', 'archive', 'unused')).toMatchObject({
      code: 2,
      notes: expect.stringContaining('--yes') as string,
    });
    expect((await run('pools', 'archive', 'unused', '--yes')).out).toBe('Archived the pool unused.\n');
    expect((await run('pools', 'list', '--archived')).out).toMatch(/^unused /m);
    await TestWorker.enroll(controller, 'in-the-way');
    const dry = await run('pools', 'archive', 'default', '--dry-run');
    expect(dry).toMatchObject({ code: 0, out: expect.stringContaining('in-the-way') as string });
    const refused = await run('pools', 'archive', 'default', '--yes', '--json');
    expect(refused.code).toBe(3);
    expect(JSON.parse(refused.out)).toMatchObject({ error: 'POOL_IN_USE' });
  });

  it('says what the controller refuses, with exit code 3', async () => {
    expect(await run('pools', 'show', 'nowhere')).toMatchObject({ code: 3, out: '' });
    expect((await run('pools', 'create', 'NOT-A-NAME')).notes).toContain('lower-case');
    expect((await run('pools', 'create', 'x', '--profile', 'a.example=reckless')).code).toBe(3);
    expect((await run('pools', 'create', 'x', '--profile', 'no-pair')).code).toBe(2);
    expect((await run('pools', 'scale', '--help')).code).toBe(0);
  });
});
