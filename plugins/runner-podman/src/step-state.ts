import { stepEndReasons, type DriverStep, type StepEnd } from '@ironwheel/plugin-kit';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const stateSchema = z.object({
  work: z.string(),
  timeoutMs: z.number(),
  diskBytes: z.number(),
  memoryBytes: z.number(),
  /** Why the runner itself ended it; the container's own end does not tell. */
  endedFor: z.enum(stepEndReasons).nullable(),
  end: z
    .object({
      reason: z.enum(stepEndReasons),
      exitCode: z.number().nullable(),
      detail: z.string(),
      maxRssBytes: z.number().nullable(),
      cpuS: z.number().nullable(),
    })
    .nullable(),
});
export type StepState = z.infer<typeof stateSchema>;

const plainName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,120}$/;

/** What the runner remembers of steps, on disk, so that a later life knows why and how one ended. */
export class StepStates {
  constructor(private readonly root: string) {}

  directoryOf(attemptId: string): string {
    if (!plainName.test(attemptId)) throw new TypeError('an attempt id is letters, digits, ".", "_" and "-"');
    return join(this.root, 'attempts', attemptId);
  }

  async find(attemptId: string, step: DriverStep): Promise<StepState | null> {
    try {
      const path = join(this.directoryOf(attemptId), `${step}.json`);
      return stateSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  async write(attemptId: string, step: DriverStep, state: StepState): Promise<void> {
    const directory = this.directoryOf(attemptId);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const path = join(directory, `${step}.json`);
    await writeFile(`${path}.part`, JSON.stringify(state));
    await rename(`${path}.part`, path);
  }

  /** Remembers why the runner ends a step, once. */
  async markEnded(attemptId: string, step: DriverStep, reason: StepEnd['reason']): Promise<void> {
    const state = await this.find(attemptId, step);
    if (state !== null && state.endedFor === null && state.end === null) {
      await this.write(attemptId, step, { ...state, endedFor: reason });
    }
  }

  /** `KEY=value` lines for `--env-file`; read by the worker's user only, removed with the attempt. */
  async writeEnvironment(
    attemptId: string,
    step: DriverStep,
    environment: Readonly<Record<string, string>>,
  ): Promise<string> {
    const directory = this.directoryOf(attemptId);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const path = join(directory, `${step}.env`);
    await rm(path, { force: true });
    const lines = Object.entries(environment).map(([key, value]) => `${key}=${value}\n`);
    await writeFile(path, lines.join(''), { mode: 0o600 });
    return path;
  }

  async remove(attemptId: string): Promise<void> {
    await rm(this.directoryOf(attemptId), { recursive: true, force: true });
  }
}
