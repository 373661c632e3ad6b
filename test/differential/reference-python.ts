import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const referenceFolder = fileURLToPath(new URL('../../libs/packaging/test-data/reference/', import.meta.url));

/** The one place that says which release of the reference is asked. */
export const pinnedReference = readFileSync(join(referenceFolder, 'pinned.txt'), 'utf8').trim();

/** A Python that has the pinned reference, in a folder of its own. */
export interface ReferencePython {
  readonly folder: string;
  readonly executable: string;
}

const installLimitMs = 180_000;

/** Makes an environment with the pinned release; a text says why there is none. */
export const installReference = async (): Promise<ReferencePython | string> => {
  const folder = mkdtempSync(join(tmpdir(), 'ironwheel-differential-'));
  const executable = join(folder, 'bin', 'python');
  const run = promisify(execFile);
  try {
    await run('python3', ['-m', 'venv', folder], { timeout: installLimitMs });
    const quiet = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps'];
    await run(executable, [...quiet, pinnedReference], { timeout: installLimitMs });
    return { folder, executable };
  } catch (error) {
    return `${pinnedReference} cannot be installed here: ${error instanceof Error ? error.message : String(error)}`;
  }
};

export type ReferenceCase = readonly [family: string, input: unknown, answer: unknown];

/** Streams generated cases with the reference's answers, so that no family has to fit into memory. */
export async function* streamCases(
  python: ReferencePython,
  args: readonly string[],
): AsyncGenerator<ReferenceCase> {
  const child = spawn(python.executable, ['-B', join(referenceFolder, 'generate.py'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PYTHONHASHSEED: '0', PYTHONIOENCODING: 'utf-8' },
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  for await (const line of createInterface({ input: child.stdout, crlfDelay: Infinity })) {
    yield JSON.parse(line) as ReferenceCase;
  }
  const code = await ended;
  if (code !== 0) throw new Error(`generate.py ${args.join(' ')} ended with ${code}: ${complaint}`);
}
