import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processEnvironment } from '@ironwheel/config';
import { planDocumentSchema } from '@ironwheel/contracts';
import { createSampleWheel, FakeIndex } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createContext, type CommandContext } from '../context.ts';
import { printError } from '../output/print-error.ts';
import { createProgram } from '../program.ts';

const target = ['--python', '3.12', '--platform', 'manylinux_2_28_s390x'];

describe('ironwheel plan --local', () => {
  let index: FakeIndex;
  let directory: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'ironwheel-plan-'));
    index = await FakeIndex.start();
    index.add(
      'app',
      createSampleWheel({ name: 'app', requiresDist: ['base>=1', "win; sys_platform == 'win32'"] }),
    );
    index.add(
      'base',
      createSampleWheel({ name: 'base', version: '1.0' }),
      createSampleWheel({ name: 'base', version: '2.0' }),
    );
    const bytes = Buffer.from('nothing can be read of it');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    index.add('native', { filename: 'native-1.0.tar.gz', bytes, sha256 });
    index.add('old', createSampleWheel({ name: 'old', requiresDist: ['base<2'] }));
  });
  afterAll(async () => {
    await index.close();
    rmSync(directory, { recursive: true, force: true });
  });

  /** Runs the command as `main` does. */
  const run = async (...args: string[]): Promise<{ code: number; out: string; notes: string }> => {
    let [out, notes] = ['', ''];
    const output = {
      ...createContext([]).output,
      write: (text: string) => void (out += text),
      writeNote: (text: string) => void (notes += text),
      line: (text: string) => void (out += `${text}\n`),
      note: (text: string) => void (notes += `${text}\n`),
      json: (value: unknown) => void (out += `${JSON.stringify(value)}\n`),
    } as CommandContext['output'];
    const context: CommandContext = {
      ...createContext(args, output),
      env: { ...processEnvironment(), XDG_CACHE_HOME: join(directory, 'cache'), NETRC: '' },
    };
    try {
      await createProgram(context).parseAsync(['plan', ...args], { from: 'user' });
      return { code: context.exitCode, out, notes };
    } catch (error) {
      return { code: printError(error, output, args.includes('--json')), out, notes };
    }
  };
  const local = (...args: string[]) =>
    run('--local', '--index-url', index.url, '--run-id', 'run_fixed', ...target, ...args);

  it('follows dependencies for the target that is named, and prints counts, verdicts and reasons', async () => {
    const { code, out, notes } = await local('app', 'native', '--no-deps');
    expect([code, notes]).toEqual([0, '']);
    expect(out).toContain('1 to build, 1 reused');
    expect(out).toMatch(/native +1\.0 +build/);
    const whole = await local('app');
    expect(whole.out).toMatch(/base +2\.0 +reuse/);
    expect(whole.out).not.toContain('win');
  });

  it('gives the same bytes again for the same inputs', async () => {
    const [first, second] = [await local('app', '--json'), await local('app', '--json')];
    expect(first.code).toBe(0);
    expect(second.out).toBe(first.out);
    expect(planDocumentSchema.parse(JSON.parse(first.out)).run_id).toBe('run_fixed');
  });

  it('says why a package is there, from the words of the user on', async () => {
    const { code, out } = await local('app', '--why', 'BASE');
    expect(code).toBe(0);
    expect(out).toContain('base 2.0: reuse');
    expect(out).toMatch(/from what was asked for: .*app.*base/);
    expect(out).toContain('needed by app 1.0 (install, reuse)');
    expect((await local('app', '--why', 'nobody')).code).toBe(2);
  });

  it('shows what is different from an earlier plan', async () => {
    const before = join(directory, 'before.json');
    writeFileSync(before, (await local('app', '--strategy', 'lowest', '--json')).out);
    const { code, out } = await local('app', '--diff', before);
    expect(code).toBe(0);
    expect(out).toContain('~ base 1.0 reuse');
    expect(out).toContain('0 added, 0 removed, 1 changed');
    expect((await local('app', '--diff', before, '--json')).out).toContain('"changed":[{"name":"base"');
    writeFileSync(before, '{}');
    expect(await local('app', '--diff', before)).toMatchObject({ code: 2 });
  });

  it('draws the plan', async () => {
    const { out } = await local('app', '--dot');
    expect(out).toMatch(/^(?:strict )?digraph/);
    expect(out).toContain('base');
  });

  it('tells what is missing with what to do next, and the steps of a conflict', async () => {
    const missing = await local('nowhere');
    expect(missing.code).toBe(1);
    expect(missing.out).toMatch(/missing: nowhere[^]*\n {2}next: check its spelling/);
    const conflict = await local('old', 'base==2.0');
    expect([conflict.code, conflict.out]).toEqual([3, '']);
    expect(conflict.notes).toContain('base');
  });

  it('takes a folder of wheels whole, and plans nothing when one of them is bad', async () => {
    const wheels = join(directory, 'wheels');
    mkdirSync(wheels);
    const { filename, bytes } = createSampleWheel({ name: 'mine', requiresDist: ['old'] });
    writeFileSync(join(wheels, filename), bytes);
    const made = await local('--wheels', wheels, '--json');
    expect(made.code).toBe(0);
    const { nodes } = planDocumentSchema.parse(JSON.parse(made.out));
    expect(nodes.map(({ name }) => name).toSorted()).toEqual(['base', 'mine', 'old']);
    writeFileSync(join(wheels, 'bad-1.0-py3-none-any.whl'), 'rubbish');
    writeFileSync(join(wheels, 'no-wheel.whl'), bytes);
    const refused = await local('--wheels', wheels);
    expect([refused.code, refused.out]).toEqual([2, '']);
    expect(refused.notes).toContain('bad-1.0-py3-none-any.whl is broken');
    expect(refused.notes).toContain('no-wheel.whl');
  });

  it('takes the rules of the command line', async () => {
    const override = join(directory, 'override.txt');
    writeFileSync(override, 'base==1.0  # as tested\n');
    expect((await local('app', '--override', override)).out).toMatch(/base +1\.0 +reuse/);
    expect((await local('app', '--exclude', 'base')).out).not.toContain('base');
    const packages = join(directory, 'packages.json');
    writeFileSync(packages, '{"base": {"excluded": "no port"}}');
    expect((await local('app', '--package-overrides', packages)).out).toContain('no port');
  });

  it.each<[string, string[]]>([
    ['no target', ['--local', 'app']],
    ['two shapes of output', ['--local', ...target, 'app', '--dot', '--why', 'app']],
    ['an index without --local', ['app', '--index-url', 'http://localhost/simple/']],
    ['a run beside requirements', ['app', '--run', 'run_1']],
    ['a strategy against --eager', ['--local', ...target, 'app', '--eager', '--strategy', 'lowest']],
    ['an override file that is not there', ['--local', ...target, 'app', '--override', '/nowhere/at/all']],
    ['package overrides that are no JSON', ['--local', ...target, 'app', '--package-overrides', '/dev/null']],
    ['a name that is none', ['--local', ...target, 'app', '--exclude', '../etc']],
    ['a run id that is none', ['--local', ...target, 'app', '--run-id', '../../etc']],
    ['known failures, which only a controller knows', ['--local', ...target, 'app', '--skip-known-failures']],
  ])('refuses %s as a usage error', async (_what, args) => {
    const { code, out, notes } = await run(...args);
    expect([code, out]).toEqual([2, '']);
    expect(notes).toMatch(/^ironwheel: /);
  });

  it.each([
    ['torn-1.0.tar.gz', 3],
    ['torn-1.0.zip', 3],
    // Folders of wheels are scanned before anything is planned.
    ['torn-1.0-py3-none-any.whl', 2],
  ])('refuses %s that cannot be read, and names it', async (filename, expected) => {
    const wheels = mkdtempSync(join(directory, 'wheels-'));
    writeFileSync(join(wheels, filename), 'no archive');
    const { code, out, notes } = await local('--wheels', wheels);
    expect([code, out]).toEqual([expected, '']);
    expect(notes).toMatch(new RegExp(`${filename} is broken`));
  });

  it('names an index that does not answer', async () => {
    const { code, notes } = await run('--local', '--index-url', 'http://127.0.0.1:9/simple/', ...target, 'x');
    expect(code).toBe(4);
    expect(notes).toContain('127.0.0.1:9');
  });
});
