import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jobDetailSchema, jobViewSchema, listOf, planDocumentSchema } from '@ironwheel/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readReport, type BuildReport } from './build-report.ts';
import {
  bareEnvironment,
  createVenv,
  pipInstall,
  runPython,
  simpleUrl,
  uvInstall,
  writeHashedRequirements,
} from './install-wheels.ts';
import { cliScript, machineEnvironment, runProgram } from './run-program.ts';
import { answerSource, makeSdists, writeSample } from './samples.ts';
import { startUp, type Installation } from './start-up.ts';

let directory: string;
let installation: Installation;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'iw-e2e-'));
  installation = await startUp(join(directory, 'data'));
});
afterAll(async () => {
  await installation.stop();
  await rm(directory, { recursive: true, force: true });
});

async function build(...args: string[]): Promise<{ code: number; report: BuildReport; text: string }> {
  const path = join(
    directory,
    `report-${args
      .join('-')
      .replaceAll(/[^a-z0-9]+/gi, '')
      .slice(-60)}.json`,
  );
  await rm(path, { force: true });
  const ended = await installation.ironwheel('build', '--report', path, ...args);
  const text = `${ended.stdout}\n${ended.stderr}`;
  if (ended.code > 1) throw new Error(`build ended with ${ended.code}: ${text}`);
  return { code: ended.code, report: await readReport(path), text };
}

const json = async (...args: string[]): Promise<unknown> => {
  const ended = await installation.ironwheel('--json', ...args);
  expect(ended.stderr).toBe('');
  return JSON.parse(ended.stdout);
};

describe('the main job, with sample sdists that need nothing from an index', () => {
  let report: BuildReport;

  beforeAll(async () => {
    const sdists = await makeSdists(join(directory, 'sdists'));
    const built = await build('--wheels', sdists);
    expect(built.code, built.text).toBe(0);
    ({ report } = built);
  });

  it('a worker that claimed the work built every sdist', () => {
    expect(report.results.length).toBeGreaterThanOrEqual(3);
    for (const row of report.results) {
      expect(row).toMatchObject({ action: 'build', ok: true, attempt: { state: 'succeeded' } });
      expect(row.runner).toMatch(/process/);
      expect(row.wheel).toMatch(/\.whl$/);
    }
    expect(report.results.some((row) => row.wheel?.endsWith('-any.whl'))).toBe(true);
    expect(report.results.filter((row) => !row.wheel?.endsWith('-any.whl')).length).toBeGreaterThanOrEqual(2);
  });

  it('pip installs the wheels from the index, hash-checked, and they import', async () => {
    const venv = await createVenv(join(directory, 'venv-pip'));
    const requirements = await writeHashedRequirements(directory, report.results);
    const installed = await pipInstall(venv, simpleUrl(installation.url, report.results), requirements);
    expect(installed.code, installed.stdout + installed.stderr).toBe(0);
    const modules = report.results.map((row) => row.name.replaceAll('-', '_'));
    const imported = await runPython(venv, `import ${modules.join(', ')}; print("imported")`);
    expect(imported, imported.stderr).toMatchObject({ code: 0, stdout: 'imported' });
  });

  it('pip refuses a wheel whose hash is another one', async () => {
    const venv = await createVenv(join(directory, 'venv-refuse'));
    const [row] = report.results;
    const requirements = await writeHashedRequirements(directory, [{ ...row!, sha256: '0'.repeat(64) }]);
    const installed = await pipInstall(venv, simpleUrl(installation.url, report.results), requirements);
    expect(installed.code).not.toBe(0);
    expect(installed.stderr).toMatch(/hash/i);
  });

  it('uv installs the wheels from the same index, hash-checked', async (context) => {
    const venv = await createVenv(join(directory, 'venv-uv'));
    const tool = await createVenv(join(directory, 'venv-tool'));
    const got = await runProgram(join(tool, 'bin', 'pip'), ['install', '-q', 'uv'], machineEnvironment());
    if (got.code !== 0) return context.skip('uv cannot be installed: no package index has it');
    const requirements = await writeHashedRequirements(directory, report.results);
    const index = simpleUrl(installation.url, report.results);
    const installed = await uvInstall(join(tool, 'bin', 'uv'), venv, index, requirements);
    expect(installed.code, installed.stderr).toBe(0);
    const [row] = report.results;
    const imported = await runPython(venv, `import ${row!.name.replaceAll('-', '_')}; print("imported")`);
    expect(imported, imported.stderr).toMatchObject({ code: 0, stdout: 'imported' });
  });

  it('downloads the wheelhouse, each wheel checked by its hash', async () => {
    const wheelhouse = join(directory, 'wheelhouse');
    const again = await build('--wheels', join(directory, 'sdists'), '--wheelhouse', wheelhouse);
    expect(again.code, again.text).toBe(0);
    const venv = await createVenv(join(directory, 'venv-offline'));
    const names = report.results.map((row) => `${row.name}==${row.version}`);
    const args = ['install', '--no-index', '--find-links', wheelhouse, ...names];
    const installed = await runProgram(join(venv, 'bin', 'pip'), args, bareEnvironment());
    expect(installed.code, installed.stderr).toBe(0);
  });

  it('the log of a build can be read and followed to its end', async () => {
    const [row] = report.results;
    const whole = await installation.ironwheel('logs', row!.name, row!.version);
    expect(whole.code, whole.stderr).toBe(0);
    expect(whole.stdout.length).toBeGreaterThan(0);
    const followed = await installation.ironwheel('logs', '-f', row!.name);
    expect(followed).toMatchObject({ code: 0 });
    expect(followed.stdout).toBe(whole.stdout);
  });
});

