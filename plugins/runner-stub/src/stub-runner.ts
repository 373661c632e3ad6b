import {
  driverJobSchema,
  prepareStepOutput,
  RunnerError,
  stepEndReasons,
  type DriverJob,
  type PluginContext,
  type Runner,
  type RunnerProbe,
  type StepEnd,
  type StepHandle,
  type StepRequest,
} from '@ironwheel/plugin-kit';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { writeFinish, writeStart } from './stub-events.ts';
import { stubScriptKey, stubScriptSchema, type RunnerStubConfig, type StubScript } from './stub-script.ts';

const stateSchema = z.object({
  work: z.string(),
  job: driverJobSchema,
  script: stubScriptSchema,
  /** Milliseconds since the epoch; null: never. */
  endsAt: z.number().nullable(),
  timesOutAt: z.number(),
  end: z
    .object({ reason: z.enum(stepEndReasons), exitCode: z.number().nullable(), detail: z.string() })
    .nullable(),
});
type State = z.infer<typeof stateSchema>;
type End = NonNullable<State['end']>;

const pollMs = 10;
const plainName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,120}$/;

/** Pretends to build, as its script says. Its steps are files, so that they outlive the process that started them. */
export class StubRunner implements Runner {
  constructor(private readonly context: PluginContext<RunnerStubConfig>) {}

  probe(): Promise<RunnerProbe> {
    const { pythonTags, platformTags } = this.context.config;
    return Promise.resolve({
      ok: true,
      problems: [
        { code: 'RUNNER_IS_STUB', text: 'This runner builds nothing; it is for tests.' },
        { code: 'NETWORK_NOT_OFF', text: 'The stub runs nothing that could have a network.' },
        { code: 'MEMORY_NOT_ENFORCED', text: 'The stub runs nothing that could use memory.' },
      ],
      facts: { stub: true },
      pythonTags,
      platformTags,
      enforces: { networkOff: false, memory: false, pids: false, cpu: false, filesystem: false },
    });
  }

  async start(request: StepRequest): Promise<StepHandle> {
    const job = driverJobSchema.parse(
      JSON.parse(await readFile(join(request.workDirectory, 'job.json'), 'utf8')),
    );
    const script = this.scriptFor(request, job);
    const isHere = script.step === request.step && script.outcome !== 'succeed';
    if (isHere && script.outcome === 'refuse') throw new RunnerError(script.code, script.message);
    await prepareStepOutput(request.workDirectory, request.step);
    const now = this.context.clock.now();
    const lines = request.step === 'build' ? script.output : [];
    const hanging = isHere && script.outcome === 'hang' ? ['hanging now'] : [];
    await writeStart(request.workDirectory, request.step, now, job, [...lines, ...hanging]);
    const handle: StepHandle = {
      version: 1,
      runner: 'runner-stub',
      attemptId: request.attemptId,
      step: request.step,
      reference: { started: now },
    };
    await this.write(handle, {
      work: request.workDirectory,
      job,
      script,
      endsAt: isHere && script.outcome === 'hang' ? null : now + script.delayMs,
      timesOutAt: now + request.limits.timeoutMs,
      end: null,
    });
    return handle;
  }

  async wait(handle: StepHandle): Promise<StepEnd> {
    for (;;) {
      const state = await this.read(handle);
      if (state === null)
        return toStepEnd({ reason: 'vanished', exitCode: null, detail: 'there is no such step' });
      if (state.end !== null) return toStepEnd(state.end);
      const now = this.context.clock.now();
      if (state.endsAt !== null && now >= state.endsAt) {
        await this.write(handle, { ...state, end: await this.finish(handle, state, now) });
      } else if (now >= state.timesOutAt) {
        const end: End = { reason: 'timeout', exitCode: null, detail: 'the step ran longer than it may' };
        await this.write(handle, { ...state, end });
      } else {
        await delay(pollMs, undefined, { signal: this.context.signal });
      }
    }
  }

  async stop(handle: StepHandle): Promise<void> {
    const state = await this.read(handle);
    if (state === null || state.end !== null) return;
    const end: End = { reason: 'stopped', exitCode: null, detail: 'the step was stopped on request' };
    await this.write(handle, { ...state, end });
  }

  async clean(attemptId: string): Promise<void> {
    await rm(this.directoryOf(attemptId), { recursive: true, force: true });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private async finish(handle: StepHandle, state: State, now: number): Promise<End> {
    const { script } = state;
    const outcome = script.step === handle.step ? script.outcome : 'succeed';
    if (outcome === 'vanish') return { reason: 'vanished', exitCode: null, detail: 'the stub lost the step' };
    if (outcome === 'out_of_memory') {
      return { reason: 'out_of_memory', exitCode: null, detail: 'the stub was told to use too much memory' };
    }
    const exitCode = await writeFinish(state.work, handle.step, now, state.job, script, outcome === 'fail');
    return { reason: 'exited', exitCode, detail: 'the step ended by itself' };
  }

  private scriptFor(request: StepRequest, job: DriverJob): StubScript {
    const given = request.environment[stubScriptKey];
    if (given !== undefined) return stubScriptSchema.parse(JSON.parse(given));
    const name = job.name.toLowerCase().replace(/[-_.]+/g, '-');
    return this.context.config.byName[name] ?? this.context.config.script;
  }

  private directoryOf(attemptId: string): string {
    if (!plainName.test(attemptId)) throw new TypeError('an attempt id is letters, digits, ".", "_" and "-"');
    return join(this.context.workDirectory, 'attempts', attemptId);
  }

  private async read(handle: StepHandle): Promise<State | null> {
    try {
      const path = join(this.directoryOf(handle.attemptId), `${handle.step}.json`);
      return stateSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  private async write(handle: StepHandle, state: State): Promise<void> {
    const directory = this.directoryOf(handle.attemptId);
    await mkdir(directory, { recursive: true });
    const path = join(directory, `${handle.step}.json`);
    await writeFile(`${path}.part`, JSON.stringify(state));
    await rename(`${path}.part`, path);
  }
}

const toStepEnd = (end: End): StepEnd => ({ ...end, maxRssBytes: null, cpuS: null });
