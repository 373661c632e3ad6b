import { startController, type TestController } from '@ironwheel/testing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAgainst } from '../../test/command-fixture.ts';

describe('ironwheel hints', () => {
  const directory = mkdtempSync(join(tmpdir(), 'ironwheel-hints-'));
  let controller: TestController;
  let run: ReturnType<typeof runAgainst>;
  beforeAll(async () => {
    controller = await startController();
    run = runAgainst(controller.url, controller.adminToken);
  });
  afterAll(async () => {
    rmSync(directory, { recursive: true, force: true });
    await controller.close();
  });
  const write = (name: string, content: unknown): string => {
    const path = join(directory, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };
  const log = 'x.c:2:10: fatal error: foo.h: No such file or directory\n';

  it('makes a hint of a file and of options, shows it, and changes what is named', async () => {
    const file = write('hint.json', { pattern: 'fatal error: foo\\.h', recipes: { apt: ['libfoo-dev'] } });
    const made = await run('hints', 'add', file, '--dnf', 'foo-devel', '--note', 'for foo', '--json');
    expect(made.code, made.notes).toBe(0);
    const hint = JSON.parse(made.out) as { id: string };
    expect(hint).toMatchObject({ recipes: { apt: ['libfoo-dev'], dnf: ['foo-devel'] }, note: 'for foo' });
    expect((await run('hints', 'update', hint.id, '--disable')).out).toContain('revision 2');
    const shown = (await run('hints', 'show', hint.id)).out;
    expect(shown).toContain('switched off');
    expect(shown).toContain('recipe       apt libfoo-dev');
    expect((await run('hints', 'list', '--source', 'operator')).out).toMatch(/^hint_\S+ +operator +off/m);
    expect(await run('hints', 'update', hint.id)).toMatchObject({ code: 2 });
    expect(await run('hints', 'remove', hint.id)).toMatchObject({ code: 2 });
    expect((await run('hints', 'remove', hint.id, '--yes')).out).toBe(`Deleted the hint ${hint.id}.\n`);
  });

  it('lists the catalogue', async () => {
    expect((await run('hints')).out).toMatch(/^builtin-zlib +builtin +fatal error: zlib/m);
  });

  it('holds a log against the hints, with a draft, and says what is suggested', async () => {
    const path = write('build.log', log);
    const none = await run('hints', 'test', path);
    expect(none.code).toBe(1);
    expect(none.out).toContain('Suggested: fatal error: foo\\.h');
    const draft = write('draft.json', { pattern: 'foo\\.h', recipes: { apt: ['libfoo-dev'] } });
    const tried = await run('hints', 'test', path, '--hint', draft);
    expect(tried).toMatchObject({ code: 0, out: expect.stringContaining('apt libfoo-dev') as string });
    expect(await run('hints', 'test')).toMatchObject({ code: 2 });
  });

  it('says what the controller refuses, with exit code 3', async () => {
    expect(await run('hints', 'show', 'hint_gone')).toMatchObject({ code: 3, out: '' });
    expect((await run('hints', 'add', '--pattern', '(?=a)', '--apt', 'x')).notes).toContain('(?=');
    expect((await run('hints', 'remove', 'builtin-zlib', '--yes')).code).toBe(3);
    expect((await run('hints', 'add', write('none.json', '[]'))).code).toBe(2);
    expect((await run('hints', 'suggest')).out).toContain('Every recent failure');
  });
});