it('a rebuild is generation 2 with a build tag, and the bytes behind the first name stay', async () => {
  const source = await writeSample(join(directory, 'again'), 'ironwheel-test-again', '1.0', answerSource);
  const sdists = await makeSdists(join(directory, 'again-sdists'), [source]);
  const [first] = (await build('--wheels', sdists)).report.results;
  const fileUrl = `${installation.url}/files/${first!.sha256!}/${first!.wheel!}`;
  const digest = async (): Promise<string> =>
    createHash('sha256')
      .update(Buffer.from(await (await fetch(fileUrl)).arrayBuffer()))
      .digest('hex');
  expect(await digest()).toBe(first!.sha256);

  const [second] = (await build('--wheels', sdists, '--rebuild')).report.results;
  const job = jobDetailSchema.parse(await json('jobs', 'show', second!.job_id!));
  expect(job).toMatchObject({ state: 'succeeded', generation: 2 });
  expect(second!.wheel).not.toBe(first!.wheel);
  expect(second!.wheel).toMatch(/^ironwheel_test_again-1\.0-\d[^-]*-/);
  expect(await digest()).toBe(first!.sha256);
});

it('a failing build tells the phase, the reason and the lines of the log that matter', async () => {
  const broken = answerSource.replace('PyLong_FromLong(42)', 'this_is_no_expression(');
  const source = await writeSample(join(directory, 'broken'), 'ironwheel-test-broken', '1.0', broken);
  const { code, report, text } = await build(
    '--wheels',
    await makeSdists(join(directory, 'broken-sdists'), [source]),
  );
  expect(code).toBe(1);
  expect(report.failed).toBe(1);
  const [row] = report.results;
  expect(row).toMatchObject({ ok: false, wheel: null, attempt: { state: 'failed', phase: 'build' } });
  expect(row!.attempt!.error!.lines.map((line) => line.text).join('\n')).toMatch(/part\.c:\d+.*error/);
  expect(text).toMatch(/in phase build/);
  expect(text).toMatch(/part\.c:\d+.*error/);
  const shown = await installation.ironwheel('jobs', 'show', row!.job_id!);
  expect(shown.stdout).toMatch(/in phase build/);
});

it('two Python versions of one release are two jobs', async () => {
  const source = await writeSample(join(directory, 'twice'), 'ironwheel-test-twice', '1.0', answerSource);
  const sdists = await makeSdists(join(directory, 'twice-sdists'), [source]);
  const mine = installation.pythonTags[0]!;
  const other = mine === 'cp313' ? '3.12' : '3.13';
  const waiting = planDocumentSchema.parse(
    ((await json('build', '--detach', '--python', other, '--wheels', sdists)) as { plan: unknown }).plan,
  );
  const { report } = await build('--wheels', sdists);
  expect(report.results[0]).toMatchObject({ ok: true, python_tag: mine });

  const { items } = listOf(jobViewSchema).parse(await json('jobs', '--package', 'ironwheel-test-twice'));
  expect(items.map((job) => [job.python_tag, job.state]).toSorted()).toEqual(
    [
      [mine, 'succeeded'],
      [`cp${other.replace('.', '')}`, 'queued'],
    ].toSorted(),
  );
  const left = items.find((job) => job.python_tag !== mine)!;
  expect(left.run_ids).toEqual([waiting.run_id]);
  expect((await installation.ironwheel('jobs', 'cancel', left.job_id)).code).toBe(0);
});

