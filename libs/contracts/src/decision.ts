import { z } from 'zod';
import { idSchema } from './ids.ts';
import { causeSchema, decisionActionSchema, jobAdjustmentSchema } from './job.ts';
import { timeSchema } from './wire-types.ts';

const asked = ['decision_id', 'attempt_id', 'job_id'] as const;

/** `GET /decisions/trace`: of one decision, of the attempt that it followed, or of a job, newest first. */
export const traceQuerySchema = z
  .strictObject({
    decision_id: idSchema('decision').optional(),
    attempt_id: idSchema('attempt').optional(),
    job_id: idSchema('job').optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  })
  .refine(
    (query) => asked.filter((name) => query[name] !== undefined).length === 1,
    'expected one of decision_id, attempt_id and job_id',
  );

export const decisionTraceSchema = z.object({
  decision_id: z.string(),
  attempt_id: z.string(),
  job_id: z.string(),
  decided_at: timeSchema,
  action: decisionActionSchema,
  side_actions: z.array(z.string()),
  cause: causeSchema,
  /** That the rule names the right cause; apart from `p`, that the action does what it claims. */
  cause_confidence: z.number().nullable(),
  rule_id: z.string().nullable(),
  p: z.number().nullable(),
  propensity: z.number().nullable(),
  reason: z.string(),
  wait_s: z.number().nullable(),
  hint_id: z.string().nullable(),
  adjustment: jobAdjustmentSchema.nullable(),
  steps: z.array(
    z.object({
      seq: z.number().int(),
      step: z.string(),
      inputs: z.record(z.string(), z.unknown()),
      rule_id: z.string().nullable(),
      /** Line 0 is what the worker itself said of the end. */
      matched: z.array(z.object({ line_no: z.number().int(), text: z.string() })),
      outcome: z.string(),
    }),
  ),
  alternatives: z.array(
    z.object({
      action: decisionActionSchema,
      p: z.number(),
      least: z.number(),
      hint_id: z.string().nullable(),
      barred_by: z.string().nullable(),
    }),
  ),
  /** Everything that the decision was made of. */
  snapshot: z.record(z.string(), z.unknown()),
  snapshot_sha256: z.string().nullable(),
  policy: z.object({ version: z.number().int(), sha256: z.string().nullable() }),
  /** Whether what the action claimed came true, once that is known. */
  label: z.object({ came_true: z.boolean(), at: timeSchema }).nullable(),
  /** What people did with the job afterwards. */
  overrides: z.array(
    z.object({
      at: timeSchema,
      actor: z.string(),
      action: z.string(),
      reason: z.string().nullable(),
      audit_id: z.string(),
    }),
  ),
  /** Run again from the snapshot: null where that is not possible. */
  replay: z.object({ ok: z.boolean().nullable(), detail: z.string() }),
});
export type DecisionTraceView = z.infer<typeof decisionTraceSchema>;
