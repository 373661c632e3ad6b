import { readdirSync, readFileSync } from 'node:fs';

const msPerTick = 10;

/** A process and all that it started. */
export function processTree(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const fields = readStat(Number(name));
    if (fields !== null) parents.set(Number(name), Number(fields[1]));
  }
  const isBelow = (pid: number): boolean => {
    for (let one: number | undefined = pid; one !== undefined && one > 1; one = parents.get(one)) {
      if (one === root) return true;
    }
    return false;
  };
  return [...parents.keys()].filter(isBelow);
}

/** Processor time that these have taken so far, those that they waited for included. */
export function readCpuMs(pids: readonly number[]): number {
  const ticks = pids.map((pid) => {
    const fields = readStat(pid) ?? [];
    return [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at] ?? 0), 0);
  });
  return ticks.reduce((sum, one) => sum + one, 0) * msPerTick;
}

const readKib = (pid: number, file: string, name: string): number => {
  try {
    return Number(
      new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/${file}`, 'utf8'))?.[1] ?? 0,
    );
  } catch {
    // It ended meanwhile.
    return 0;
  }
};

/** Resident memory in MiB; what several processes share is counted with each. */
export const readRssMib = (pid: number): number => readKib(pid, 'status', 'VmRSS') / 1024;
export const readPeakRssMib = (pid: number): number => readKib(pid, 'status', 'VmHWM') / 1024;

/** Resident memory in MiB of several processes; what they share is counted once. */
export const readPssMib = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => sum + readKib(pid, 'smaps_rollup', 'Pss'), 0) / 1024;

function readStat(pid: number): string[] | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch {
    return null;
  }
}
