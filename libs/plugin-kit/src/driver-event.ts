import {
  attemptErrorSchema,
  fileNameSchema,
  phaseSchema,
  providerObservationSchema,
  sha256Schema,
  type Phase,
} from '@ironwheel/contracts';
import { z } from 'zod';
import { driverSteps, type DriverStep } from './runner.ts';

/** Each step's phase in the attempt: the requirements of the build belong to `fetch`. */
export const phaseOfStep = {
  prepare: 'prepare',
  fetch: 'fetch',
  requires: 'fetch',
  'fetch-more': 'fetch',
  build: 'build',
  repair: 'repair',
  verify: 'verify',
} as const satisfies Record<DriverStep, Phase>;

/** Steps that may reach the network. No code of the package runs in them. */
export const networkSteps: readonly DriverStep[] = ['fetch', 'fetch-more'];

const stepSchema = z.enum(driverSteps);
/** Milliseconds since the epoch, by the clock of the place where the driver runs. */
const at = z.number().int().nonnegative();

/**
 * One line of `<work>/out/<step>.jsonl`. The file lies where code of the package can write: parse every line with
 * this schema, bound its length (`maxDriverLineBytes`), and open the file with `openDriverFile`.
 */
export const driverEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('step-started'), at, step: stepSchema, phase: phaseSchema }),
  z.object({
    type: z.literal('output'),
    at,
    /** `driver`: the driver's own words. Output of tools is merged into `stdout`, so that its order is kept. */
    stream: z.enum(['stdout', 'stderr', 'driver']),
    text: z.string().max(16_384),
  }),
  z.object({
    type: z.literal('phase'),
    at,
    phase: phaseSchema,
    state: z.enum(['started', 'finished']),
    text: z.string().max(500),
  }),
  z.object({ type: z.literal('fact'), at, name: z.string().max(60), value: z.unknown() }),
  z.object({
    type: z.literal('provider-observation'),
    at,
    observation: providerObservationSchema,
  }),
  z.object({
    type: z.literal('artifact'),
    at,
    filename: fileNameSchema,
    sha256: sha256Schema,
    size: z.number().int().nonnegative(),
    /** Relative to the work directory: `dist/<filename>`. */
    path: z.string().max(400),
  }),
  attemptErrorSchema.extend({ type: z.literal('error'), at }),
  z.object({
    type: z.literal('step-finished'),
    at,
    step: stepSchema,
    ok: z.boolean(),
    exit_code: z.number().int(),
    max_rss_bytes: z.number().int().nonnegative(),
    cpu_s: z.number().nonnegative(),
    /** Of the attempt so far: bytes of output kept, and bytes left out because of `log_max_bytes`. */
    log_bytes: z.number().int().nonnegative(),
    dropped_bytes: z.number().int().nonnegative(),
  }),
]);
export type DriverEvent = z.infer<typeof driverEventSchema>;

/** No event line is longer; a longer one was not written by the driver. */
export const maxDriverLineBytes = 256 * 1024;

/** Exit codes of the driver. */
export const driverExitCodes = {
  ok: 0,
  /** The package or its build failed; the `error` event says how. */
  packageFailed: 1,
  /** Bad arguments, or `job.json` does not fit. */
  usage: 2,
  /** The place is not fit: no such interpreter, no venv, wrong platform. */
  environment: 3,
  /** An index or another provider did not answer as it should. */
  provider: 4,
  /** Memory or disk ran out. */
  resource: 5,
  defect: 70,
  interrupted: 143,
} as const;

/** Parses one line; null when it is no event: the line was damaged, or not written by the driver. */
export const parseDriverEvent = (line: string): DriverEvent | null => {
  if (line.length > maxDriverLineBytes) return null;
  try {
    const parsed = driverEventSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
};
