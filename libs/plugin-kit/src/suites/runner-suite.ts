import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { driverJobSchema } from '../driver-job.ts';
import type { DriverStep, Runner, RunnerProbe, StepHandle, StepRequest } from '../runner.ts';
import { eventsOf, mebibyte, readEvents, requestOf, runAttempt, suiteLimits } from './runner-attempt.ts';
import { type SampleTarget } from './runner-work.ts';

/** What an attempt of the suite is to do. */
export type RunnerScenario = 'succeeds' | 'fails-to-compile' | 'hangs' | 'dials-out' | 'takes-memory';

export interface PreparedAttempt {
  readonly workDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** What a runner's own test file hands to the suite. */
export interface RunnerHarness {
  /** A new instance on the same work directory of the plugin, as after a restart of the worker. */
  open(): Promise<Runner>;
  prepare(scenario: RunnerScenario, target: SampleTarget): PreparedAttempt | Promise<PreparedAttempt>;
  /** Names of what is still there of an attempt: processes, containers, files of the runner. */
  leftovers(attemptId: string): Promise<readonly string[]>;
  /** A handle of this runner's form whose process or container never was. */
  foreignHandle(attemptId: string): StepHandle;
}

/** The contract of a runner; every runner's tests call it. Each step is a real one: give it time. */
export function runnerSuite(name: string, harness: RunnerHarness): void {
  describe(`${name} keeps the contract of a runner`, { timeout: 240_000 }, () => {
    let runner: Runner;
    let probe: RunnerProbe;
    let target: SampleTarget;
    const works: string[] = [];
    const attempts: string[] = [];
    let count = 0;

    const newAttempt = async (
      scenario: RunnerScenario,
    ): Promise<{ id: string; work: string; more: Partial<StepRequest> }> => {
      count += 1;
      const id = `att_suite-${process.pid}-${count}`;
      const prepared = await harness.prepare(scenario, target);
      works.push(prepared.workDirectory);
      attempts.push(id);
      return { id, work: prepared.workDirectory, more: { environment: prepared.environment } };
    };

    /** Runs the steps before `last`, then starts that one. */
    const startAt = async (
      last: DriverStep,
      scenario: RunnerScenario,
      limits = suiteLimits,
    ): Promise<{ id: string; work: string; handle: StepHandle }> => {
      const { id, work, more } = await newAttempt(scenario);
      for (const step of ['prepare', 'fetch', 'requires'] as const) {
        const end = await runner.wait(await runner.start(requestOf(id, step, work, target, more)));
        expect(end).toMatchObject({ reason: 'exited', exitCode: 0 });
      }
      const handle = await runner.start(requestOf(id, last, work, target, { ...more, limits }));
      return { id, work, handle };
    };

    const waitForOutput = (work: string, text: string): Promise<void> =>
      vi.waitFor(
        () => {
          const output = eventsOf(readEvents(work, 'build'), 'output').map((event) => event.text);
          expect(output.join('')).toContain(text);
        },
        { timeout: 60_000, interval: 50 },
      );

    beforeAll(async () => {
      runner = await harness.open();
      probe = await runner.probe();
      target = {
        pythonTag: probe.pythonTags[0] ?? 'none',
        platformTag: probe.platformTags.at(-1) ?? 'none',
      };
    }, 240_000);
    afterAll(async () => {
      for (const id of attempts) await runner.clean(id);
      await runner.close();
      for (const work of works) rmSync(work, { recursive: true, force: true });
    }, 240_000);

    it('tells what it can build for and what it enforces', () => {
      expect(probe.problems.filter(({ code }) => code.endsWith('_MISSING'))).toEqual([]);
      expect(probe.ok, JSON.stringify(probe.problems)).toBe(true);
      expect(probe.pythonTags.length).toBeGreaterThan(0);
      expect(probe.platformTags.length).toBeGreaterThan(0);
      if (!probe.enforces.networkOff)
        expect(probe.problems.map(({ code }) => code)).toContain('NETWORK_NOT_OFF');
      if (!probe.enforces.memory)
        expect(probe.problems.map(({ code }) => code)).toContain('MEMORY_NOT_ENFORCED');
    });

    it('builds a wheel, and its bytes are those that the events announce', async () => {
      const { id, work, more } = await newAttempt('succeeds');
      const run = await runAttempt(runner, id, work, target, more);
      expect(eventsOf(run.events, 'error')).toEqual([]);
      expect(run.steps.map(({ step, end }) => [step, end.reason, end.exitCode])).toEqual([
        ['prepare', 'exited', 0],
        ['fetch', 'exited', 0],
        ['requires', 'exited', 0],
        ['fetch-more', 'exited', 0],
        ['build', 'exited', 0],
        ['repair', 'exited', 0],
        ['verify', 'exited', 0],
      ]);
      const artifact = eventsOf(run.events, 'artifact')[0]!;
      const bytes = readFileSync(join(work, artifact.path));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(artifact.sha256);
      expect(bytes.length).toBe(artifact.size);
      const job = driverJobSchema.parse(JSON.parse(readFileSync(join(work, 'job.json'), 'utf8')));
      expect(artifact.filename.toLowerCase().startsWith(job.name.replaceAll('-', '_'))).toBe(true);
    });

    it('tells how a build failed', async () => {
      const { id, work, more } = await newAttempt('fails-to-compile');
      const run = await runAttempt(runner, id, work, target, more);
      expect(run.steps.at(-1)).toMatchObject({ step: 'build', end: { reason: 'exited', exitCode: 1 } });
      expect(eventsOf(run.events, 'error')[0]?.code).toBe('COMPILE_FAILED');
      expect(eventsOf(run.events, 'step-finished').at(-1)).toMatchObject({ step: 'build', ok: false });
    });

    it('ends a step that runs longer than it may', async () => {
      const { handle, id } = await startAt('build', 'hangs', { ...suiteLimits, timeoutMs: 3_000 });
      expect(await runner.wait(handle)).toMatchObject({ reason: 'timeout', exitCode: null });
      await runner.clean(id);
      expect(await harness.leftovers(id)).toEqual([]);
    });

    it('stops a step and all that it started, and says so to every wait', async () => {
      const { handle, work, id } = await startAt('build', 'hangs');
      await waitForOutput(work, 'hanging now');
      const waiting = runner.wait(handle);
      await runner.stop(handle);
      expect((await waiting).reason).toBe('stopped');
      expect((await runner.wait(handle)).reason).toBe('stopped');
      await runner.stop(handle);
      await runner.clean(id);
      expect(await harness.leftovers(id)).toEqual([]);
    });

    it('a step lives on when the runner is closed, and a new instance waits for it', async () => {
      const { handle, work } = await startAt('build', 'hangs');
      await waitForOutput(work, 'hanging now');
      await runner.close();
      runner = await harness.open();
      const kept = JSON.parse(JSON.stringify(handle)) as StepHandle;
      const waiting = runner.wait(kept);
      await runner.stop(kept);
      expect((await waiting).reason).toBe('stopped');
    });

    it('a step that ended while nobody watched keeps its end', async () => {
      const { id, work, more } = await newAttempt('succeeds');
      const handle = await runner.start(requestOf(id, 'prepare', work, target, more));
      await runner.close();
      runner = await harness.open();
      expect(await runner.wait(handle)).toMatchObject({ reason: 'exited', exitCode: 0 });
      expect(await runner.wait(handle)).toMatchObject({ reason: 'exited', exitCode: 0 });
    });

    it('a handle behind which nothing is left has vanished', async () => {
      const handle = harness.foreignHandle('att_suite-never-was');
      expect((await runner.wait(handle)).reason).toBe('vanished');
      await runner.stop(harness.foreignHandle('att_suite-never-was-too'));
      await runner.clean('att_suite-never-was-too');
      await runner.clean('att_suite-never-was');
    });

    it('a build has no network, where that is enforced', async ({ skip }) => {
      if (!probe.enforces.networkOff) skip('this runner cannot switch the network off here');
      const { id, work, more } = await newAttempt('dials-out');
      const run = await runAttempt(runner, id, work, target, more);
      expect(run.steps.at(-1)?.step).toBe('build');
      expect(eventsOf(run.events, 'error')[0]?.code).toBe('NETWORK_IN_BUILD');
    });

    it('a build that takes more memory than it may is ended and says so, where that is enforced', async ({
      skip,
    }) => {
      if (!probe.enforces.memory) skip('this runner cannot limit memory here');
      const limits = { ...suiteLimits, memoryBytes: 300 * mebibyte };
      const { id, work, more } = await newAttempt('takes-memory');
      const run = await runAttempt(runner, id, work, target, { ...more, limits });
      const last = run.steps.at(-1);
      expect(last?.step).toBe('build');
      const code = eventsOf(run.events, 'error')[0]?.code;
      expect(last?.end.reason === 'out_of_memory' || code === 'OUT_OF_MEMORY').toBe(true);
    });

    it('cleaning an attempt leaves nothing of it but the work directory', async () => {
      const { id, work, more } = await newAttempt('succeeds');
      await runner.wait(await runner.start(requestOf(id, 'prepare', work, target, more)));
      expect((await harness.leftovers(id)).length).toBeGreaterThan(0);
      await runner.clean(id);
      await runner.clean(id);
      expect(await harness.leftovers(id)).toEqual([]);
      expect(readEvents(work, 'prepare').at(-1)?.type).toBe('step-finished');
    });
  });
}
