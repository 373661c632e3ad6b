import { phaseSchema, renewAnswerSchema } from '@ironwheel/contracts';
import { z } from 'zod';

/** What the renewing process is told. The first message is `configure`; secrets travel here, never in argv or environment. */
export const renewCommandSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('configure'),
    url: z.string(),
    ca_file: z.string().nullable(),
    worker_id: z.string(),
    credential: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('key'), private_key: z.string() }),
      z.object({ kind: z.literal('token'), token: z.string() }),
    ]),
    version: z.string(),
    /** Without a word from the worker for this long, leases are no longer renewed: it hangs. */
    silence_ms: z.number().int().positive(),
  }),
  z.object({
    type: z.literal('hold'),
    attempt_id: z.string(),
    fencing: z.number().int(),
    renew_every_ms: z.number().int().positive(),
  }),
  z.object({ type: z.literal('set-phase'), attempt_id: z.string(), phase: phaseSchema }),
  z.object({ type: z.literal('release'), attempt_id: z.string() }),
  z.object({ type: z.literal('ping') }),
]);
export type RenewCommand = z.infer<typeof renewCommandSchema>;

/** What the renewing process tells. */
export const renewReportSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('renewed'), attempt_id: z.string(), answer: renewAnswerSchema }),
  z.object({ type: z.literal('lost'), attempt_id: z.string(), code: z.string(), detail: z.string() }),
  /** A renewal failed and will be tried again; `failures` in a row. */
  z.object({
    type: z.literal('late'),
    attempt_id: z.string(),
    failures: z.number().int(),
    detail: z.string(),
  }),
  z.object({
    type: z.literal('log'),
    level: z.enum(['info', 'warn']),
    message: z.string(),
    fields: z.record(z.string(), z.unknown()),
  }),
]);
export type RenewReport = z.infer<typeof renewReportSchema>;