it('paused claims leave a job queued and the command line says why; resumed ones build it', async () => {
  const source = await writeSample(join(directory, 'paused'), 'ironwheel-test-paused', '1.0', answerSource);
  const sdists = await makeSdists(join(directory, 'paused-sdists'), [source]);
  expect((await installation.ironwheel('claims', 'pause', '--reason', 'a test')).code).toBe(0);
  const { plan } = (await json('build', '--detach', '--wheels', sdists)) as { plan: unknown };
  const { run_id: run } = planDocumentSchema.parse(plan);
  const queued = listOf(jobViewSchema).parse(await json('jobs', '--run', run));
  expect(queued.items.map((job) => job.state)).toEqual(['queued']);
  expect((await installation.ironwheel('claims', 'show')).stdout).toMatch(/paused/);
  expect((await installation.ironwheel('claims', 'resume')).code).toBe(0);
  // The same wish again joins the waiting job.
  const { code, report } = await build('--wheels', sdists);
  expect(code).toBe(0);
  expect(report.results[0]!.job_id).toBe(queued.items[0]!.job_id);
});

describe('the command line', () => {
  it('ends with 3 for a refusal, 4 for an unreachable controller, 2 for bad usage', async () => {
    const refused = await installation.ironwheel(
      '--json',
      'jobs',
      'show',
      'job_01890000-0000-7000-8000-000000000000',
    );
    expect(refused.code).toBe(3);
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: 'JOB_NOT_FOUND' });
    const env = { ...machineEnvironment(), IRONWHEEL_TOKEN: 'none' };
    const away = await runProgram(
      process.execPath,
      [cliScript, '--url', 'http://127.0.0.1:1025', 'jobs'],
      env,
    );
    expect(away.code).toBe(4);
    expect((await installation.ironwheel('jobs', '--limit', 'many')).code).toBe(2);
  });

  it('prints the secret of a token once, and a revoked token is refused', async () => {
    const created = await installation.ironwheel('token', 'create', '--role', 'viewer', '--name', 'e2e');
    const secret = created.stdout.trim();
    expect(secret).toMatch(/^[\x21-\x7e]{20,}$/);
    const list = await installation.ironwheel('--json', 'token', 'list');
    expect(list.stdout).not.toContain(secret);
    const { items } = JSON.parse(list.stdout) as { items: { token_id: string; name: string }[] };
    const call = (): Promise<Response> =>
      fetch(`${installation.url}/api/jobs`, { headers: { authorization: `Bearer ${secret}` } });
    expect((await call()).status).toBe(200);
    const id = items.find((item) => item.name === 'e2e')!.token_id;
    expect((await installation.ironwheel('token', 'revoke', id)).code).toBe(0);
    expect((await call()).status).toBe(401);
  });
});

describe('with real packages of the package index', () => {
  it('builds from source, reuses a pure wheel, and installs all through one index URL', async (context) => {
    const wanted = ['markupsafe==3.0.2', 'six==1.17.0', 'idna==3.10'];
    const planned = await installation.ironwheel(
      '--json',
      'plan',
      '--no-binary',
      'markupsafe,six',
      ...wanted,
    );
    if (planned.code !== 0) return context.skip(`no usable package index: ${planned.stdout.slice(0, 300)}`);
    const { code, report, text } = await build('--no-binary', 'markupsafe,six', ...wanted);
    expect(code, text).toBe(0);
    expect(report.results.map((row) => [row.name, row.action])).toEqual(
      expect.arrayContaining([
        ['markupsafe', 'build'],
        ['six', 'build'],
        ['idna', 'reuse'],
      ]),
    );
    const venv = await createVenv(join(directory, 'venv-real'));
    const requirements = await writeHashedRequirements(directory, report.results);
    const installed = await pipInstall(venv, simpleUrl(installation.url, report.results), requirements);
    expect(installed.code, installed.stdout + installed.stderr).toBe(0);
    const imported = await runPython(venv, 'import markupsafe._speedups, six, idna; print("imported")');
    expect(imported, imported.stderr).toMatchObject({ code: 0, stdout: 'imported' });
  });
});
