import { existsSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { StructuredLogger } from '@ironwheel/logging';
import { EmbeddedPostgresError } from './embedded-error.ts';
import { findProgram, findWorkingDirectory, isProcessAlive, waitUntil } from './process-facts.ts';

const fastStopMs = 60_000;
const immediateStopMs = 15_000;

/**
 * A controller that was killed leaves its Postgres running. The next one stops it before it starts its own: cleanly,
 * so that nothing needs recovery. Only a process is touched that runs a `postgres` program in exactly this data
 * directory; a stale `postmaster.pid` whose number another program has by now is removed instead.
 */
export async function stopOrphan(data: string, logger: StructuredLogger): Promise<void> {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !isPostgresOf(pid, data)) {
    rmSync(file, { force: true });
    return;
  }
  logger.warn('a Postgres that an earlier controller left behind is stopped', { pid });
  if (await stopProcess(pid, 'SIGINT', fastStopMs)) return;
  logger.warn('the Postgres left behind does not end; it is told to end at once', { pid });
  if (await stopProcess(pid, 'SIGQUIT', immediateStopMs)) return;
  throw new EmbeddedPostgresError(
    `A Postgres (process ${pid}) holds ${data} and does not end. End it and start again.`,
  );
}

function isPostgresOf(pid: number, data: string): boolean {
  const program = findProgram(pid);
  return (
    program !== null && basename(program) === 'postgres' && findWorkingDirectory(pid) === realpathSync(data)
  );
}

async function stopProcess(pid: number, signal: NodeJS.Signals, timeoutMs: number): Promise<boolean> {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return true;
    throw error;
  }
  return waitUntil(() => !isProcessAlive(pid), timeoutMs);
}
