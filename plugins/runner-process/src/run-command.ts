import { execFile } from 'node:child_process';

export interface CommandResult {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a short command to its end, as another user when one is given; never throws. `timeoutMs` in milliseconds. */
export const runCommand = (
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  user: { readonly uid: number; readonly gid: number } | null = null,
  timeoutMs = 30_000,
): Promise<CommandResult> =>
  new Promise((resolve) => {
    execFile(command, args, { env, timeout: timeoutMs, cwd: '/', ...user }, (error, stdout, stderr) =>
      resolve({ ok: error === null, stdout, stderr: stderr === '' && error ? error.message : stderr }),
    );
  });
