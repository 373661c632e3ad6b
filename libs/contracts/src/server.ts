import { z } from 'zod';
import { poolNameSchema, revisionSchema } from './pool.ts';
import { listQuery, plainTextSchema, timeSchema } from './wire-types.ts';

export const serverNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'expected a name: letters, digits, ".", "_", "-", at most 63');

/** What is known of a server by hand: `arch` (`s390x`), `z_generation` (`z15`), `memory` and whatever else helps. */
export const serverLabelsSchema = z
  .record(
    z.string().regex(/^[a-z][a-z0-9_.-]{0,62}$/, 'expected a label such as arch or z_generation'),
    plainTextSchema(200).min(1),
  )
  .refine((labels) => Object.keys(labels).length <= 50, 'expected at most 50 labels');

/** Body of `POST /servers`. */
export const createServerSchema = z.strictObject({
  name: serverNameSchema,
  /** Default: the default pool. */
  pool: poolNameSchema.optional(),
  description: plainTextSchema(1000).default(''),
  /** Its IP address or host name, as the operator knows it. */
  address: z
    .string()
    .max(255)
    .regex(/^[A-Za-z0-9.:%_-]*$/, 'expected an IP address or a host name')
    .default(''),
  labels: serverLabelsSchema.default({}),
});

/** Body of `PATCH /servers/{id}`. */
export const editServerSchema = z.strictObject({
  name: serverNameSchema.optional(),
  pool: poolNameSchema.optional(),
  description: plainTextSchema(1000).optional(),
  address: createServerSchema.shape.address.unwrap().optional(),
  labels: serverLabelsSchema.optional(),
  revision: revisionSchema.optional(),
  reason: plainTextSchema(500).optional(),
});

/** Of the worker's unit, by the agent's last look; `unknown` also while its link is lost. */
export const processStates = ['running', 'starting', 'stopping', 'stopped', 'unknown'] as const;
export type ProcessState = (typeof processStates)[number];

/** The agent's own link. */
export const linkStates = ['connected', 'lost', 'never'] as const;
export type LinkState = (typeof linkStates)[number];

export const runtimeMatches = ['matched', 'unmatched'] as const;
/** What told that a worker runs on a server, in the order of how much it says. */
export const matchKeys = ['key', 'server_id', 'machine_id', 'ip', 'hostname'] as const;
export type MatchKey = (typeof matchKeys)[number];

export const serverFilters = ['all', 'operational', 'needs_attention', 'matched', 'unmatched'] as const;

/** What the agent told of the host last. */
export const hostLoadSchema = z.object({
  load1: z.number(),
  cpus: z.number().int(),
  memory_used_bytes: z.number(),
  memory_total_bytes: z.number(),
  disk_free_bytes: z.number(),
  disk_total_bytes: z.number(),
});
export type HostLoad = z.infer<typeof hostLoadSchema>;

export const serverViewSchema = z.object({
  server_id: z.string(),
  name: z.string(),
  pool: z.string(),
  description: z.string(),
  address: z.string(),
  labels: serverLabelsSchema,
  link_state: z.enum(linkStates),
  process_state: z.enum(processStates),
  heartbeat_state: z.enum(['healthy', 'stale', 'none']),
  runtime_match: z.enum(runtimeMatches),
  matched_by: z.enum(matchKeys).nullable(),
  worker_id: z.string().nullable(),
  agent: z
    .object({
      agent_id: z.string(),
      version: z.string(),
      hostname: z.string(),
      machine_id: z.string().nullable(),
      remote_addr: z.string().nullable(),
      enrolled_at: timeSchema,
      last_seen_at: timeSchema.nullable(),
    })
    .nullable(),
  load: hostLoadSchema.nullable(),
  /** What needs a person, in words; empty: nothing. */
  problems: z.array(z.object({ code: z.string(), text: z.string() })),
  revision: revisionSchema,
  created_at: timeSchema,
  archived_at: timeSchema.nullable(),
});
export type ServerView = z.infer<typeof serverViewSchema>;

/** Answer of `DELETE /servers/{id}`: the server, and what ends with it. */
export const archivedServerSchema = serverViewSchema.extend({
  dry_run: z.boolean(),
  ends: z.object({
    agents: z.array(z.string()),
    workers: z.array(z.string()),
    /** Links that nobody has used yet. */
    bundles: z.array(z.string()),
    /** What its workers build; the jobs are offered again at once. */
    attempts: z.array(z.object({ attempt_id: z.string(), text: z.string() })),
  }),
});
export type ArchivedServer = z.infer<typeof archivedServerSchema>;

/** `archived=true`: those that were archived, instead of the others. */
export const serversQuerySchema = listQuery().extend({
  filter: z.enum(serverFilters).default('all'),
  pool: poolNameSchema.optional(),
  q: plainTextSchema(100).optional(),
  archived: z.enum(['true', 'false']).default('false'),
});
