import {
  findBuildDriverDirectory,
  interpreterDescriptionSchema,
  networkEnvironment,
  platformTagsOf,
  prepareStepOutput,
  RunnerError,
  type InterpreterDescription,
  type PluginContext,
  type Runner,
  type RunnerProbe,
  type StepEnd,
  type StepHandle,
  type StepRequest,
} from '@ironwheel/plugin-kit';
import { spawn } from 'node:child_process';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chooseBuildUser, type BuildUserChoice } from './build-user.ts';
import type { RunnerProcessConfig } from './config.ts';
import { giveWorkDirectory } from './give-work-directory.ts';
import { probeIsolation, type Isolation } from './isolation.ts';
import { findStartTime, isSameProcess, signalGroup } from './process-identity.ts';
import { runCommand } from './run-command.ts';
import { refuseWhatIsMissing } from './installed-packages.ts';
import { describeProblems } from './problems.ts';
import { findEnd, findStarted, stepDirectoryOf, writeEnd, writeSpec } from './step-files.ts';

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const pollMs = 100;
const stopWaitMs = 15_000;

interface Place {
  readonly interpreters: ReadonlyMap<string, { name: string; description: InterpreterDescription }>;
  readonly isolation: Isolation;
  readonly user: BuildUserChoice;
}

/** Runs steps as processes of this host. It contains only what its probe says. */
export class ProcessRunner implements Runner {
  private place: Promise<Place> | undefined;
  private readonly driver: string | null;

  constructor(private readonly context: PluginContext<RunnerProcessConfig>) {
    this.driver = context.config.driverDirectory ?? findBuildDriverDirectory(import.meta.url);
  }

  async probe(): Promise<RunnerProbe> {
    this.place = undefined;
    const place = await this.getPlace();
    const found = [...place.interpreters.values()].map(({ description }) => description);
    return {
      ok: this.context.config.allow && found.length > 0,
      problems: describeProblems(this.context.config, this.driver, found, place),
      facts: {
        interpreters: found,
        driver: this.driver,
        isolation: place.isolation.offline,
        build_user: place.user.user,
      },
      pythonTags: found.map((one) => one.python_tag),
      platformTags: [...new Set(found.flatMap(platformTagsOf))],
      enforces: {
        networkOff: place.isolation.networkOff,
        memory: true,
        pids: place.user.user !== null,
        cpu: false,
        filesystem: false,
      },
    };
  }

