import { readFileSync } from 'node:fs';

/**
 * When a process was started, in clock ticks since boot (field 22 of `/proc/<pid>/stat`); null when there is none. A
 * process id is used again, this pair is not.
 */
export const findStartTime = (pid: number): number | null => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // State Z: the process has ended and only waits to be collected.
    return fields[0] === 'Z' ? null : Number(fields[19]);
  } catch {
    return null;
  }
};

export const isSameProcess = (pid: number, startTime: number): boolean =>
  pid > 1 && findStartTime(pid) === startTime;

/** Sends a signal to a process group; one that has ended is no error. */
export const signalGroup = (leader: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};
