import { z } from 'zod';
import { idSchema } from './ids.ts';
import { attemptErrorSchema, causeSchema, jobAdjustmentSchema, phaseSchema } from './job.ts';
import { planSourceSchema } from './plan.ts';
import { recipesSchema } from './recipe.ts';
import {
  fileNameSchema,
  plainTextSchema,
  platformTagSchema,
  pythonTagSchema,
  sha256Schema,
  timeSchema,
} from './wire-types.ts';

/** Lengths of the claim protocol, in seconds (docs/contracts.md, Claim protocol). */
export const claimTimes = {
  leaseS: 60,
  renewEveryS: 20,
  graceMinS: 30,
  graceMaxS: 900,
  maxWaitS: 50,
} as const;

export const capabilitiesSchema = z.object({
  python_tags: z.array(pythonTagSchema).min(1).max(50),
  platform_tags: z.array(platformTagSchema).min(1).max(200),
  pool: plainTextSchema(63).optional(),
  runner: plainTextSchema(60).min(1),
  free_slots: z.number().int().min(0).max(256),
  /** Memory of the host; without it no job is granted that needs more than others. */
  memory_bytes: z.number().int().positive().max(Number.MAX_SAFE_INTEGER).optional(),
});
export type Capabilities = z.infer<typeof capabilitiesSchema>;

export const claimNextSchema = z.object({
  capabilities: capabilitiesSchema,
  max: z.number().int().min(1).max(64).default(1),
  /** How long to wait for work, in seconds. */
  wait_s: z.number().int().min(0).max(claimTimes.maxWaitS).default(0),
  validate_only: z.boolean().default(false),
  /**
   * Attempts that the worker has not ended yet. A job of theirs whose lease ended is not given to their own worker: it
   * comes back to it by a renewal.
   */
  holding: z.array(idSchema('attempt')).max(1000).default([]),
  /** The worker's own name of this request: the same key gives the same claims again. */
  claim_key: z
    .string()
    .min(8)
    .max(100)
    .regex(/^[A-Za-z0-9._-]+$/),
});
export type ClaimNext = z.infer<typeof claimNextSchema>;

export const buildLimitsSchema = z.object({
  /** Wall time of each phase, in seconds. */
  phase_timeout_s: z.record(phaseSchema, z.number().int().positive()),
  /** A phase that prints nothing for this long is ended. */
  idle_output_s: z.number().int().positive(),
  memory_bytes: z.number().int().positive(),
  pids: z.number().int().positive(),
  cpus: z.number().positive(),
  disk_bytes: z.number().int().positive(),
  log_max_bytes: z.number().int().positive(),
});
export type BuildLimits = z.infer<typeof buildLimitsSchema>;

export const indexSettingsSchema = z.object({
  /** Null: the worker asks its own pip. */
  index_url: z.string().nullable(),
  extra_index_urls: z.array(z.string()),
});

/** A wheel with the controller that a build may need; its bytes are at `/files/{sha256}/{filename}`. */
export const buildWheelSchema = z.object({ filename: fileNameSchema, sha256: sha256Schema });
export type BuildWheel = z.infer<typeof buildWheelSchema>;

export const claimJobSchema = z.object({
  job_id: z.string(),
  name: z.string(),
  version: z.string(),
  python_tag: z.string(),
  platform_tag: z.string(),
  generation: z.number().int().positive(),
  /** Build tag that the wheel must carry: null for the first generation. */
  build_tag: z.string().nullable(),
  /** Null: the worker takes the sdist of `name==version` from the index. */
  source: planSourceSchema.nullable(),
});

export const claimSchema = z.object({
  attempt_id: z.string(),
  fencing: z.number().int().positive(),
  attempt_token: z.string(),
  attempt_number: z.number().int().positive(),
  lease_s: z.number().int().positive(),
  renew_every_s: z.number().int().positive(),
  job: claimJobSchema,
  recipes: recipesSchema,
  index: indexSettingsSchema,
  /** Wheels of our own among the build requirements, which no other index has. */
  build_wheels: z.array(buildWheelSchema).max(5000).optional(),
  limits: buildLimitsSchema,
  /** What of `limits` and `recipes` was changed for this job because an attempt before lacked it. */
  adjustment: jobAdjustmentSchema.optional(),
  policy_version: z.number().int(),
});
export type Claim = z.infer<typeof claimSchema>;

