import { statfs } from 'node:fs/promises';
import type { CheckResult, HostCheck } from '@ironwheel/contracts';
import type { ClockOffset } from '../../controller-link/clock-offset.ts';
import { toCheck } from '../../doctor/check.ts';
import type { ShownUnit } from '../units/parse-show.ts';
import { toProcessState } from '../units/process-state.ts';
import { workerUnitName, type WorkerUnit } from '../units/worker-unit.ts';

export interface CheckHost {
  readonly unit: WorkerUnit;
  readonly directory: string;
  readonly clockOffset: ClockOffset;
}

const leastFreeBytes = 2 * 1024 ** 3;
const maxClockOffsetS = 300;
const gib = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;

const checkUnits = (unit: ShownUnit): CheckResult =>
  toCheck(
    'units',
    toProcessState(unit) === 'running',
    `${unit.activeState}/${unit.subState}, ${unit.restarts} restarts`,
    'active/running',
    `Look at \`journalctl -u ${workerUnitName}\`, then start it.`,
  );

async function checkDisk(directory: string): Promise<CheckResult> {
  const { bavail, bsize } = await statfs(directory);
  const free = bavail * bsize;
  return toCheck(
    'disk',
    free >= leastFreeBytes,
    `${gib(free)} free`,
    gib(leastFreeBytes),
    'Free some space.',
  );
}

function checkClock(offset: ClockOffset): CheckResult {
  const offsetS = Math.round(offset.measuredMs / 1000);
  return toCheck(
    'clock',
    Math.abs(offsetS) <= maxClockOffsetS,
    `${Math.abs(offsetS)} s ${offsetS > 0 ? 'behind' : 'ahead'}`,
    `at most ${maxClockOffsetS} s`,
    'Set the clock, for example with chrony.',
  );
}

/** The worker proves both at its start and does not claim without them; the supervisor cannot enter its user. */
const checkPodman = (unit: ShownUnit): CheckResult =>
  toCheck(
    'podman',
    toProcessState(unit) === 'running',
    `the worker, which starts only with a usable podman, is ${toProcessState(unit)}`,
    'running',
    'Run `ironwheel agent doctor` on the host.',
  );

function checkLimits(unit: ShownUnit): CheckResult {
  const isBounded = /^\d+$/.test(unit.memoryMax) && /^\d+$/.test(unit.tasksMax);
  return toCheck(
    'limits',
    isBounded && unit.isDelegated,
    `MemoryMax=${unit.memoryMax || '?'} TasksMax=${unit.tasksMax || '?'} Delegate=${unit.isDelegated ? 'yes' : 'no'}`,
    'bounds for memory and tasks, and a delegated control group',
    'Run the install line of the server again.',
  );
}

/** The checks that were asked for, in their order; one that breaks is a failed one. */
export async function runChecks(checks: readonly HostCheck[], host: CheckHost): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    results.push(
      await runCheck(check, host).catch((error: unknown) =>
        toCheck(
          check,
          false,
          String(error).slice(0, 300),
          'an answer',
          'Run `ironwheel agent doctor` on the host.',
        ),
      ),
    );
  }
  return results;
}

async function runCheck(check: HostCheck, host: CheckHost): Promise<CheckResult> {
  switch (check) {
    case 'units':
      return checkUnits(await host.unit.show());
    case 'disk':
      return checkDisk(host.directory);
    case 'clock':
      return checkClock(host.clockOffset);
    case 'podman':
      return checkPodman(await host.unit.show());
    case 'limits':
      return checkLimits(await host.unit.show());
  }
}
