import { driverExitCodes, type DriverJobInput } from '@ironwheel/plugin-kit';
import {
  describeInterpreter,
  runDriver,
  type DriverRun,
  eventsOf,
  fixturePath,
  makeWorkDirectory,
  readEvents,
} from '@ironwheel/plugin-kit/suites';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const { python_tag: pythonTag, architecture } = describeInterpreter();
const target = { pythonTag, platformTag: `linux_${architecture}` };
const works: string[] = [];
afterAll(() => works.forEach((work) => rmSync(work, { recursive: true, force: true })));

const makeWork = (sample: string, more: Partial<DriverJobInput> = {}): string => {
  const work = makeWorkDirectory(sample, target, more);
  works.push(work);
  return work;
};
const build = (
  sample: string,
  more: Partial<DriverJobInput> = {},
  environment: Record<string, string> = {},
): DriverRun & { work: string; error: string | undefined; output: string } => {
  const work = makeWork(sample, more);
  const run = runDriver(work, environment);
  const output = eventsOf(run.events, 'output')
    .map(({ text }) => text)
    .join('');
  return { ...run, work, output, error: eventsOf(run.events, 'error')[0]?.code };
};
const fixture = fixturePath;

describe('a build', () => {
  it('gives the same bytes twice, in another directory', () => {
    const [one, other] = [build('soundex'), build('soundex')];
    const [first, second] = [one, other].map((run) => eventsOf(run.events, 'artifact')[0]);
    expect(first?.sha256).toBe(second?.sha256);
    expect(first?.filename).toMatch(/^ironwheel_sample_soundex-1\.2\.0-cp3\d+-cp3\d+t?-linux_\w+\.whl$/);
    expect(one.work).not.toBe(other.work);
  });

  it('carries the build tag of the job in its name and in WHEEL', () => {
    const run = build('roman', { build_tag: '7' });
    const artifact = eventsOf(run.events, 'artifact')[0]!;
    expect(artifact.filename).toBe('ironwheel_sample_roman-2.0.0-7-py3-none-any.whl');
    expect(readFileSync(join(run.work, artifact.path)).length).toBe(artifact.size);
    expect(run.exitCode).toBe(0);
  });

  it.each([
    ['where the interpreter has none installed', ['--without-pip'], () => undefined],
    [
      'where a file of the installed one cannot be read',
      [],
      (venv: string) => {
        const pip = execFileSync(join(venv, 'bin/python'), ['-c', 'import pip; print(pip.__path__[0])'], {
          encoding: 'utf8',
        });
        symlinkSync('nowhere', join(pip.trim(), 'dangling.py'));
      },
    ],
  ])('installs with the pip that Python bundles, %s', (_where, options, prepare) => {
    const venv = mkdtempSync(join(tmpdir(), 'ironwheel-venv-'));
    works.push(venv);
    execFileSync('python3', ['-m', 'venv', ...options, venv]);
    prepare(venv);
    const run = build('roman', {}, { PATH: `${join(venv, 'bin')}:${process.env['PATH'] ?? ''}` });
    expect(run.exitCode).toBe(0);
    // An installed one is copied without its metadata.
    const bundled = expect.stringMatching(/^pip-.*\.dist-info$/) as string;
    expect(readdirSync(join(run.work, 'pip'))).toContainEqual(bundled);
    // Nothing half-made stays.
    expect(readdirSync(run.work).filter((name) => name.startsWith('pip-'))).toEqual([]);
  });

  it('records the place, the source, the imports and what it used', () => {
    const run = build('byteorder');
    const facts = Object.fromEntries(eventsOf(run.events, 'fact').map(({ name, value }) => [name, value]));
    expect(facts['environment']).toMatchObject({
      python_tag: pythonTag,
      machine: expect.any(String) as string,
    });
    expect(facts['source']).toMatchObject({ hash_known: true });
    expect(facts['imports']).toEqual({
      checked: ['ironwheel_sample_byteorder', 'ironwheel_sample_byteorder._byteorder'],
      not_checked: [],
    });
    const finished = eventsOf(run.events, 'step-finished').at(-1);
    expect(finished?.max_rss_bytes).toBeGreaterThan(1_000_000);
    expect(finished?.cpu_s).toBeGreaterThan(0);
  });
});

