import type { CheckResult } from '@ironwheel/contracts';

/** What `doctor` looks at; everything that it asks the host is handed in, so that tests need no host. */
export interface DoctorHost {
  readonly agentDirectory: string;
  readonly workerDirectory: string;
  readonly minFreeDiskBytes: number;
  /** `CONTROL_PLANE_TOKEN` of this process or of the worker's unit. */
  readonly token: string | null;
  readonly podman: string;
  /** Ends with the exit code, or null when there is no such program. */
  run(
    program: string,
    args: readonly string[],
  ): Promise<{ readonly code: number; readonly stdout: string } | null>;
}

export const toCheck = (
  check: string,
  ok: boolean,
  measured: string,
  needed: string,
  mend: string,
): CheckResult => ({
  check,
  ok,
  measured: measured.slice(0, 300),
  needed,
  mend: ok ? null : mend.slice(0, 500),
});
