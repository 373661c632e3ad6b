import { execa } from 'execa';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RequirementSet } from './sets.ts';

/** The target of all: this machine's own Python, so that pip can take part. */
export interface BenchTarget {
  /** `3.11` */
  readonly pythonVersion: string;
  readonly platformTag: string;
}

export interface Measured {
  /** Wall time. */
  readonly ms: number;
  /** Of the program and all that it started: other work on the machine lengthens wall time only. */
  readonly cpuMs: number;
  /** `name==version`, sorted. */
  readonly packages: readonly string[];
}

/** A program that is measured; `cache` is empty for a cold run and left from the last for a warm one. */
export interface MeasuredProgram {
  readonly name: string;
  run(set: RequirementSet, indexUrl: string, cache: string): Promise<Measured>;
}

const releases = { pip: '26.3', uv: '0.13.9' };
const timeoutMs = 600_000;
const cleanEnvironment = (extra: Record<string, string>): Record<string, string | undefined> => ({
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  ...extra,
});

/** A venv with the releases of pip and uv that the figures are told for. Throws when no index answers. */
export const installPrograms = async (folder: string): Promise<string> => {
  const venv = join(folder, `venv-pip-${releases.pip}-uv-${releases.uv}`);
  const isReady = join(venv, 'ready');
  if (existsSync(isReady)) return venv;
  rmSync(venv, { recursive: true, force: true });
  await execa('python3', ['-m', 'venv', venv]);
  const pins = Object.entries(releases).map(([name, version]) => `${name}==${version}`);
  await execa(join(venv, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', ...pins]);
  writeFileSync(isReady, '');
  return venv;
};

interface Timed {
  readonly ms: number;
  readonly cpuMs: number;
  readonly stdout: string;
}

/** The shell knows the processor time of what it ran; it stands on the last line of standard error. */
const timed = async (
  file: string,
  args: readonly string[],
  env: Record<string, string | undefined>,
  accepted: readonly number[] = [0],
): Promise<Timed> => {
  const script = 'TIMEFORMAT="%U %S"; time "$@"';
  const startedAt = performance.now();
  const { exitCode, stdout, stderr } = await execa('bash', ['-c', script, 'bash', file, ...args], {
    env: { ...env, LC_ALL: 'C' },
    extendEnv: false,
    stdin: 'ignore',
    timeout: timeoutMs,
    maxBuffer: 512 * 1024 * 1024,
    reject: false,
  });
  const ms = performance.now() - startedAt;
  const lines = stderr.trimEnd().split('\n');
  const [user = Number.NaN, kernel = Number.NaN] = (lines.pop() ?? '').split(' ').map(Number);
  if (exitCode === undefined || !accepted.includes(exitCode)) {
    throw new Error(`${file} ended with ${exitCode}: ${lines.slice(-8).join(' ')}`);
  }
  return { ms, cpuMs: (user + kernel) * 1000, stdout };
};

const normalize = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, '-');

interface PipReport {
  readonly install: readonly { readonly metadata: { readonly name: string; readonly version: string } }[];
}

export const createPip = (venv: string): MeasuredProgram => ({
  name: `pip ${releases.pip}`,
  async run(set, indexUrl, cache) {
    const report = join(cache, 'report.json');
    mkdirSync(cache, { recursive: true });
    const args = ['-m', 'pip', 'install', '--quiet', '--dry-run', '--ignore-installed', '--no-input'];
    const where = ['--index-url', indexUrl, '--cache-dir', cache, '--report', '-'];
    const env = cleanEnvironment({ PIP_CONFIG_FILE: '/dev/null', PIP_DISABLE_PIP_VERSION_CHECK: '1' });
    const { ms, cpuMs, stdout } = await timed(
      join(venv, 'bin', 'python'),
      [...args, ...where, ...set.requirements],
      env,
    );
    writeFileSync(report, stdout);
    const { install } = JSON.parse(stdout) as PipReport;
    return {
      ms,
      cpuMs,
      packages: install.map(({ metadata }) => `${normalize(metadata.name)}==${metadata.version}`).sort(),
    };
  },
});

export const createUv = (venv: string, target: BenchTarget): MeasuredProgram => ({
  name: `uv ${releases.uv}`,
  async run(set, indexUrl, cache) {
    mkdirSync(cache, { recursive: true });
    const file = join(cache, 'requirements.in');
    writeFileSync(file, `${set.requirements.join('\n')}\n`);
    const platform = `${process.arch === 'x64' ? 'x86_64' : process.arch}-manylinux_2_28`;
    const { ms, cpuMs, stdout } = await timed(
      join(venv, 'bin', 'uv'),
      [
        ...['pip', 'compile', '--quiet', '--no-config', '--no-header', '--no-annotate'],
        ...['--index-url', indexUrl, '--cache-dir', join(cache, 'uv')],
        ...['--python', join(venv, 'bin', 'python'), '--python-version', target.pythonVersion],
        ...['--python-platform', platform, file],
      ],
      cleanEnvironment({}),
    );
    const packages = stdout.split('\n').filter((line) => line.includes('=='));
    return { ms, cpuMs, packages: packages.map((line) => line.split(/[ ;]/, 1)[0] ?? '').sort() };
  },
});

interface PlanAnswer {
  readonly nodes: readonly {
    readonly name: string;
    readonly version: string;
    readonly roles?: readonly string[];
  }[];
}

export const listPackages = ({ nodes }: PlanAnswer): string[] =>
  nodes
    .filter(({ roles }) => roles?.includes('install') ?? true)
    .map(({ name, version }) => `${name}==${version}`)
    .sort();

export const createLocalPlan = (script: string, target: BenchTarget): MeasuredProgram => ({
  name: 'ironwheel plan --local',
  async run(set, indexUrl, cache) {
    mkdirSync(cache, { recursive: true });
    const where = [
      '--index-url',
      indexUrl,
      '--python',
      target.pythonVersion,
      '--platform',
      target.platformTag,
    ];
    const { ms, cpuMs, stdout } = await timed(
      process.execPath,
      [script, 'plan', '--local', '--json', ...where, ...set.requirements],
      cleanEnvironment({ XDG_CACHE_HOME: cache }),
      // 1: a requirement is missing; the lists show which.
      [0, 1],
    );
    return { ms, cpuMs, packages: listPackages(JSON.parse(stdout) as PlanAnswer) };
  },
});
