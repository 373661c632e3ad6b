import { execFile } from 'node:child_process';

export interface PodmanResult {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Calls podman. Nothing secret goes into its arguments: they are visible to every user of the host. */
export class PodmanCli {
  constructor(
    private readonly binary: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** Runs to its end and never throws. `timeoutMs` in milliseconds, 0 for none. */
  run(args: readonly string[], timeoutMs = 60_000, signal?: AbortSignal): Promise<PodmanResult> {
    return new Promise((resolve) => {
      execFile(
        this.binary,
        args,
        {
          env: this.environment,
          cwd: '/',
          timeout: timeoutMs,
          maxBuffer: 8 * 1024 * 1024,
          ...(signal ? { signal } : {}),
        },
        (error, stdout, stderr) =>
          resolve({ ok: error === null, stdout, stderr: stderr === '' && error ? error.message : stderr }),
      );
    });
  }
}

/** The line of podman's complaints that says what is wrong: the last one that is no warning. */
export const complaintOf = (result: PodmanResult): string => {
  const lines = result.stderr.split('\n').filter((line) => line.trim() !== '');
  const errors = lines.filter((line) => !/level=(?:warning|info|debug)/.test(line));
  return (errors.at(-1) ?? lines.at(-1) ?? 'podman said nothing').slice(0, 500);
};
