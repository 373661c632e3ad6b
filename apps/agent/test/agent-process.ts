import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { processEnvironment } from '@ironwheel/config';
import { build } from 'esbuild';
import type { FakeController } from '../../../libs/testing/src/fake-controller.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const patienceMs = 30_000;

/** Bundles the agent as it is shipped, into a directory of the test; remove it with `close`. */
export async function bundleAgent(): Promise<{ readonly entry: string; close(): void }> {
  const directory = mkdtempSync(join(tmpdir(), 'ironwheel-agent-bundle-'));
  const entry = join(directory, 'main.mjs');
  await build({
    entryPoints: [join(root, 'apps/agent/src/main.ts')],
    outfile: entry,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    tsconfig: join(root, 'tsconfig.json'),
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  return { entry, close: () => rmSync(directory, { recursive: true, force: true }) };
}

export type LogLine = Readonly<Record<string, unknown>> & { readonly msg: string };

/** Null for other output, as for half a line, which a killed process may leave. */
function toLogLine(line: string): LogLine | null {
  if (!line.startsWith('{')) return null;
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return null;
  }
}

/** One run of the agent as a process of its own. */
export class AgentProcess {
  readonly lines: LogLine[] = [];
  stdout = '';
  stderr = '';
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  readonly #child: ChildProcess;
  #watchers: (() => void)[] = [];

  constructor(entry: string, args: readonly string[], env: Readonly<Record<string, string>>, stdin = '') {
    const { PATH = '', HOME = '/' } = processEnvironment();
    this.#child = spawn(process.execPath, [entry, ...args], {
      // The tests start the same bundle again and again: one compiles it for all.
      env: { PATH, HOME, NODE_COMPILE_CACHE: join(dirname(entry), 'compiled'), ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.stdin?.on('error', () => undefined);
    this.#child.stdin?.end(stdin);
    this.#child.stderr?.on('data', (part: Buffer) => (this.stderr += part.toString()));
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      this.stdout += `${line}\n`;
      const logged = toLogLine(line);
      if (logged !== null) this.lines.push(logged);
      for (const wake of this.#watchers.splice(0)) wake();
    });
    this.exited = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => resolve({ code, signal }));
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Kills it if it still runs, and waits for the end. */
  async close(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.signal('SIGKILL');
    await this.exited;
  }

  /** The first log line whose sentence begins so, among all so far and to come. */
  async line(beginning: string): Promise<LogLine> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const found = this.lines.find(({ msg }) => msg.startsWith(beginning));
      if (found !== undefined) return found;
      if (Date.now() > deadline) throw new Error(`no line "${beginning}" in:\n${this.stdout}${this.stderr}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 200);
        this.#watchers.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }
}

/** A state directory, enrolled at a fake controller, and the workers that a test starts on it. */
export class AgentBench {
  readonly stateDirectory = mkdtempSync(join(tmpdir(), 'ironwheel-agent-state-'));
  readonly #started: AgentProcess[] = [];

  constructor(
    readonly entry: string,
    readonly fake: FakeController,
  ) {}

  run(args: readonly string[], env: Readonly<Record<string, string>> = {}, stdin = ''): AgentProcess {
    const child = new AgentProcess(
      this.entry,
      args,
      { IRONWHEEL_STATE_DIR: this.stateDirectory, ...env },
      stdin,
    );
    this.#started.push(child);
    return child;
  }

  async enroll(): Promise<void> {
    const child = this.run(
      ['enroll', '--url', this.fake.url, '--name', 'bench'],
      {},
      this.fake.enrollmentToken,
    );
    const { code } = await child.exited;
    if (code !== 0) throw new Error(`enroll ended with ${String(code)}: ${child.stderr}`);
  }

  /** Starts a worker with the stub runner and a short long poll. */
  worker(env: Readonly<Record<string, string>> = {}): AgentProcess {
    return this.run(['worker', '--json'], {
      RUNNER: 'stub',
      WORKER_CLAIM_WAIT_S: '2',
      WORKER_MIN_FREE_DISK_BYTES: '0',
      LOG_LEVEL: 'debug',
      ...env,
    });
  }

  async close(): Promise<void> {
    for (const child of this.#started) await child.close();
    rmSync(this.stateDirectory, { recursive: true, force: true });
  }
}
