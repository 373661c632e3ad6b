import { z } from 'zod';
import { capabilitiesSchema } from './claim.ts';
import { listQuery, plainTextSchema, timeSchema } from './wire-types.ts';

/** `POST /agent/enroll`: an enrolment token in, the worker's record out. The key pair is made on the host. */
export const enrollSchema = z.object({
  /** Shown once by `POST /tokens {role: worker}`; travels in the body, never in the URL. */
  enrollment_token: z.string().min(20).max(200),
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/),
  /** Ed25519 public key, SPKI in PEM. */
  public_key: z.string().max(1000),
  machine_id: plainTextSchema(100).nullable(),
  hostname: plainTextSchema(255),
  version: plainTextSchema(40),
});
export const enrollAnswerSchema = z.object({
  worker_id: z.string(),
  name: z.string(),
  pool: z.string(),
  heartbeat_interval_s: z.number().int(),
});

export const heartbeatSchema = z.object({
  worker_id: z.string().optional(),
  version: z.string().max(40),
  capabilities: capabilitiesSchema,
  slots: z.object({ total: z.number().int().nonnegative(), used: z.number().int().nonnegative() }),
  /** Attempts that this worker holds right now. */
  attempts: z.array(z.object({ attempt_id: z.string(), phase: z.string().nullable() })).max(256),
  health: z.object({
    ok: z.boolean(),
    problems: z.array(z.object({ code: z.string(), text: z.string() })).max(20),
  }),
  draining: z.boolean(),
  spool: z.object({ bytes: z.number().int(), dropped_bytes: z.number().int() }),
  load: z
    .object({
      load1: z.number(),
      memory_used_bytes: z.number(),
      memory_total_bytes: z.number(),
      disk_free_bytes: z.number(),
    })
    .optional(),
});
export type Heartbeat = z.infer<typeof heartbeatSchema>;
export const heartbeatAnswerSchema = z.object({
  heartbeat_interval_s: z.number().int(),
  desired_state: z.enum(['active', 'paused', 'draining']),
});

export const heartbeatStates = ['healthy', 'stale', 'none'] as const;
export const workerViewSchema = z.object({
  worker_id: z.string(),
  name: z.string(),
  pool: z.string(),
  hostname: z.string(),
  version: z.string(),
  heartbeat_state: z.enum(heartbeatStates),
  last_heartbeat_at: timeSchema.nullable(),
  desired_state: z.enum(['active', 'paused', 'draining']),
  draining: z.boolean(),
  capabilities: capabilitiesSchema.nullable(),
  slots: z.object({ total: z.number().int(), used: z.number().int() }).nullable(),
  attempts: z.array(z.object({ attempt_id: z.string(), phase: z.string().nullable() })),
  problems: z.array(z.object({ code: z.string(), text: z.string() })),
  enrolled_at: timeSchema,
  revoked_at: timeSchema.nullable(),
});
export type WorkerView = z.infer<typeof workerViewSchema>;
export const workersQuerySchema = listQuery();
