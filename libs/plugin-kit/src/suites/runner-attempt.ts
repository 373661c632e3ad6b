import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { networkSteps, parseDriverEvent, type DriverEvent } from '../driver-event.ts';
import { eventFileOf } from '../driver-files.ts';
import {
  driverSteps,
  type DriverStep,
  type Runner,
  type StepEnd,
  type StepLimits,
  type StepRequest,
} from '../runner.ts';
import type { SampleTarget } from './runner-work.ts';

export const mebibyte = 1024 * 1024;
export const suiteLimits: StepLimits = {
  timeoutMs: 120_000,
  memoryBytes: 1024 * mebibyte,
  pids: 256,
  cpus: 1,
  diskBytes: 2048 * mebibyte,
};

export interface AttemptRun {
  /** Each step that was started, in order, with its end. */
  readonly steps: readonly { readonly step: DriverStep; readonly end: StepEnd }[];
  readonly events: readonly DriverEvent[];
}

export const requestOf = (
  attemptId: string,
  step: DriverStep,
  workDirectory: string,
  target: SampleTarget,
  more: Partial<StepRequest> = {},
): StepRequest => ({
  attemptId,
  step,
  workDirectory,
  ...target,
  network: networkSteps.includes(step),
  environment: {},
  systemPackages: { apt: [], dnf: [] },
  limits: suiteLimits,
  ...more,
});

/** Events of one step so far; a line that is not whole yet is left out. */
export const readEvents = (workDirectory: string, step: DriverStep): DriverEvent[] => {
  let text: string;
  try {
    text = readFileSync(join(workDirectory, eventFileOf(step)), 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    const event = line === '' ? null : parseDriverEvent(line);
    return event === null ? [] : [event];
  });
};

/** Runs the steps one after another until one does not end well. */
export async function runAttempt(
  runner: Runner,
  attemptId: string,
  workDirectory: string,
  target: SampleTarget,
  more: Partial<StepRequest> = {},
): Promise<AttemptRun> {
  const steps: { step: DriverStep; end: StepEnd }[] = [];
  const events: DriverEvent[] = [];
  for (const step of driverSteps) {
    const handle = await runner.start(requestOf(attemptId, step, workDirectory, target, more));
    const end = await runner.wait(handle);
    steps.push({ step, end });
    events.push(...readEvents(workDirectory, step));
    if (end.reason !== 'exited' || end.exitCode !== 0) break;
  }
  return { steps, events };
}

/** Events of one kind, typed. */
export const eventsOf = <Type extends DriverEvent['type']>(
  events: readonly DriverEvent[],
  type: Type,
): Extract<DriverEvent, { type: Type }>[] =>
  events.filter((event): event is Extract<DriverEvent, { type: Type }> => event.type === type);
