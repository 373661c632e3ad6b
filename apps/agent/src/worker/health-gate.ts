import { statfs } from 'node:fs/promises';
import type { Runner, RunnerProbe } from '@ironwheel/plugin-kit';
import type { ClockOffset } from '../controller-link/clock-offset.ts';
import { Backoff } from '../controller-link/backoff.ts';

export interface HealthReport {
  readonly ok: boolean;
  readonly problems: readonly { readonly code: string; readonly text: string }[];
}

/** A probe that went well counts for this long. */
const probeFreshMs = 60_000;
/** Holds after a failed check: 10 s doubling to 10 min, so that a broken host is no black hole for jobs. */
const holdMinMs = 10_000;
const holdMaxMs = 600_000;

export interface HealthGateOptions {
  readonly runner: Runner;
  readonly clockOffset: ClockOffset;
  /** Where attempts are built. */
  readonly directory: string;
  readonly minFreeDiskBytes: number;
  readonly maxClockOffsetMs: number;
  /** Nothing is claimed where the runner's limits of memory and processes do not hold. */
  readonly requireLimits?: boolean;
  /** Told of each report. */
  readonly onReport?: (report: HealthReport, probe: RunnerProbe | null) => Promise<void>;
}

/** Looks at the host before each claim: disk, runner, clock. */
export class HealthGate {
  readonly #options: HealthGateOptions;
  readonly #hold = new Backoff(holdMinMs, holdMaxMs, () => 1);
  #probe: { readonly result: RunnerProbe; readonly at: number } | null = null;
  #looking: Promise<HealthReport> | null = null;

  constructor(options: HealthGateOptions) {
    this.#options = options;
  }

  /** The last probe of the runner; null before the first. */
  get probe(): RunnerProbe | null {
    return this.#probe?.result ?? null;
  }

  /** Milliseconds until the next check is worth it; longer with each failed one in a row. */
  nextHoldMs(): number {
    return this.#hold.next();
  }

  /** Looks once for all who ask at the same time. */
  check(): Promise<HealthReport> {
    this.#looking ??= this.#look().finally(() => (this.#looking = null));
    return this.#looking;
  }

  async #look(): Promise<HealthReport> {
    const problems = [...(await this.#checkDisk()), ...this.#checkClock(), ...(await this.#checkRunner())];
    const ok = problems.length === 0;
    if (ok) this.#hold.reset();
    await this.#options.onReport?.({ ok, problems }, this.probe);
    return { ok, problems };
  }

  async freeDiskBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#options.directory);
    return bavail * bsize;
  }

  async #checkDisk(): Promise<HealthReport['problems']> {
    const { directory, minFreeDiskBytes } = this.#options;
    const free = await this.freeDiskBytes().catch(() => null);
    if (free === null) {
      return [
        { code: 'DISK_UNKNOWN', text: `The free space of ${directory} cannot be read; is it mounted?` },
      ];
    }
    if (free >= minFreeDiskBytes) return [];
    const text = `${directory} has ${free} bytes free; ${minFreeDiskBytes} are needed (WORKER_MIN_FREE_DISK_BYTES). Free some space.`;
    return [{ code: 'DISK_LOW', text }];
  }

  #checkClock(): HealthReport['problems'] {
    const offset = this.#options.clockOffset.measuredMs;
    if (Math.abs(offset) <= this.#options.maxClockOffsetMs) return [];
    const text = `This host's clock is ${Math.round(Math.abs(offset) / 1000)} s ${offset > 0 ? 'behind' : 'ahead of'} the controller's. Set it, for example with chrony.`;
    return [{ code: 'CLOCK_OFFSET', text }];
  }

  async #checkRunner(): Promise<HealthReport['problems']> {
    const known = this.#probe;
    const isFresh = known !== null && known.result.ok && performance.now() - known.at < probeFreshMs;
    const result = isFresh ? known.result : await this.#probeRunner();
    if (typeof result === 'string') {
      return [
        { code: 'RUNNER_PROBE_FAILED', text: `The probe of the runner broke: ${result}`.slice(0, 500) },
      ];
    }
    if (!result.ok) {
      return result.problems.length > 0
        ? result.problems
        : [{ code: 'RUNNER_UNFIT', text: 'The runner says that it cannot build here.' }];
    }
    if (result.pythonTags.length === 0 || result.platformTags.length === 0) {
      const text =
        'The runner has no interpreter or no platform to build for; install one, or choose another image.';
      return [{ code: 'RUNNER_NO_TARGET', text }];
    }
    return this.#options.requireLimits === true ? checkLimits(result) : [];
  }

  /** A probe that throws is a defect of the plugin; nothing may be claimed with it. Answers why. */
  async #probeRunner(): Promise<RunnerProbe | string> {
    try {
      const result = await this.#options.runner.probe();
      this.#probe = { result, at: performance.now() };
      return result;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}

/** The runner has looked from inside a container: a limit that is taken and not enforced is no limit. */
function checkLimits({ enforces, facts }: RunnerProbe): HealthReport['problems'] {
  const missing = [...(enforces.memory ? [] : ['memory']), ...(enforces.pids ? [] : ['processes'])];
  if (missing.length === 0) return [];
  const mend =
    facts['cgroups'] === 'v1'
      ? 'This host has cgroup v1, where rootless podman has none: boot it with systemd.unified_cgroup_hierarchy=1.'
      : 'Run the worker as ironwheel-worker.service, which gets a control group of its own (Delegate=cpu memory pids).';
  const text = `Limits of ${missing.join(' and ')} do not hold for containers here. ${mend} WORKER_ALLOW_UNENFORCED_LIMITS=true builds without them.`;
  return [{ code: 'LIMITS_NOT_ENFORCED', text }];
}
