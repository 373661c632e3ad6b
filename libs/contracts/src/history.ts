import { z } from 'zod';
import {
  cursorSchema,
  listQuery,
  projectNameSchema,
  runIdSchema,
  timeSchema,
  versionTextSchema,
  wordSchema,
} from './wire-types.ts';

/** Seed 001, data shapes: an event is one attempt (or one plan verdict) in the history. */
export const eventSchema = z.object({
  event_id: z.string(),
  run_id: z.string().nullable(),
  name: z.string(),
  version: z.string(),
  python_tag: z.string(),
  platform_tag: z.string(),
  status: z.string(),
  detail: z.string(),
  metadata: z.record(z.string(), z.unknown()),
  timestamp: timeSchema,
  matched_hint_ids: z.array(z.string()),
});
export type EventView = z.infer<typeof eventSchema>;
/** `POST /events`, role `worker`: history only, from workers in direct mode. */
export const postEventsSchema = z.object({
  events: z
    .array(
      z.object({
        run_id: runIdSchema.nullish(),
        name: projectNameSchema,
        version: versionTextSchema,
        python_tag: wordSchema(40),
        platform_tag: wordSchema(80),
        status: wordSchema(40),
        detail: z.string().max(4000).default(''),
        metadata: z.record(z.string(), z.unknown()).default({}),
        timestamp: timeSchema.optional(),
        matched_hint_ids: z.array(z.string().max(60)).max(50).default([]),
      }),
    )
    .min(1)
    .max(500),
});
export const recentQuerySchema = listQuery().extend({
  package: projectNameSchema.optional(),
  status: wordSchema(40).optional(),
  /** Goes on behind an earlier page; steadier and cheaper than `offset`. */
  cursor: cursorSchema.optional(),
});
export const historyQuerySchema = recentQuerySchema.extend({
  run_id: runIdSchema.optional(),
  from: timeSchema.optional(),
  to: timeSchema.optional(),
});
export const summaryQuerySchema = z.strictObject({
  failure_limit: z.coerce.number().int().min(1).max(500).default(20),
});
export const summarySchema = z.object({
  window_s: z.number().int(),
  status_counts: z.record(z.string(), z.number().int()),
  recent_failures: z.array(eventSchema),
  queue: z.object({ length: z.number().int(), oldest_age_s: z.number().nullable() }),
});
export const packageSummarySchema = z.object({
  name: z.string(),
  status_counts: z.record(z.string(), z.number().int()),
  latest: eventSchema.nullable(),
  versions: z.array(z.object({ version: z.string(), latest_status: z.string(), timestamp: timeSchema })),
});
export const failuresQuerySchema = listQuery().extend({
  name: projectNameSchema.optional(),
  cursor: cursorSchema.optional(),
});
export const topFailureSchema = z.object({
  name: z.string(),
  failures: z.number().int(),
  last_at: timeSchema,
});
export const topSlowestSchema = z.object({
  name: z.string(),
  version: z.string(),
  duration_s: z.number(),
  attempt_id: z.string(),
});
