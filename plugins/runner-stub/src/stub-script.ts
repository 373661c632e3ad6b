import { driverSteps } from '@ironwheel/plugin-kit';
import { z } from 'zod';

/** What the stub does with a job. */
export const stubScriptSchema = z.strictObject({
  outcome: z
    .enum([
      'succeed',
      /** The step ends with an `error` event and exit code 1. */
      'fail',
      /** The step never ends by itself. */
      'hang',
      /** The step's process is lost: `wait` answers `vanished`. */
      'vanish',
      /** The step ends as if memory had run out. */
      'out_of_memory',
      /** The step cannot be started. */
      'refuse',
    ])
    .default('succeed'),
  /** The step at which a bad outcome comes. */
  step: z.enum(driverSteps).default('build'),
  code: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]{1,60}$/)
    .default('BUILD_FAILED'),
  message: z.string().max(4000).default('the stub was told to fail'),
  /** Milliseconds that each step takes. */
  delayMs: z.number().int().min(0).max(86_400_000).default(0),
  /** Lines of output of the build step. */
  output: z.array(z.string().max(8000)).max(10_000).default(['a line of the stub']),
  /** File name of the wheel, where a test wants one that does not fit the job. */
  wheelFilename: z.string().max(255).optional(),
});
export type StubScript = z.output<typeof stubScriptSchema>;
export type StubScriptInput = z.input<typeof stubScriptSchema>;

export const runnerStubConfigSchema = z.strictObject({
  pythonTags: z.array(z.string()).min(1).default(['cp311', 'cp312', 'cp313']),
  platformTags: z.array(z.string()).min(1).default(['manylinux_2_36_x86_64', 'linux_x86_64']),
  /** For every job that nothing else speaks of. */
  script: stubScriptSchema.prefault({}),
  /** By normalized name of the project (PEP 503). */
  byName: z.record(z.string(), stubScriptSchema).default({}),
});
export type RunnerStubConfig = z.output<typeof runnerStubConfigSchema>;

/** Key of the environment of a step whose value is a script as JSON; it wins over the configuration. */
export const stubScriptKey = 'IRONWHEEL_STUB';