  async start(request: StepRequest): Promise<StepHandle> {
    const { config } = this.context;
    if (!config.allow) throw new RunnerError('RUNNER_NOT_ALLOWED', 'runner-process is not allowed here');
    if (this.driver === null) throw new RunnerError('RUNNER_UNAVAILABLE', 'the build driver was not found');
    const place = await this.getPlace();
    const interpreter = place.interpreters.get(request.pythonTag)?.name;
    if (interpreter === undefined) {
      throw new RunnerError('INTERPRETER_MISSING', `no interpreter for ${request.pythonTag} is configured`);
    }
    if (request.step === 'prepare') await refuseWhatIsMissing(request.systemPackages, this.toolEnvironment);
    const directory = stepDirectoryOf(this.context.workDirectory, request.attemptId, request.step);
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true });
    await prepareStepOutput(request.workDirectory, request.step);
    const user = await giveWorkDirectory(request.workDirectory, place.user.user);
    if (user === null && place.user.user !== null) {
      this.context.logger.warn('The build user cannot enter the work directory; the step runs as root.', {
        attempt_id: request.attemptId,
        step: request.step,
      });
    }
    await writeSpec(directory, {
      command: [
        interpreter,
        join(this.driver, 'ironwheel_build.py'),
        request.step,
        '--work',
        request.workDirectory,
      ],
      work: request.workDirectory,
      isolate: request.network ? place.isolation.online : place.isolation.offline,
      user,
      timeout_s: request.limits.timeoutMs / 1000,
      memory_bytes: request.limits.memoryBytes,
      pids: request.limits.pids,
      disk_bytes: request.limits.diskBytes,
      grace_s: config.graceMs / 1000,
    });
    return this.launch(interpreter, join(this.driver, 'ironwheel_launch.py'), directory, request);
  }

  async wait(handle: StepHandle): Promise<StepEnd> {
    const directory = this.directoryOf(handle);
    const { pid, startTime } = readReference(handle);
    for (;;) {
      // In this order: a watcher that ends between the two questions has written its result before.
      const isAlive = isSameProcess(pid, startTime);
      const end = await findEnd(directory);
      if (end !== null) return end;
      if (!isAlive)
        return { ...unknownEnd, reason: 'vanished', detail: 'the process that watched the step is gone' };
      await delay(pollMs, undefined, { signal: this.context.signal });
    }
  }

  async stop(handle: StepHandle): Promise<void> {
    const directory = this.directoryOf(handle);
    const { pid, startTime } = readReference(handle);
    if (isSameProcess(pid, startTime)) {
      process.kill(pid, 'SIGTERM');
      const until = this.context.clock.monotonic() + stopWaitMs + this.context.config.graceMs;
      while (isSameProcess(pid, startTime) && this.context.clock.monotonic() < until) await delay(pollMs);
      if (isSameProcess(pid, startTime)) process.kill(pid, 'SIGKILL');
    }
    await this.killOrphan(directory);
    if ((await findEnd(directory)) === null) {
      await mkdir(directory, { recursive: true });
      await writeEnd(directory, {
        ...unknownEnd,
        reason: 'stopped',
        detail: 'the step was stopped on request',
      });
    }
  }

  async clean(attemptId: string): Promise<void> {
    const directory = join(stepDirectoryOf(this.context.workDirectory, attemptId, 'prepare'), '..');
    const steps = await readdir(directory).catch(() => [] as string[]);
    for (const step of steps) await this.killOrphan(join(directory, step));
    await rm(directory, { recursive: true, force: true });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private async launch(
    interpreter: string,
    launcher: string,
    directory: string,
    request: StepRequest,
  ): Promise<StepHandle> {
    const child = spawn(interpreter, ['-I', launcher, join(directory, 'spec.json')], {
      cwd: '/',
      env: { ...this.environmentFor(request), ...request.environment },
      detached: true,
      stdio: 'ignore',
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) =>
        reject(
          new RunnerError('RUNNER_UNAVAILABLE', `${interpreter} could not be started`, { cause: error }),
        ),
      );
    });
    child.unref();
    const pid = child.pid ?? 0;
    return {
      version: 1,
      runner: 'runner-process',
      attemptId: request.attemptId,
      step: request.step,
      reference: { pid, startTime: findStartTime(pid) ?? 0 },
    };
  }

  private environmentFor(request: StepRequest): Record<string, string> {
    const host = this.context.config.hostEnvironment;
    const base = { PATH: host['PATH'] ?? defaultPath, LANG: 'C.UTF-8' };
    if (!request.network) return base;
    const home = host['HOME'];
    return { ...base, ...networkEnvironment(host), ...(home === undefined ? {} : { HOME: home }) };
  }

  private directoryOf(handle: StepHandle): string {
    return stepDirectoryOf(this.context.workDirectory, handle.attemptId, handle.step);
  }

  private async killOrphan(directory: string): Promise<void> {
    const started = await findStarted(directory);
    if (started !== null && isSameProcess(started.pid, started.start_time))
      signalGroup(started.pid, 'SIGKILL');
  }

  private get toolEnvironment(): { readonly PATH: string } {
    return { PATH: this.context.config.hostEnvironment['PATH'] ?? defaultPath };
  }

  private getPlace(): Promise<Place> {
    this.place ??= this.explore();
    return this.place;
  }

  private async explore(): Promise<Place> {
    const env = this.toolEnvironment;
    const isRoot = process.getuid?.() === 0;
    const interpreters = new Map<string, { name: string; description: InterpreterDescription }>();
    for (const name of this.driver === null ? [] : this.context.config.interpreters) {
      const answer = await runCommand(name, [join(this.driver ?? '', 'ironwheel_build.py'), 'describe'], env);
      const description = answer.ok ? interpreterDescriptionSchema.parse(JSON.parse(answer.stdout)) : null;
      if (description !== null && !interpreters.has(description.python_tag)) {
        interpreters.set(description.python_tag, { name: description.executable, description });
      }
    }
    const names = [...interpreters.values()].map(({ name }) => name);
    const [isolation, user] = await Promise.all([
      probeIsolation(isRoot, env),
      chooseBuildUser(isRoot, this.context.config.buildUser, names, env),
    ]);
    return { interpreters, isolation, user };
  }
}

const unknownEnd = { exitCode: null, maxRssBytes: null, cpuS: null } as const;

const readReference = (handle: StepHandle): { pid: number; startTime: number } => {
  const { pid, startTime } = handle.reference;
  if (typeof pid !== 'number' || typeof startTime !== 'number') {
    throw new RunnerError('HANDLE_INVALID', 'the handle is not one of runner-process');
  }
  return { pid, startTime };
};
