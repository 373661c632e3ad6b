import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { bareEnvironment } from '../e2e/install-wheels.ts';
import { machineEnvironment, runProgram, type Ended } from '../e2e/run-program.ts';

/** What the differential runs are made with. */
const pinned = ['pip==26.0', 'uv==0.9.26'];

/** Versions by project; null: it says that nothing fits. */
export type Resolution = ReadonlyMap<string, string> | null;

const readFailure = (program: string, ended: Ended, sign: RegExp): null => {
  const text = `${ended.stdout}\n${ended.stderr}`;
  if (sign.test(text)) return null;
  throw new Error(`${program} ended with ${ended.code} for another reason:\n${text}`);
};

/** pip and uv of pinned releases in an environment of their own, and the Python that they resolve for. */
export class ReferenceResolvers {
  readonly directory: string;
  readonly pythonVersion: string;

  private constructor(directory: string, pythonVersion: string) {
    this.directory = directory;
    this.pythonVersion = pythonVersion;
  }

  /** Or a sentence about what is missing here. */
  static async install(): Promise<ReferenceResolvers | string> {
    const directory = await mkdtemp(join(tmpdir(), 'universes-'));
    const venv = await runProgram('python3', ['-m', 'venv', join(directory, 'venv')], bareEnvironment());
    if (venv.code !== 0) return `Skipped: python3 cannot make an environment here (${venv.stderr.trim()}).`;
    const python = join(directory, 'venv', 'bin', 'python');
    const quiet = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    const installed = await runProgram(python, [...quiet, ...pinned], machineEnvironment());
    if (installed.code !== 0) return `Skipped: ${pinned.join(' and ')} cannot be installed here.`;
    const version = await runProgram(
      python,
      ['-c', 'import platform; print(platform.python_version())'],
      bareEnvironment(),
    );
    return new ReferenceResolvers(directory, version.stdout.trim());
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }

  /** `crashed`: pip met an end of its own (some universes exhaust Python's recursion), which says nothing of the answer. */
  async resolveWithPip(indexUrl: string, requirements: readonly string[]): Promise<Resolution | 'crashed'> {
    const ended = await runProgram(
      this.#program('python'),
      [
        ...['-m', 'pip', 'install', '--dry-run', '--ignore-installed', '--quiet', '--report', '-'],
        ...['--no-cache-dir', '--disable-pip-version-check', '--index-url', indexUrl, ...requirements],
      ],
      bareEnvironment(),
    );
    if (ended.stderr.includes('RecursionError: maximum recursion depth exceeded')) return 'crashed';
    if (ended.code !== 0) {
      return readFailure(
        'pip',
        ended,
        /ResolutionImpossible|No matching distribution|Cannot install|requires a different Python/,
      );
    }
    const report = JSON.parse(ended.stdout) as {
      install: { metadata: { name: string; version: string } }[];
    };
    return new Map(report.install.map(({ metadata }) => [metadata.name, metadata.version]));
  }

  async resolveWithUv(indexUrl: string, name: string, requirements: readonly string[]): Promise<Resolution> {
    const input = join(this.directory, `${name}.in`);
    await writeFile(input, `${requirements.join('\n')}\n`);
    const ended = await runProgram(
      this.#program('uv'),
      [
        ...['pip', 'compile', '--quiet', '--no-header', '--no-annotate', '--no-cache', '--no-strip-extras'],
        ...['--python', this.#program('python'), '--default-index', indexUrl, input],
      ],
      bareEnvironment(),
    );
    if (ended.code !== 0) return readFailure('uv', ended, /No solution found/);
    const pins = ended.stdout.matchAll(/^([a-z0-9-]+)(?:\[[^\]]*\])?==(\S+)/gm);
    return new Map([...pins].map(([, project = '', version = '']) => [project, version]));
  }

  #program(name: string): string {
    return join(this.directory, 'venv', 'bin', name);
  }
}