describe('a build that fails tells the lines that matter', () => {
  it.each([
    ['fails-to-compile', 'COMPILE_FAILED', /undeclared_name/],
    ['header-missing', 'HEADER_MISSING', /openssl_that_is_not_here/],
    ['broken-import', 'WHEEL_IMPORT_FAILED', /broken on purpose/],
  ])('%s: %s', (name, code, line) => {
    const run = build(fixture(name));
    const error = eventsOf(run.events, 'error')[0]!;
    expect(error.code).toBe(code);
    expect(run.exitCode).toBe(driverExitCodes.packageFailed);
    expect(error.lines.length).toBeLessThanOrEqual(12);
    const shown = error.lines.find(({ text }) => line.test(text));
    // The number is that of the line in the attempt's log, counted from 1 over all steps.
    expect(run.output.split('\n')[(shown?.line_no ?? 0) - 1]).toBe(shown?.text);
  });

  it.each([
    ['lying-name', 'WHEEL_NAME_MISMATCH'],
    ['lying-tag', 'WHEEL_TAG_MISMATCH'],
    ['traversal-wheel', 'WHEEL_UNSAFE_PATH'],
    ['asks-for-address', 'BUILD_REQUIREMENT_UNSAFE'],
  ])('%s: %s', (name, code) => {
    const run = build(fixture(name));
    expect(run.error).toBe(code);
    expect(eventsOf(run.events, 'artifact')).toEqual([]);
  });

  it('a zip bomb is refused by what it would unpack to', () => {
    const run = build(
      fixture('zip-bomb'),
      { limits: { unpacked_max_bytes: 32 * 1024 * 1024 } },
      { IRON_FIXTURE_MIB: '64' },
    );
    expect(run.error).toBe('WHEEL_TOO_LARGE');
  });

  it('a runtime dependency that is not here is no failure, but is said', () => {
    const run = build(fixture('needs-another'));
    expect(run.exitCode).toBe(0);
    expect(run.output).toContain('import of ironwheel_fixture not checked: needs a_package_that_is_not_here');
  });
});

describe('output', () => {
  it('of one endless line is cut into small pieces, capped, drained and marked', () => {
    const limit = 256 * 1024;
    const mebibytes = 300;
    const run = build(
      fixture('prints-endlessly'),
      { limits: { log_max_bytes: limit } },
      { IRON_FIXTURE_MIB: String(mebibytes) },
    );
    expect(run.exitCode).toBe(0);
    const pieces = eventsOf(run.events, 'output');
    expect(Math.max(...pieces.map(({ text }) => Buffer.byteLength(text)))).toBeLessThanOrEqual(8192);
    expect(run.output).toContain(`the log limit of ${limit} bytes is reached`);
    expect(run.output).toContain('last words of the build');
    const last = eventsOf(run.events, 'step-finished').at(-1)!;
    expect(Buffer.byteLength(run.output)).toBe(last.log_bytes);
    expect(last.log_bytes).toBeLessThanOrEqual(limit);
    expect(last.dropped_bytes).toBeGreaterThan((mebibytes - 1) * 1024 * 1024);
    expect(statSync(join(run.work, 'out', 'build.jsonl')).size).toBeLessThan(2 * limit);
  });
});

describe('steps', () => {
  it('with the network run no code that the package planted', () => {
    const mark = mkdtempSync(join(tmpdir(), 'ironwheel-mark-'));
    works.push(mark);
    const run = build(fixture('plants-code'), {}, { PIP_NO_INDEX: '1', IRON_FIXTURE_MARK: mark });
    expect(run.step).toBe('fetch-more');
    expect(run.error).toBe('BUILD_REQUIREMENT_MISSING');
    expect(readdirSync(mark)).toEqual([]);
  });

  it('out of order say so', () => {
    const work = makeWork('roman');
    const run = runDriver(work, {}, ['build']);
    expect(run.exitCode).toBe(driverExitCodes.usage);
    expect(eventsOf(run.events, 'error')[0]?.code).toBe('STEP_ORDER');
  });

  it('for another interpreter or another machine are refused in prepare', () => {
    const python = makeWork('roman', { python_tag: 'cp399' });
    expect(eventsOf(runDriver(python).events, 'error')[0]?.code).toBe('PYTHON_MISMATCH');
    const machine = makeWork('roman', {
      platform_tag: architecture === 's390x' ? 'linux_x86_64' : 'linux_s390x',
    });
    const run = runDriver(machine);
    expect(eventsOf(run.events, 'error')[0]?.code).toBe('PLATFORM_MISMATCH');
    expect(run.exitCode).toBe(driverExitCodes.environment);
  });

  it('with a damaged job.json say what is wrong with it', () => {
    const work = makeWork('roman');
    writeFileSync(join(work, 'job.json'), '{"schema": 1, "name": "../x"}');
    const run = runDriver(work);
    expect(run.exitCode).toBe(driverExitCodes.usage);
    expect(eventsOf(run.events, 'error')[0]).toMatchObject({ code: 'JOB_INVALID' });
  });

  it('never follow what lies in the place of their event file', () => {
    const work = makeWork('roman');
    runDriver(work, {}, ['prepare']);
    const planted = join(work, 'out', 'fetch.jsonl');
    writeFileSync(planted, '{"type":"artifact"}\n');
    runDriver(work, {}, ['fetch']);
    expect(readEvents(work, 'fetch')[0]?.type).toBe('step-started');
    expect(existsSync(join(work, 'state', 'sdist.json'))).toBe(true);
  });
});
