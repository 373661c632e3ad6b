import type { PluginInstance, ProbeResult } from './plugin.ts';

/**
 * A runner carries out steps of the build driver in a place of their own: a container or a bare process.
 * One attempt has one work directory and several steps, each started as its own container or process:
 *
 *   prepare → fetch (network) → requires (no network) → fetch-more (network) → build (no network)
 *     → repair (no network) → verify (no network)
 *
 * The driver writes one JSON line an event to `<workDirectory>/out/<step>.jsonl`; the caller follows that file, so
 * that a step outlives the process that started it.
 */
export const driverSteps = [
  'prepare',
  'fetch',
  'requires',
  'fetch-more',
  'build',
  'repair',
  'verify',
] as const;
export type DriverStep = (typeof driverSteps)[number];

export interface RunnerProbe extends ProbeResult {
  /** Interpreter tags that this runner can build for, for example `cp312`. */
  readonly pythonTags: readonly string[];
  /** Platform tags, best first, for example `manylinux_2_28_s390x`, `linux_s390x`. */
  readonly platformTags: readonly string[];
  /** What is really enforced here; a limit that is not is named in `problems` too. */
  readonly enforces: {
    readonly networkOff: boolean;
    readonly memory: boolean;
    readonly pids: boolean;
    readonly cpu: boolean;
    readonly filesystem: boolean;
  };
}

export interface StepLimits {
  /** Wall time in milliseconds. */
  readonly timeoutMs: number;
  readonly memoryBytes: number;
  readonly pids: number;
  readonly cpus: number;
  readonly diskBytes: number;
}

/** System packages of a recipe, by package manager, and what has to be there for them. */
export interface SystemPackages {
  readonly apt: readonly string[];
  readonly dnf: readonly string[];
  /** Repositories that are switched on first: `crb`, `epel`, `backports`. */
  readonly repositories?: readonly string[] | undefined;
  /** Compilers newer than the place's own: `gcc`, `gcc-14`, `rust`. */
  readonly toolchain?: readonly string[] | undefined;
}

export interface StepRequest {
  readonly attemptId: string;
  readonly step: DriverStep;
  /** Host directory of the attempt; the driver sees it as `/work` in a container, under its own path in a process. */
  readonly workDirectory: string;
  readonly pythonTag: string;
  readonly platformTag: string;
  /** True: the step may reach the network. False: it must have none, as far as the runner can enforce that. */
  readonly network: boolean;
  /** The job context of seed 002 and the recipe's environment: `JOB_NAME`, `JOB_VERSION`, `PYTHON_TAG`, … */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * What the recipe wants of the place. Installed into a derived image, never at build time. A runner that cannot do it
   * throws `RECIPE_UNSUPPORTED`.
   */
  readonly systemPackages: SystemPackages;
  readonly limits: StepLimits;
}

/** Versioned and serialisable: written to disk before the wait, so that a later life of the worker finds the step. */
export interface StepHandle {
  readonly version: 1;
  readonly runner: string;
  readonly attemptId: string;
  readonly step: DriverStep;
  /** The runner's own data: process id and start time, or container id. */
  readonly reference: Readonly<Record<string, string | number>>;
}

/** How a step ended. `reason` is closed; `detail` is one sentence for people. */
export const stepEndReasons = [
  'exited',
  'timeout',
  'out_of_memory',
  'disk_full',
  'stopped',
  'vanished',
  'runner_failed',
] as const;
export type StepEndReason = (typeof stepEndReasons)[number];
export interface StepEnd {
  readonly reason: StepEndReason;
  /** Exit code of the driver; null when it did not end by itself. */
  readonly exitCode: number | null;
  readonly detail: string;
  /** Peak memory in bytes and processor time in seconds, where the runner can tell. */
  readonly maxRssBytes: number | null;
  readonly cpuS: number | null;
}

export interface Runner extends PluginInstance {
  probe(): Promise<RunnerProbe>;
  /** Starts a step and returns as soon as it runs. Throws a `RunnerError` when it could not be started. */
  start(request: StepRequest): Promise<StepHandle>;
  /** Waits for the end. Can be called again with a handle of an earlier life; answers `vanished` if nothing is left. */
  wait(handle: StepHandle): Promise<StepEnd>;
  /** Ends the step and everything it started. Harmless when it has ended. */
  stop(handle: StepHandle): Promise<void>;
  /** Removes what the attempt left behind, apart from its work directory. */
  clean(attemptId: string): Promise<void>;
}

/** A step could not be started. `code` is stable: `IMAGE_MISSING`, `RECIPE_IMAGE_FAILED`, `RUNNER_UNAVAILABLE`, … */
export class RunnerError extends Error {
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'RunnerError';
  }
}
