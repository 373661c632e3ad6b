import type { StepEnd } from '@ironwheel/plugin-kit';
import { z } from 'zod';
import type { PodmanCli } from './podman-cli.ts';
import type { StepState } from './step-state.ts';

const inspectedSchema = z
  .array(
    z.object({
      State: z.object({
        Status: z.string(),
        ExitCode: z.number(),
        OOMKilled: z.boolean().default(false),
        StartedAt: z.string(),
        FinishedAt: z.string(),
        Error: z.string().default(''),
        /** Who watches it; none before its start, and after a start of podman anew. */
        ConmonPid: z.number().default(0),
      }),
    }),
  )
  .length(1);
export type ContainerState = z.infer<typeof inspectedSchema>[0]['State'];

const sentences = {
  timeout: 'the step ran longer than it may',
  stopped: 'the step was stopped on request',
  disk_full: 'the attempt used more disk than it may',
} as const;

/** 128 + SIGKILL: nothing in the container ended by itself. */
const killedExit = 137;
/** -1 as a byte. */
const lostExit = 255;
const clockToleranceMs = 500;

/** How a container ended, in the words of the contract. */
export const endOf = (container: ContainerState, state: StepState): StepEnd => {
  const rest = { maxRssBytes: null, cpuS: null };
  const { endedFor } = state;
  if (endedFor === 'timeout' || endedFor === 'stopped' || endedFor === 'disk_full') {
    return { ...rest, reason: endedFor, exitCode: null, detail: sentences[endedFor] };
  }
  const ranMs = Date.parse(container.FinishedAt) - Date.parse(container.StartedAt);
  // Where conmon's own clock ended it, the exit code is -1 (or that as a byte); it may run a little before ours.
  const isTimeOver = ranMs >= state.timeoutMs - clockToleranceMs;
  const isKilled = container.ExitCode === killedExit || container.ExitCode === lostExit;
  if (container.ExitCode < 0 || (isKilled && isTimeOver)) {
    return { ...rest, reason: 'timeout', exitCode: null, detail: sentences.timeout };
  }
  if (container.ExitCode === killedExit) {
    const who = container.OOMKilled ? 'the kernel ended it' : 'it was killed, as the kernel does';
    const detail = `${who}: the step needed more memory than the ${state.memoryBytes} bytes that it may have`;
    return { ...rest, reason: 'out_of_memory', exitCode: null, detail };
  }
  if (container.Error !== '') {
    return { ...rest, reason: 'runner_failed', exitCode: null, detail: container.Error.slice(0, 500) };
  }
  return { ...rest, reason: 'exited', exitCode: container.ExitCode, detail: 'the step ended by itself' };
};

/** What podman says of a container; null when there is no such container any more. */
export async function inspectContainer(podman: PodmanCli, container: string): Promise<ContainerState | null> {
  const result = await podman.run(['container', 'inspect', container]);
  if (!result.ok) return null;
  return inspectedSchema.parse(JSON.parse(result.stdout))[0]?.State ?? null;
}

export const hasEnded = ({ Status }: ContainerState): boolean =>
  Status === 'exited' || Status === 'stopped' || Status === 'dead';

/**
 * Whether nobody is left who would ever say how it ended. When the unit of the worker is killed, container and conmon go
 * with it, and podman's books keep them as `running` or, if its runtime directory has gone as well, as `created`.
 */
export const isForsaken = (container: ContainerState): boolean =>
  !hasEnded(container) && (container.ConmonPid === 0 || !isAlive(container.ConmonPid));

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
};
