import { z } from 'zod';
import { capabilitiesSchema } from './claim.ts';
import { idSchema } from './ids.ts';
import { matchKeys, runtimeMatches, serverNameSchema } from './server.ts';
import { listQuery, plainTextSchema, queryFlagSchema, timeSchema } from './wire-types.ts';

/** What the scheduler wants of a worker. It changes claims only, never the process. */
export const desiredStates = ['active', 'paused', 'draining'] as const;
export type DesiredState = (typeof desiredStates)[number];
const desiredStateSchema = z.enum(desiredStates);

/**
 * `POST /agent/enroll`: an enrolment token, or the token of a provisioning bundle, in; the worker's record out. The key
 * pairs are made on the host.
 */
export const enrollSchema = z.object({
  /** Shown once by `POST /tokens {role: worker}`; travels in the body, never in the URL. */
  enrollment_token: z.string().min(20).max(200),
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/),
  /** Ed25519 public key, SPKI in PEM. */
  public_key: z.string().max(1000),
  /** The supervisor's own key, of the same form; with the token of a provisioning bundle. */
  agent_public_key: z.string().max(1000).optional(),
  machine_id: plainTextSchema(100).nullable(),
  hostname: plainTextSchema(255),
  version: plainTextSchema(40),
});
export const enrollAnswerSchema = z.object({
  worker_id: z.string(),
  name: z.string(),
  pool: z.string(),
  heartbeat_interval_s: z.number().int(),
  /** With a bundle: the server that it was made for, and the supervisor's record. */
  server_id: z.string().optional(),
  agent_id: z.string().optional(),
});

export const heartbeatSchema = z.object({
  worker_id: z.string().optional(),
  /** The server that the worker was told it runs on; information for people only. */
  server_id: plainTextSchema(100).optional(),
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
  desired_state: desiredStateSchema,
  /** Nothing is granted to it for now. */
  quarantined: z.boolean().default(false),
});

const reasonSchema = plainTextSchema(500).optional();
const oneYearS = 365 * 86_400;

/** Body of `POST /workers/{id}/pause`; without `for_s` it holds until it is resumed. */
export const pauseWorkerSchema = z
  .strictObject({ for_s: z.number().int().min(1).max(oneYearS).optional(), reason: reasonSchema })
  .prefault({});
/** Body of `POST /workers/{id}/drain`. */
export const drainWorkerSchema = z
  .strictObject({
    /** Until when its builds should have ended, in seconds from now; nothing is cut off then, the view says it is overdue. */
    deadline_s: z
      .number()
      .int()
      .min(1)
      .max(30 * 86_400)
      .default(3600),
    reason: reasonSchema,
  })
  .prefault({});
/** Body of `POST /workers/{id}/quarantine`; without `for_s` it holds until it is lifted. */
export const quarantineWorkerSchema = pauseWorkerSchema;
/** Body of `POST /workers/{id}/resume` and `/unquarantine`. */
export const workerActionSchema = z.strictObject({ reason: reasonSchema }).prefault({});
/** Query of what stops claims, and of `DELETE /workers/{id}`: with `dry_run` nothing is done. */
export const workerActionQuerySchema = z.strictObject({ dry_run: queryFlagSchema.default(false) });
/** Body of `POST /workers/{id}/register`: an orphan becomes a server. */
export const registerWorkerSchema = z
  .strictObject({
    /** Of a new server. Default: the worker's name. */
    name: serverNameSchema.optional(),
    /** Instead of a new one: the server that it is. */
    server_id: plainTextSchema(100).min(1).optional(),
    reason: reasonSchema,
  })
  .refine((body) => body.name === undefined || body.server_id === undefined, {
    path: ['name'],
    message: 'expected `name` for a new server, or `server_id` for one that there is, not both',
  })
  .prefault({});

export const quarantineKinds = ['manual', 'automatic'] as const;

export const heartbeatStates = ['healthy', 'stale', 'none'] as const;
export const workerViewSchema = z.object({
  worker_id: z.string(),
  name: z.string(),
  pool: z.string(),
  hostname: z.string(),
  version: z.string(),
  heartbeat_state: z.enum(heartbeatStates),
  last_heartbeat_at: timeSchema.nullable(),
  desired_state: desiredStateSchema,
  /** Why, by whom and since when; `until`: the end of a pause, the deadline of a drain. */
  desired: z.object({
    reason: z.string().nullable(),
    by: z.string().nullable(),
    at: timeSchema.nullable(),
    until: timeSchema.nullable(),
  }),
  /** Of a drain: what it waits for. `drained`: nothing is left; `overdue`: the deadline has passed. */
  drain: z.object({ drained: z.boolean(), overdue: z.boolean(), blockers: z.array(z.string()) }).nullable(),
  quarantine: z
    .object({
      kind: z.enum(quarantineKinds),
      reason: z.string(),
      at: timeSchema,
      until: timeSchema.nullable(),
      count: z.number().int(),
    })
    .nullable(),
  runtime_match: z.enum(runtimeMatches),
  matched_by: z.enum(matchKeys).nullable(),
  /** Why it matches none. */
  match_reason: z.string().nullable(),
  server_id: z.string().nullable(),
  remote_addr: z.string().nullable(),
  machine_id: z.string().nullable(),
  /** The worker itself says that it takes no more (SIGTERM). */
  draining: z.boolean(),
  capabilities: capabilitiesSchema.nullable(),
  slots: z.object({ total: z.number().int(), used: z.number().int() }).nullable(),
  attempts: z.array(z.object({ attempt_id: z.string(), phase: z.string().nullable() })),
  problems: z.array(z.object({ code: z.string(), text: z.string() })),
  enrolled_at: timeSchema,
  revoked_at: timeSchema.nullable(),
});
export type WorkerView = z.infer<typeof workerViewSchema>;
export const workersQuerySchema = listQuery().extend({
  /** Only the worker of exactly this name. */
  name: plainTextSchema(63).optional(),
  /** Only those that were enrolled for this server, revoked ones as well. */
  server_id: idSchema('server').optional(),
});

/** Answer of what an operator does with a worker. */
export const workerActionAnswerSchema = workerViewSchema.extend({
  dry_run: z.boolean(),
  /** What it is building, which goes on. */
  held: z.array(z.object({ attempt_id: z.string(), text: z.string(), phase: z.string().nullable() })),
});
export type WorkerActionAnswer = z.infer<typeof workerActionAnswerSchema>;
