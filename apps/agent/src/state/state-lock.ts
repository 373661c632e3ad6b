import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AgentError } from '../agent-error.ts';

/** Start time of a process in clock ticks since boot (proc(5), field 22); null when there is none such. */
const readStartTime = async (pid: number): Promise<string | null> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  // The command name may hold spaces and brackets: count from the last bracket.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
};

/** Who holds a state directory. */
export type StateHolder = 'worker' | 'supervisor';

/**
 * One worker, or one supervisor, a state directory. The lock names process id and start time, so that one left by a killed one is seen
 * to be stale also when its id was given to another process.
 */
export class StateLock {
  private constructor(readonly path: string) {}

  static async take(stateDirectory: string, holder: StateHolder = 'worker'): Promise<StateLock> {
    await mkdir(stateDirectory, { recursive: true, mode: 0o711 });
    const path = join(stateDirectory, `${holder}.lock`);
    const own = `${process.pid} ${(await readStartTime(process.pid)) ?? ''}`;
    for (let round = 0; round < 2; round += 1) {
      try {
        const file = await open(path, 'wx', 0o600);
        await file.writeFile(own);
        await file.close();
        return new StateLock(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const [pid = '', started = ''] = (await readFile(path, 'utf8').catch(() => '')).split(' ');
      if (started !== '' && (await readStartTime(Number(pid))) === started) {
        throw new AgentError(
          'AGENT_STATE_LOCKED',
          `the ${holder} with process id ${pid} uses ${stateDirectory}; stop it, or give this one another --state-dir`,
        );
      }
      await rm(path, { force: true });
    }
    throw new AgentError('AGENT_STATE_LOCKED', `${path} is taken by another ${holder} that is just starting`);
  }

  release(): Promise<void> {
    return rm(this.path, { force: true });
  }
}
