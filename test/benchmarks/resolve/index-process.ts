import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What was asked of the index since this was asked before. */
export interface Asked {
  /** Paths, each once. */
  readonly asked: readonly string[];
  /** Files that would hold an answer; none was recorded. */
  readonly unrecorded: readonly string[];
}

export interface IndexProcess {
  readonly url: string;
  /** As the upstream index is asked, without credentials of anybody. */
  readonly origin: string;
  takeAsked(): Promise<Asked>;
  stop(): void;
}

const words =
  'from pip._internal.commands import create_command as c; print(c("download").parser.get_default_values().index_url)';
const probeTimeoutMs = 20_000;

/** The index that pip is set to; pip knows it, this repository does not. Null with the reason when none answers. */
export const findUpstream = async (): Promise<
  { readonly url: string } | { readonly url: null; readonly reason: string }
> => {
  try {
    const url = execFileSync('python3', ['-c', words], { encoding: 'utf8' }).trim().replace(/\/*$/, '/');
    const response = await fetch(new URL('pip/', url), { signal: AbortSignal.timeout(probeTimeoutMs) });
    await response.body?.cancel();
    if (response.ok) return { url };
    return { url: null, reason: `the index that pip is set to answers with status ${response.status}` };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    return { url: null, reason: `the index that pip is set to cannot be asked: ${reason}` };
  }
};

/** The recording index in a process of its own. It records only where it is told from where. */
export const startIndex = async (folder: string, recordFrom: string | null): Promise<IndexProcess> => {
  mkdirSync(folder, { recursive: true });
  const portFile = join(folder, `port-${process.pid}`);
  rmSync(portFile, { force: true });
  const here = join(process.cwd(), 'test', 'benchmarks');
  const args = [join(here, 'run.mjs'), join(here, 'resolve', 'recording-index.ts')];
  const where = ['--folder', folder, '--port-file', portFile];
  const child = spawn(
    process.execPath,
    [...args, ...where, ...(recordFrom === null ? [] : ['--record-from', recordFrom])],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  while (!existsSync(portFile) || readFileSync(portFile, 'utf8') === '') {
    if (child.exitCode !== null) throw new Error('the index on loopback ended.');
    await new Promise((wake) => setTimeout(wake, 50));
  }
  const origin = `http://127.0.0.1:${readFileSync(portFile, 'utf8')}`;
  rmSync(portFile, { force: true });
  return {
    url: `${origin}/simple/`,
    origin,
    takeAsked: async () => (await (await fetch(`${origin}/-/asked`)).json()) as Asked,
    stop: () => child.kill(),
  };
};
