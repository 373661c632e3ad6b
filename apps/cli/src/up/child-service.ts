import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { isAborted, pause } from '../pause.ts';
import { readLines } from './log-lines.ts';

export interface ServiceOptions {
  readonly name: string;
  readonly nodeArguments: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** True for an exit code after which starting again would change nothing. */
  readonly isFinal: (code: number) => boolean;
  readonly onLine: (line: string) => void;
  readonly onRestart: (description: string, delayMs: number) => void;
}

const maxRestarts = 5;
const restartWindowMs = 10 * 60_000;
const firstDelayMs = 1000;

/**
 * One program of Ironwheel as a child: started again after a crash, a bounded number of times. It has a process
 * group of its own, so that Ctrl-C reaches `up` alone, which then ends its children in the right order.
 */
export class ChildService {
  readonly #options: ServiceOptions;
  readonly #stopping = new AbortController();
  #child: ChildProcess | null = null;
  #restarts: number[] = [];
  /** Resolves when it has ended for good; to null after `stop`, else to what happened. */
  readonly ended: Promise<string | null>;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.ended = this.#run();
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** SIGTERM, and SIGKILL after `graceMs`. Calling again with a shorter time hastens it. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort();
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await once(child, 'close');
    clearTimeout(timer);
  }

  async #run(): Promise<string | null> {
    for (;;) {
      const outcome = await this.#once();
      if (isAborted(this.#stopping.signal)) return null;
      const description = `${this.#options.name} ended ${outcome.text}`;
      const now = Date.now();
      this.#restarts = this.#restarts.filter((at) => now - at < restartWindowMs);
      if (outcome.code !== null && this.#options.isFinal(outcome.code)) return description;
      if (this.#restarts.length >= maxRestarts) return `${description}, after ${maxRestarts} restarts`;
      const delayMs = firstDelayMs * 2 ** this.#restarts.length;
      this.#restarts.push(now);
      this.#options.onRestart(description, delayMs);
      await pause(delayMs, this.#stopping.signal);
      if (isAborted(this.#stopping.signal)) return null;
    }
  }

  async #once(): Promise<{ code: number | null; text: string }> {
    const { nodeArguments, env, onLine } = this.#options;
    const child = spawn(process.execPath, nodeArguments, {
      env: { ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.#child = child;
    readLines(child.stdout, onLine);
    readLines(child.stderr, onLine);
    try {
      const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
      return { code, text: signal === null ? `with exit code ${code ?? -1}` : `by ${signal}` };
    } catch (error) {
      return { code: null, text: `at its start: ${error instanceof Error ? error.message : String(error)}` };
    }
  }
}
