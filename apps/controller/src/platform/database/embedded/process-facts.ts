import { readFileSync, readlinkSync } from 'node:fs';

/** True while a process with this id exists (also one of another user). A zombie counts as gone. */
export function isProcessAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/^\d+ \(.*\) Z/s.test(stat);
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** The working directory of a process, or null when it is gone or may not be seen. */
export function findWorkingDirectory(pid: number): string | null {
  return findLink(`/proc/${pid}/cwd`);
}

/** The program that a process runs, or null when it is gone or may not be seen. */
export function findProgram(pid: number): string | null {
  return findLink(`/proc/${pid}/exe`)?.replace(/ \(deleted\)$/, '') ?? null;
}

function findLink(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(String(error.code));

/** Waits until `condition` holds; false when `timeoutMs` have passed first. */
export async function waitUntil(condition: () => boolean, timeoutMs: number, stepMs = 25): Promise<boolean> {
  const end = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() >= end) return false;
    await new Promise((resolve) => setTimeout(resolve, stepMs));
  }
  return true;
}
