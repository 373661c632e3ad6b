import type { UnitShow } from './process-state.ts';

/** Properties that are asked of `systemctl show`. */
export const shownProperties = [
  'LoadState',
  'ActiveState',
  'SubState',
  'MainPID',
  'NRestarts',
  'Result',
  'Job',
  'InvocationID',
  'TimeoutStartUSec',
  'TimeoutStopUSec',
  'MemoryMax',
  'TasksMax',
  'Delegate',
] as const;

export interface ShownUnit extends UnitShow {
  readonly mainPid: number;
  readonly restarts: number;
  /** `success`, or why it failed. */
  readonly result: string;
  /** A start or a stop is queued or under way. */
  readonly hasJob: boolean;
  /** Of one run of the unit. */
  readonly invocationId: string;
  readonly startTimeoutMs: number | null;
  readonly stopTimeoutMs: number | null;
  readonly memoryMax: string;
  readonly tasksMax: string;
  readonly isDelegated: boolean;
}

const unitMs: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** A time span as systemd prints it (systemd.time(7)); null for `infinity` and for what is none. */
export function parseTimeSpanMs(text: string): number | null {
  let total = 0;
  if (text.trim() === '') return null;
  for (const part of text.trim().split(/\s+/)) {
    const [, count = '', unit = ''] = /^(\d+)([a-z]+)$/.exec(part) ?? [];
    const factor = unitMs[unit];
    if (count === '' || factor === undefined) return null;
    total += Number(count) * factor;
  }
  return total;
}

const toCount = (text: string): number => (/^\d{1,15}$/.test(text) ? Number(text) : 0);

/** `Name=value` lines. */
export function parseShow(text: string): ShownUnit {
  const values = new Map(
    text.split('\n').map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, Math.max(at, 0)), line.slice(at + 1).trim()] as const;
    }),
  );
  const get = (name: (typeof shownProperties)[number]): string => values.get(name) ?? '';
  return {
    loadState: get('LoadState'),
    activeState: get('ActiveState'),
    subState: get('SubState'),
    mainPid: toCount(get('MainPID')),
    restarts: toCount(get('NRestarts')),
    result: get('Result'),
    hasJob: toCount(get('Job')) > 0,
    invocationId: get('InvocationID'),
    startTimeoutMs: parseTimeSpanMs(get('TimeoutStartUSec')),
    stopTimeoutMs: parseTimeSpanMs(get('TimeoutStopUSec')),
    memoryMax: get('MemoryMax'),
    tasksMax: get('TasksMax'),
    isDelegated: get('Delegate') === 'yes',
  };
}
