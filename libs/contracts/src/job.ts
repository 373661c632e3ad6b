import { z } from 'zod';
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

/** System packages, environment and steps that a build needs (seed 000: `recipes: {dnf, apt}`). */
export const recipesSchema = z.object({
  apt: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9+.-]{0,100}(?:=[A-Za-z0-9.+:~-]+)?$/))
    .max(100)
    .default([]),
  dnf: z
    .array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9+._-]{0,100}$/))
    .max(100)
    .default([]),
  env: z.record(z.string().regex(/^[A-Z_][A-Z0-9_]{0,100}$/), z.string().max(4000)).default({}),
});
export type Recipes = z.infer<typeof recipesSchema>;

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
  recipes: recipesSchema.optional(),
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
});
export const queueStatsSchema = z.object({
  backend: z.string(),
  length: z.number().int(),
  oldest_age_s: z.number().nullable(),
  claims_paused: z.boolean(),
  by_state: z.partialRecord(jobStateSchema, z.number().int()),
});