export const claimNextAnswerSchema = z.object({ claims: z.array(claimSchema) });

/** The answer with `validate_only`. */
export const validateOnlyAnswerSchema = z.object({
  ok: z.literal(true),
  would_claim: z.number().int(),
  blocked_by: z.array(
    z.object({
      code: z.string(),
      text: z.string(),
      /** Of what an operator or the policy wants: why, and when it ends by itself. */
      reason: z.string().nullable().optional(),
      until: timeSchema.nullable().optional(),
    }),
  ),
});
export type ValidateOnlyAnswer = z.infer<typeof validateOnlyAnswerSchema>;

/** `POST /attempts/{id}/renew`, sent by the worker with its own key. */
export const renewSchema = z.object({ fencing: z.number().int().positive(), phase: phaseSchema.optional() });
export const renewAnswerSchema = z.object({
  lease_s: z.number().int(),
  /** True: the attempt is no longer wanted; stop it and report `cancelled`. */
  cancel: z.boolean(),
  cancel_reason: z.string().nullable(),
  /** What the scheduler wants of the worker. */
  desired_state: z.enum(['active', 'paused', 'draining']),
});
export type RenewAnswer = z.infer<typeof renewAnswerSchema>;

export const providerObservationSchema = z.object({
  /** Host name of the provider, without user, port or path. */
  provider: z.string().max(255),
  phase: phaseSchema,
  requests: z.number().int().nonnegative(),
  ok: z.number().int().nonnegative(),
  http_404: z.number().int().nonnegative().default(0),
  http_429: z.number().int().nonnegative().default(0),
  http_5xx: z.number().int().nonnegative().default(0),
  timeouts: z.number().int().nonnegative().default(0),
  dns_err: z.number().int().nonnegative().default(0),
  tls_err: z.number().int().nonnegative().default(0),
  hash_mismatch: z.number().int().nonnegative().default(0),
  bytes: z.number().int().nonnegative().default(0),
  cache_hits: z.number().int().nonnegative().default(0),
  /** Longest that it asked to be left alone (Retry-After, RFC 9110, 10.2.3), in seconds. */
  max_retry_after_s: z.number().int().nonnegative().default(0),
});

const exitCodeSchema = z.number().int().min(-2_147_483_648).max(2_147_483_647);

export const phaseReportSchema = z.object({
  phase: phaseSchema,
  started_at: timeSchema,
  finished_at: timeSchema.nullable(),
  ok: z.boolean().nullable(),
  exit_code: exitCodeSchema.nullable().default(null),
  max_rss_bytes: z.number().int().nullable().default(null),
  cpu_s: z.number().nullable().default(null),
});
export type PhaseReport = z.infer<typeof phaseReportSchema>;

export const resultSchema = z.object({
  fencing: z.number().int().positive(),
  status: z.enum(['succeeded', 'failed', 'cancelled']),
  phase: phaseSchema.nullable(),
  cause: causeSchema.nullable().default(null),
  exit_code: exitCodeSchema.nullable().default(null),
  error: attemptErrorSchema.nullable().default(null),
  /** The wheels that were uploaded before this result; the first is the job's. */
  artifacts: z
    .array(z.object({ filename: fileNameSchema, sha256: sha256Schema, size: z.number().int().nonnegative() }))
    .max(10),
  phases: z.array(phaseReportSchema).max(40),
  provider_observations: z.array(providerObservationSchema).max(100).default([]),
  /** What was recorded of the build: python, platform, tools, hashes of sources and build requirements. */
  environment: z.record(z.string(), z.unknown()).default({}),
  runner: z.string().max(60),
  duration_s: z.number().int().nonnegative(),
  log: z.object({
    bytes: z.number().int().nonnegative(),
    truncated: z.boolean(),
    dropped_bytes: z.number().int().nonnegative(),
  }),
});
export type AttemptResult = z.infer<typeof resultSchema>;
export const resultAnswerSchema = z.object({
  attempt_id: z.string(),
  state: z.enum(['succeeded', 'failed', 'cancelled', 'lost']),
  decision: z.object({ decision_id: z.string(), action: z.string(), reason: z.string() }),
});
