import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildRow } from './build-report.ts';
import { machineEnvironment, runProgram, type Ended } from './run-program.ts';

/** The index whose wheels fit: plain linux wheels stand under the target that they were built for alone. */
export function simpleUrl(url: string, rows: readonly BuildRow[]): string {
  const isPortable = rows.every((row) => !/-linux_[a-z0-9_]+\.whl$/.test(row.wheel ?? ''));
  const [row] = rows;
  return isPortable
    ? `${url}/simple/`
    : `${url}/index/${row?.python_tag ?? ''}-${row?.platform_tag ?? ''}/simple/`;
}

/** No setting of pip or uv but the ones of the call: what is installed comes from the named index alone. */
export function bareEnvironment(): Record<string, string | undefined> {
  const bare = Object.fromEntries(
    Object.entries(machineEnvironment()).filter(([key]) => !/^(?:PIP_|UV_|PYTHON)/.test(key)),
  );
  return {
    ...bare,
    PIP_CONFIG_FILE: '/dev/null',
    UV_NO_CONFIG: '1',
    NO_PROXY: '127.0.0.1',
    no_proxy: '127.0.0.1',
  };
}

export async function createVenv(directory: string): Promise<string> {
  const made = await runProgram('python3', ['-m', 'venv', directory], bareEnvironment());
  if (made.code !== 0) throw new Error(`no venv: ${made.stderr}`);
  return directory;
}

/** A requirements file in which each line carries the wheel's hash. */
export async function writeHashedRequirements(directory: string, rows: readonly BuildRow[]): Promise<string> {
  const path = join(directory, 'hashed-requirements.txt');
  const lines = rows.map((row) => `${row.name}==${row.version} --hash=sha256:${row.sha256 ?? ''}\n`);
  await writeFile(path, lines.join(''));
  return path;
}

const installArguments = (index: string, requirements: string): string[] => [
  'install',
  '--require-hashes',
  '--only-binary',
  ':all:',
  '--index-url',
  index,
  '-r',
  requirements,
];

export const pipInstall = (venv: string, index: string, requirements: string): Promise<Ended> =>
  runProgram(
    join(venv, 'bin', 'pip'),
    ['--no-cache-dir', '--disable-pip-version-check', ...installArguments(index, requirements)],
    bareEnvironment(),
  );

/** With the uv program at `uv`, into the environment at `venv`. */
export const uvInstall = (uv: string, venv: string, index: string, requirements: string): Promise<Ended> =>
  runProgram(
    uv,
    ['--no-cache', 'pip', ...installArguments(index, requirements), '--python', join(venv, 'bin', 'python')],
    bareEnvironment(),
  );

export const runPython = (venv: string, code: string): Promise<Ended> =>
  runProgram(join(venv, 'bin', 'python'), ['-I', '-c', code], bareEnvironment());
