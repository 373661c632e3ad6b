import { z } from 'zod';
import { recipesSchema, statedRecipesSchema } from './recipe.ts';
import {
  listQuery,
  plainTextSchema,
  platformTagSchema,
  projectNameSchema,
  pythonTagSchema,
  timeSchema,
  versionTextSchema,
} from './wire-types.ts';

export const jobStates = [
  'blocked',
  'queued',
  'claimed',
  'running',
  'waiting',
  'unreachable',
  'succeeded',
  'failed',
  'cancelled',
] as const;
export const jobStateSchema = z.enum(jobStates);
export type JobState = z.infer<typeof jobStateSchema>;

export const attemptStates = ['claimed', 'running', 'succeeded', 'failed', 'lost', 'cancelled'] as const;
export const attemptStateSchema = z.enum(attemptStates);
export type AttemptState = z.infer<typeof attemptStateSchema>;

export const phases = ['prepare', 'fetch', 'build', 'repair', 'verify', 'upload'] as const;
export const phaseSchema = z.enum(phases);
export type Phase = z.infer<typeof phaseSchema>;

export const causes = [
  'package',
  'recipe',
  'platform',
  'resource',
  'worker',
  'provider',
  'policy',
  'cancelled',
  'unknown',
] as const;
export const causeSchema = z.enum(causes);
export type Cause = z.infer<typeof causeSchema>;

export const decisionActions = ['accept', 'retry', 'retry_hint', 'wait_provider', 'give_up'] as const;
export const decisionActionSchema = z.enum(decisionActions);
export type DecisionAction = z.infer<typeof decisionActionSchema>;

/** An error as an attempt tells it: stable code, one sentence, and the lines of the log that matter. */
export const attemptErrorSchema = z.object({
  code: z.string().regex(/^[A-Z][A-Z0-9_]{1,60}$/),
  message: z.string().max(4000),
  lines: z
    .array(z.object({ line_no: z.number().int().nonnegative(), text: z.string().max(2000) }))
    .max(50)
    .default([]),
});
export type AttemptError = z.infer<typeof attemptErrorSchema>;

/** What the next claims of a job carry instead of what every claim does; found out when an attempt lacked it. */
export const jobAdjustmentSchema = z.object({
  /** Memory of the build. Only a worker whose host has it is granted the job. */
  memory_bytes: z.number().int().positive().optional(),
  /** The build runs with so many processors and compiler jobs. */
  jobs: z.number().int().positive().optional(),
  disk_bytes: z.number().int().positive().optional(),
  build_timeout_s: z.number().int().positive().optional(),
  idle_output_s: z.number().int().positive().optional(),
});
export type JobAdjustment = z.infer<typeof jobAdjustmentSchema>;

/** The first test of a claim that a job does not pass, and when that ends by itself where it is known. */
export const jobBlockSchema = z.object({
  code: z.string(),
  text: z.string(),
  until: timeSchema.nullable(),
  /** The jobs that it waits for, or that failed: at most five. */
  jobs: z.array(
    z.object({ job_id: z.string(), name: z.string(), version: z.string(), state: jobStateSchema }),
  ),
});
export type JobBlockView = z.infer<typeof jobBlockSchema>;

export const attemptViewSchema = z.object({
  attempt_id: z.string(),
  job_id: z.string(),
  number: z.number().int(),
  worker_id: z.string(),
  worker_name: z.string().nullable(),
  state: attemptStateSchema,
  phase: phaseSchema.nullable(),
  cause: causeSchema.nullable(),
  error: attemptErrorSchema.nullable(),
  exit_code: z.number().int().nullable(),
  runner: z.string().nullable(),
  claimed_at: timeSchema,
  started_at: timeSchema.nullable(),
  finished_at: timeSchema.nullable(),
  duration_s: z.number().int().nullable(),
  lease_expires_at: timeSchema.nullable(),
  renew_late: z.boolean(),
  log_bytes: z.number().int(),
  log_truncated: z.boolean(),
  decision: z
    .object({ decision_id: z.string(), action: decisionActionSchema, reason: z.string() })
    .nullable(),
  artifacts: z.array(z.object({ filename: z.string(), sha256: z.string(), size: z.number().int() })),
  phases: z.array(
    z.object({
      phase: phaseSchema,
      started_at: timeSchema,
      finished_at: timeSchema.nullable(),
      ok: z.boolean().nullable(),
    }),
  ),
  environment: z.record(z.string(), z.unknown()),
});
export type AttemptView = z.infer<typeof attemptViewSchema>;

