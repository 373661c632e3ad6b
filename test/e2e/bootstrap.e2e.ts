import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jobViewSchema, listOf, planDocumentSchema } from '@ironwheel/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readReport, type BuildReport } from './build-report.ts';
import { bareEnvironment, createVenv, runPython } from './install-wheels.ts';
import { runProgram } from './run-program.ts';
import { answerSource, makeSdists, writeSample } from './samples.ts';
import { startUp, type Installation } from './start-up.ts';

let directory: string;
let installation: Installation;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'iw-bootstrap-'));
  // There is no index at all: what is built with what can only come from here.
  installation = await startUp(join(directory, 'data'), { PIP_NO_INDEX: '1', PIP_CONFIG_FILE: '/dev/null' });
});
afterAll(async () => {
  await installation.stop();
  await rm(directory, { recursive: true, force: true });
});

/** A pure package whose build imports the tool and writes down what that one answers. */
async function writeParent(place: string, name: string, tool: string): Promise<string> {
  const module = name.replaceAll('-', '_');
  await mkdir(join(place, module), { recursive: true });
  await mkdir(join(place, '_backend'), { recursive: true });
  await writeFile(join(place, module, '__init__.py'), 'from .recorded import answer\n');
  await writeFile(
    join(place, '_backend', 'recording_backend.py'),
    `from ironwheel_sample_backend import *
from ironwheel_sample_backend import build_wheel as _build_wheel


def build_wheel(*arguments, **named):
    import ${tool.replaceAll('-', '_')} as tool
    with open("${module}/recorded.py", "w", encoding="utf-8") as file:
        file.write(f"answer = {tool.answer()}\\n")
    return _build_wheel(*arguments, **named)
`,
  );
  await writeFile(
    join(place, 'pyproject.toml'),
    `[build-system]
requires = ["${tool}>=1"]
build-backend = "recording_backend"
backend-path = ["_backend"]

[project]
name = "${name}"
version = "1.0"
requires-python = ">=3.9"
`,
  );
  const settings = { name, version: '1.0', summary: 'A sample of a test', package: module, extensions: {} };
  await writeFile(join(place, 'sample.json'), JSON.stringify(settings));
  return place;
}

const json = async (...args: string[]): Promise<unknown> => {
  const ended = await installation.ironwheel('--json', ...args);
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  return JSON.parse(ended.stdout);
};

/** The state of each job of a run, before anything of it is claimed and, with the reason, at its end. */
async function buildPaused(sdists: string): Promise<{
  before: Record<string, string>;
  after: Record<string, { state: string; reason: string | null }>;
  report: BuildReport;
}> {
  await json('claims', 'pause', '--reason', 'a look at the jobs');
  const { plan } = (await json('build', '--bootstrap', '--detach', '--wheels', sdists)) as { plan: unknown };
  const { run_id: run } = planDocumentSchema.parse(plan);
  const list = async () => listOf(jobViewSchema).parse(await json('jobs', '--run', run)).items;
  const before = Object.fromEntries((await list()).map((job) => [job.name, job.state]));
  await json('claims', 'resume');
  const path = join(directory, `${run}.json`);
  // The same wish again joins the waiting jobs.
  const ended = await installation.ironwheel('build', '--bootstrap', '--report', path, '--wheels', sdists);
  expect(ended.code, ended.stderr).toBeLessThan(2);
  const after = Object.fromEntries(
    (await list()).map((job) => [job.name, { state: job.state, reason: job.state_reason }]),
  );
  return { before, after, report: await readReport(path) };
}

it('builds a build requirement first, then with its wheel what needs it, and serves both', async () => {
  const tool = await writeSample(join(directory, 'tool'), 'ironwheel-test-tool', '1.0', answerSource);
  const parent = await writeParent(join(directory, 'parent'), 'ironwheel-test-parent', 'ironwheel-test-tool');
  const sdists = await makeSdists(join(directory, 'sdists'), [tool, parent]);
  const { before, after, report } = await buildPaused(sdists);
  expect(before).toEqual({ 'ironwheel-test-tool': 'queued', 'ironwheel-test-parent': 'blocked' });
  expect(after).toMatchObject({
    'ironwheel-test-tool': { state: 'succeeded' },
    'ironwheel-test-parent': { state: 'succeeded' },
  });
  const venv = await createVenv(join(directory, 'venv'));
  const [row] = report.results;
  const index = `${installation.url}/index/${row!.python_tag}-${row!.platform_tag}/simple/`;
  const installed = await runProgram(
    join(venv, 'bin', 'pip'),
    ['install', '--index-url', index, 'ironwheel-test-parent', 'ironwheel-test-tool'],
    bareEnvironment(),
  );
  expect(installed.code, installed.stderr).toBe(0);
  // Nobody but the tool's own wheel could have told the number to the parent's build.
  const answer = await runPython(venv, 'import ironwheel_test_parent as p; print(p.answer)');
  expect(answer, answer.stderr).toMatchObject({ code: 0, stdout: '42' });
});

it('does not build what needs a build requirement that failed, and says which', async () => {
  const broken = answerSource.replace('PyLong_FromLong(42)', 'this_is_no_expression(');
  const tool = await writeSample(join(directory, 'bad'), 'ironwheel-test-bad-tool', '1.0', broken);
  const parent = await writeParent(
    join(directory, 'waits'),
    'ironwheel-test-waits',
    'ironwheel-test-bad-tool',
  );
  const sdists = await makeSdists(join(directory, 'bad-sdists'), [tool, parent]);
  const { before, after, report } = await buildPaused(sdists);
  expect(before).toEqual({ 'ironwheel-test-bad-tool': 'queued', 'ironwheel-test-waits': 'blocked' });
  expect(after).toMatchObject({
    'ironwheel-test-bad-tool': { state: 'failed' },
    'ironwheel-test-waits': {
      state: 'unreachable',
      reason: expect.stringContaining('ironwheel-test-bad-tool') as unknown,
    },
  });
  expect(report.failed).toBe(2);
});
