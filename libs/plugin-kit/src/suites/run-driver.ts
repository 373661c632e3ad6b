import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { DriverEvent } from '../driver-event.ts';
import { driverSteps, type DriverStep } from '../runner.ts';
import { readEvents } from './runner-attempt.ts';

export const driverPath = fileURLToPath(
  new URL('../../../../build-driver/ironwheel_build.py', import.meta.url),
);

export interface DriverRun {
  readonly exitCode: number | null;
  /** The step that ended last. */
  readonly step: DriverStep;
  readonly events: readonly DriverEvent[];
}

/** Runs steps one after another, without a runner, until one does not end with 0. */
export function runDriver(
  work: string,
  environment: Readonly<Record<string, string>> = {},
  steps: readonly DriverStep[] = driverSteps,
): DriverRun {
  const events: DriverEvent[] = [];
  let last: { exitCode: number | null; step: DriverStep } = { exitCode: null, step: 'prepare' };
  for (const step of steps) {
    const done = spawnSync('python3', [driverPath, step, '--work', work], {
      env: { ...process.env, ...environment },
      encoding: 'utf8',
    });
    last = { exitCode: done.status, step };
    events.push(...readEvents(work, step));
    if (done.status !== 0) break;
  }
  return { ...last, events };
}

/** What the interpreter on the path can build for. */
export const describeInterpreter = (): { python_tag: string; architecture: string } =>
  JSON.parse(spawnSync('python3', [driverPath, 'describe'], { encoding: 'utf8' }).stdout) as {
    python_tag: string;
    architecture: string;
  };
