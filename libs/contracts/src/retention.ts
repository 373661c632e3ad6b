import { z } from 'zod';
import { queryFlagSchema, timeSchema } from './wire-types.ts';

/** What goes by rules of age, size and count. Nothing that the index serves, and nothing of the history. */
export const retentionRuleNames = ['logs', 'posted_logs', 'uploads', 'inputs', 'orphans'] as const;
export type RetentionRuleName = (typeof retentionRuleNames)[number];

/** Query of `POST /retention/run`: with `dry_run` nothing is done. */
export const retentionRunQuerySchema = z.strictObject({ dry_run: queryFlagSchema.default(false) });

/** What a rule took, or would take; `bytes` as they are stored. */
export const retentionAmountSchema = z.object({
  rule: z.string(),
  count: z.number().int(),
  bytes: z.number().int(),
});
export type RetentionAmount = z.infer<typeof retentionAmountSchema>;

export const retentionRunSchema = z.object({
  run_id: z.string().nullable(),
  dry_run: z.boolean(),
  /** `interrupted`: the controller ended in the middle; the next run goes on. */
  state: z.enum(['running', 'done', 'failed', 'interrupted']),
  started_by: z.string(),
  started_at: timeSchema,
  ended_at: timeSchema.nullable(),
  removed: z.array(retentionAmountSchema),
  error: z.string().nullable(),
});
export type RetentionRunView = z.infer<typeof retentionRunSchema>;

export const retentionViewSchema = z.object({
  rules: z.array(
    z.object({
      rule: z.string(),
      /** One sentence. */
      meaning: z.string(),
      /** Keys of the environment and what they are set to; 0 sets no bound. */
      bounds: z.record(z.string(), z.number()),
      would_remove: z.object({ count: z.number().int(), bytes: z.number().int() }),
    }),
  ),
  /** Between runs, in seconds; 0: only by hand. */
  interval_s: z.number().int(),
  last_run: retentionRunSchema.nullable(),
});
export type RetentionView = z.infer<typeof retentionViewSchema>;
