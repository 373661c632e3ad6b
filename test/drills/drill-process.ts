import { spawn, type ChildProcess } from 'node:child_process';

/** Where nothing happens within this time, a drill gives up and shows the last lines of its processes. */
export const patienceMs = 180_000;
const pollMs = 150;
const keptLines = 400;

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that a drill started. It is signalled by its own child handle only, never by a name. */
export class DrillProcess {
  readonly lines: string[] = [];
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;
  #rest = '';

  constructor(
    readonly name: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    stdin = '',
    program: string = process.execPath,
  ) {
    this.#child = spawn(program, args, { env: { ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stdin?.on('error', () => undefined);
    this.#child.stdin?.end(stdin);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => this.#take(text));
    }
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => resolve({ code, signal }));
    });
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** `kill -9`, and the end of it. */
  async kill(): Promise<void> {
    if (this.isRunning) this.signal('SIGKILL');
    await this.ended;
  }

  says(text: string): boolean {
    return this.lines.some((line) => line.includes(text));
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    this.lines.push(...lines);
    if (this.lines.length > keptLines) this.lines.splice(0, this.lines.length - keptLines);
  }
}

/** Asks again until the answer is not null or false; throws with `tell()` when patience is over. */
export async function until<Found>(
  what: string,
  ask: () => Promise<Found | null | false> | Found | null | false,
  tell: () => string = () => '',
  patience = patienceMs,
): Promise<Found> {
  const deadline = Date.now() + patience;
  for (;;) {
    const found = await ask();
    if (found !== null && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`never came: ${what}\n${tell()}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
