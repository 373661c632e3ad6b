import { z } from 'zod';
import { listQuery, plainTextSchema, queryFlagSchema, timeSchema } from './wire-types.ts';

/** The closed list of what an agent does when told; there is no other way to make it act. */
export const commandVerbs = ['start', 'stop', 'restart', 'status', 'run-checks'] as const;
export type CommandVerb = (typeof commandVerbs)[number];

export const commandStates = [
  'issued',
  'delivered',
  'accepted',
  'succeeded',
  'failed',
  'expired',
  'superseded',
] as const;
export type CommandState = (typeof commandStates)[number];

/** Checks that `run-checks` knows. */
export const hostChecks = ['units', 'disk', 'clock', 'podman', 'limits'] as const;
export type HostCheck = (typeof hostChecks)[number];

/** Body of `POST /servers/{id}/start|stop|restart|status`. */
export const serverCommandSchema = z.strictObject({
  /** Of `stop` and `restart`: let what is being built end first. */
  drain: z.boolean().default(false),
  /** How long that may take, in seconds. */
  drain_timeout_s: z.number().int().min(1).max(86_400).default(120),
  reason: plainTextSchema(500).optional(),
});
export type ServerCommand = z.infer<typeof serverCommandSchema>;

/** What an agent gets to see of a command. */
export const commandEnvelopeSchema = z.object({
  command_id: z.string(),
  /** Grows with each command of a server; an agent takes none that is not newer than the last it took. */
  generation: z.number().int().positive(),
  issued_at: timeSchema,
  expires_at: timeSchema,
  verb: z.enum(commandVerbs),
  checks: z.array(z.enum(hostChecks)).optional(),
  /** Who asked, for the host's own log. */
  actor: z.string().max(200),
});
export type CommandEnvelope = z.infer<typeof commandEnvelopeSchema>;

export const checkResultSchema = z.object({
  check: z.string().max(60),
  ok: z.boolean(),
  measured: z.string().max(300),
  needed: z.string().max(300),
  /** What mends it; null where nothing needs mending. */
  mend: z.string().max(500).nullable(),
});
export type CheckResult = z.infer<typeof checkResultSchema>;

export const commandViewSchema = z.object({
  command_id: z.string(),
  server_id: z.string(),
  generation: z.number().int(),
  verb: z.enum(commandVerbs),
  state: z.enum(commandStates),
  actor: z.string(),
  reason: z.string().nullable(),
  issued_at: timeSchema,
  /** Until when it waits for builds to end before it is sent; null: it does not wait (any more). */
  hold_until: timeSchema.nullable(),
  expires_at: timeSchema,
  delivered_at: timeSchema.nullable(),
  accepted_at: timeSchema.nullable(),
  finished_at: timeSchema.nullable(),
  /** Attempts that a stop or a restart cut off; they are claimable again. */
  ended_attempts: z.array(z.string()),
  checks: z.array(checkResultSchema).nullable(),
  detail: z.string().nullable(),
});
export type CommandView = z.infer<typeof commandViewSchema>;
export const commandsQuerySchema = listQuery();

/** Query of `POST /servers/{id}/start|stop|restart|status`, and of `GET /servers/{id}/commands/{command_id}`. */
export const commandWaitSchema = z.strictObject({
  /** How long the answer may wait for the command's end, in seconds. */
  wait_s: z.coerce.number().int().min(0).max(30).default(5),
});
export const stopQuerySchema = commandWaitSchema.extend({ dry_run: queryFlagSchema.default(false) });

/** An attempt that a stop or a restart would end. */
export const heldAttemptSchema = z.object({
  attempt_id: z.string(),
  worker_id: z.string(),
  /** `name version`. */
  text: z.string(),
  phase: z.string().nullable(),
});
export type HeldAttemptView = z.infer<typeof heldAttemptSchema>;

/** Answer of a `?dry_run=true`: nothing was done. */
export const commandImpactSchema = z.object({
  dry_run: z.literal(true),
  server_id: z.string(),
  verb: z.enum(commandVerbs),
  connected: z.boolean(),
  would_end: z.array(heldAttemptSchema),
});
export type CommandImpact = z.infer<typeof commandImpactSchema>;
