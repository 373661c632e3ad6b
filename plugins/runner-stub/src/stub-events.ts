import {
  eventFileOf,
  phaseOfStep,
  type DriverEvent,
  type DriverJob,
  type DriverStep,
} from '@ironwheel/plugin-kit';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StubScript } from './stub-script.ts';
import { makeStubWheel } from './stub-wheel.ts';

type EventBody = DriverEvent extends infer Event
  ? Event extends DriverEvent
    ? Omit<Event, 'at'>
    : never
  : never;

/** Appends events of a step as the driver does: one JSON object a line. */
const emit = (work: string, step: DriverStep, at: number, events: readonly EventBody[]): Promise<void> =>
  appendFile(
    join(work, eventFileOf(step)),
    events.map((event) => `${JSON.stringify({ at, ...event })}\n`).join(''),
  );

export const writeStart = (
  work: string,
  step: DriverStep,
  at: number,
  job: DriverJob,
  lines: readonly string[],
): Promise<void> =>
  emit(work, step, at, [
    { type: 'step-started', step, phase: phaseOfStep[step] },
    { type: 'phase', phase: phaseOfStep[step], state: 'started', text: step },
    { type: 'output', stream: 'driver', text: `--- ${step}: ${job.name} ${job.version} (stub)\n` },
    ...lines.map((line): EventBody => ({ type: 'output', stream: 'stdout', text: `${line}\n` })),
  ]);

const factsOf = async (
  work: string,
  step: DriverStep,
  job: DriverJob,
  script: StubScript,
): Promise<EventBody[]> => {
  if (step === 'prepare') {
    return [{ type: 'fact', name: 'environment', value: { stub: true, python_tag: job.python_tag } }];
  }
  if (step !== 'verify') return [];
  const wheel = makeStubWheel(job.name, job.version, job.build_tag);
  const filename = script.wheelFilename ?? wheel.filename;
  await mkdir(join(work, 'dist'), { recursive: true });
  await writeFile(join(work, 'dist', filename), wheel.bytes);
  const { sha256 } = wheel;
  const size = wheel.bytes.length;
  return [
    { type: 'fact', name: 'wheel', value: { filename, sha256, size, tags: ['py3-none-any'], elf: [] } },
    { type: 'artifact', filename, sha256, size, path: `dist/${filename}` },
  ];
};

/** The last events of a step that ended by itself; answers its exit code. */
export async function writeFinish(
  work: string,
  step: DriverStep,
  at: number,
  job: DriverJob,
  script: StubScript,
  isFailing: boolean,
): Promise<number> {
  const exitCode = isFailing ? 1 : 0;
  const last: EventBody[] = isFailing
    ? [
        { type: 'output', stream: 'driver', text: `${script.code}: ${script.message}\n` },
        {
          type: 'error',
          code: script.code,
          message: script.message,
          lines: script.output.slice(-12).map((text, at) => ({ line_no: at + 2, text: text.slice(0, 2000) })),
        },
      ]
    : await factsOf(work, step, job, script);
  await emit(work, step, at, [
    ...last,
    { type: 'phase', phase: phaseOfStep[step], state: 'finished', text: isFailing ? script.code : 'done' },
    {
      type: 'step-finished',
      step,
      ok: !isFailing,
      exit_code: exitCode,
      max_rss_bytes: 1_048_576,
      cpu_s: 0.01,
      log_bytes: 0,
      dropped_bytes: 0,
    },
  ]);
  return exitCode;
}
