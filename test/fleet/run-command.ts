import { spawn } from 'node:child_process';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly timeoutMs?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program to its end, in time or by SIGKILL. */
export const runCommand = (
  command: string,
  args: readonly string[],
  { input = '', timeoutMs = 120_000, env }: RunOptions = {},
): Promise<Finished> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      ...(env === undefined ? {} : { env: { ...process.env, ...env } }),
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });

/** What a program printed that must have ended well. */
export const mustEndWell = (what: string, { code, stdout, stderr }: Finished): string => {
  if (code === 0) return stdout;
  const told = `${stdout.slice(-2000)}\n${stderr.slice(-2000)}`;
  throw new Error(`${what} ended with ${code ?? 'a signal'}\n${told}`);
};

/** The output of a program that must end well. */
export const outputOf = async (
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> =>
  mustEndWell(`${command} ${args.slice(0, 6).join(' ')}…`, await runCommand(command, args, options));
