import { execFile } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import type { AgentMessage } from '@ironwheel/contracts';
import { parseShow, shownProperties, type ShownUnit } from './parse-show.ts';
import { toProcessState } from './process-state.ts';

export const workerUnitName = 'ironwheel-worker.service';
export type UnitVerb = 'start' | 'stop' | 'restart';
export type UnitsState = Extract<AgentMessage, { type: 'agent:report-units' }>['state'];

export interface Settled {
  readonly ok: boolean;
  readonly detail: string;
}

const callMs = 10_000;
const lookEveryMs = 200;
/** On top of the unit's own timeouts, and the longest that a command is watched. */
const marginMs = 30_000;
const longestWatchMs = 15 * 60_000;
const unknownTimeoutMs = 120_000;

/** The whole list of what is ever run: no shell, no argument from outside. */
const calls = {
  show: ['show', '-p', shownProperties.join(','), workerUnitName],
  'show-manager': ['show', '-p', 'UserspaceTimestamp', '--value'],
  // The unit may take long to stop: systemd is asked, and then watched (`WorkerUnit.run`).
  start: ['--no-block', 'start', workerUnitName],
  stop: ['--no-block', 'stop', workerUnitName],
  restart: ['--no-block', 'restart', workerUnitName],
} as const satisfies Record<UnitVerb | 'show' | 'show-manager', readonly string[]>;

function systemctl(call: keyof typeof calls): Promise<string> {
  return new Promise((resolve, reject) => {
    const args = ['--no-ask-password', ...calls[call]];
    execFile('systemctl', args, { timeout: callMs, encoding: 'utf8' }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else {
        const detail = stderr.trim().slice(0, 300) || error.message;
        reject(new Error(`systemctl ${call}: ${detail}`, { cause: error }));
      }
    });
  });
}

/** The moment at which this run of systemd came up, as it prints it. */
export const showManagerStart = async (): Promise<string> => (await systemctl('show-manager')).trim();

/** The unit of the worker, through systemctl. */
export class WorkerUnit {
  async show(): Promise<ShownUnit> {
    return parseShow(await systemctl('show'));
  }

  /** What the controller is told; `unknown` where systemd does not answer. */
  async look(): Promise<UnitsState> {
    return toUnitsState(await this.show().catch(() => null));
  }

  /** Has systemd do it, and watches until the unit has come to rest or the time is over. */
  async run(verb: UnitVerb, signal: AbortSignal): Promise<Settled> {
    const before = await this.show();
    await systemctl(verb);
    const deadline = performance.now() + watchMs(verb, before);
    for (;;) {
      const unit = await this.show();
      const settled = judge(verb, before, unit);
      if (settled !== null) return settled;
      if (performance.now() > deadline) {
        return {
          ok: false,
          detail: `The unit is still ${unit.activeState} (${unit.subState}) after ${verb}.`,
        };
      }
      await wait(lookEveryMs, undefined, { signal });
    }
  }
}

export const toUnitsState = (unit: ShownUnit | null): UnitsState =>
  unit === null
    ? { process_state: 'unknown', units: [] }
    : {
        process_state: toProcessState(unit),
        units: [
          {
            unit: workerUnitName,
            active_state: unit.activeState.slice(0, 40),
            sub_state: unit.subState.slice(0, 40),
            main_pid: unit.mainPid,
            restarts: unit.restarts,
          },
        ],
      };

function watchMs(verb: UnitVerb, unit: ShownUnit): number {
  const start = verb === 'stop' ? 0 : (unit.startTimeoutMs ?? unknownTimeoutMs);
  const stop = verb === 'start' ? 0 : (unit.stopTimeoutMs ?? unknownTimeoutMs);
  return Math.min(start + stop + marginMs, longestWatchMs);
}

/** Null while it has not come to rest. */
export function judge(verb: UnitVerb, before: ShownUnit, unit: ShownUnit): Settled | null {
  if (unit.hasJob) return null;
  const state = toProcessState(unit);
  const words = `The worker is ${state} (${unit.activeState}/${unit.subState}${unit.mainPid > 0 ? `, process ${unit.mainPid}` : ''})`;
  if (state === 'unknown')
    return { ok: false, detail: `${workerUnitName} is not there (${unit.loadState}).` };
  if (verb === 'stop') return state === 'stopped' ? { ok: true, detail: `${words}.` } : null;
  if (state === 'stopped') return { ok: false, detail: `${words}: ${unit.result || 'no result'}.` };
  if (state !== 'running') return null;
  const isOldRun = verb === 'restart' && before.activeState === 'active' && isSameRun(before, unit);
  return isOldRun ? null : { ok: true, detail: `${words}.` };
}

const isSameRun = (before: ShownUnit, unit: ShownUnit): boolean =>
  unit.invocationId === '' ? unit.mainPid === before.mainPid : unit.invocationId === before.invocationId;
