import { execFile } from 'node:child_process';

export interface PodmanResult {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** A container that starts within a second elsewhere takes minutes on a host that is emulated or swamped. */
export const containerStartMs = 300_000;

/** Calls podman. Nothing secret goes into its arguments: they are visible to every user of the host. */
export class PodmanCli {
  constructor(
    private readonly binary: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /**
   * Runs to its end and never throws. `timeoutMs` in milliseconds, 0 for none. With a `signal`, podman is killed when that
   * aborts or the time is over: else it hands SIGTERM on to a container and waits for it.
   */
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
          ...(signal ? { signal, killSignal: 'SIGKILL' } : {}),
        },
        (error, stdout, stderr) => {
          const isLate = error?.killed === true && signal?.aborted !== true;
          const late = `podman ${args[0] ?? ''} did not end within ${timeoutMs / 1000} s`;
          const said = stderr === '' && error ? error.message : stderr;
          resolve({ ok: error === null, stdout, stderr: isLate ? `${stderr}\n${late}` : said });
        },
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