export const jobViewSchema = z.object({
  job_id: z.string(),
  name: z.string(),
  version: z.string(),
  python_tag: z.string(),
  platform_tag: z.string(),
  generation: z.number().int(),
  state: jobStateSchema,
  state_reason: z.string().nullable(),
  pool: z.string(),
  priority: z.number().int(),
  not_before: timeSchema.nullable(),
  run_ids: z.array(z.string()),
  attempt_count: z.number().int(),
  created_at: timeSchema,
  queued_at: timeSchema.nullable(),
  finished_at: timeSchema.nullable(),
  wheel: z.string().nullable(),
  /** Of `wheel`; also where the wheel was built for another target and serves this one as well. */
  wheel_sha256: z.string().nullable().optional(),
  adjustment: jobAdjustmentSchema.optional(),
  /** Why nobody is granted the job now; null: it is claimable, with a worker, or has ended. Absent where it was not asked. */
  blocked_by: jobBlockSchema.nullable().optional(),
  /** Wheels that runs want and that cannot be built before this one, at any distance; counted up to 1000. */
  holds_up: z.number().int().optional(),
});
export type JobView = z.infer<typeof jobViewSchema>;
export const jobDetailSchema = jobViewSchema.extend({
  attempts: z.array(attemptViewSchema),
  needs: z.array(z.string()),
  needed_by: z.array(z.string()),
});

export const jobsQuerySchema = listQuery().extend({
  state: jobStateSchema.optional(),
  package: projectNameSchema.optional(),
  run_id: plainTextSchema(100).optional(),
});

export const priorityBodySchema = z.strictObject({ priority: z.number().int().min(-1000).max(1000) });
export const reasonBodySchema = z.strictObject({ reason: plainTextSchema(500).optional() }).default({});

/** `POST /queue/enqueue` of seed 001. */
export const enqueueSchema = z.strictObject({
  package: projectNameSchema,
  version: versionTextSchema,
  python_tag: pythonTagSchema.optional(),
  platform_tag: platformTagSchema.optional(),
  recipes: statedRecipesSchema.optional(),
  priority: z.number().int().min(-1000).max(1000).optional(),
});
export const queueItemSchema = z.object({
  job_id: z.string(),
  package: z.string(),
  version: z.string(),
  python_tag: z.string(),
  platform_tag: z.string(),
  recipes: recipesSchema,
  enqueued_at: timeSchema,
  pool: z.string().optional(),
  priority: z.number().int().optional(),
  blocked_by: jobBlockSchema.nullable().optional(),
  holds_up: z.number().int().optional(),
});
export const queueStatsSchema = z.object({
  backend: z.string(),
  length: z.number().int(),
  oldest_age_s: z.number().nullable(),
  claims_paused: z.boolean(),
  by_state: z.partialRecord(jobStateSchema, z.number().int()),
});

/** What a cancellation does, or with `dry_run` would do; the lists are ids of jobs. */
export const cancelImpactSchema = z.object({
  dry_run: z.boolean(),
  cancelled: z.array(z.string()),
  /** Jobs that a worker holds: it is told with its next renewal. */
  cancelling: z.array(z.string()),
  /** Jobs that other runs want too; they go on. */
  kept: z.array(z.string()),
});
export type CancelImpact = z.infer<typeof cancelImpactSchema>;
