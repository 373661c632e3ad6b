import { z } from 'zod';
import { listQuery, projectNameSchema, timeSchema, versionTextSchema } from './common.ts';

export const logLimits = { maxChunkBytes: 256 * 1024, maxChunksPerCall: 64 } as const;

/**
 * One piece of an attempt's log. `seq` counts chunks from 0 without a gap; `offset` is the byte offset of the
 * chunk in the UTF-8 log. A chunk that is already there is taken as done, so sending again is harmless.
 */
export const logChunkSchema = z.object({
  seq: z.number().int().nonnegative(),
  offset: z.number().int().nonnegative(),
  text: z.string().max(logLimits.maxChunkBytes),
});
export type LogChunk = z.infer<typeof logChunkSchema>;

export const logChunksSchema = z.object({
  fencing: z.number().int().positive(),
  chunks: z.array(logChunkSchema).max(logLimits.maxChunksPerCall),
  /** Set with the last chunk: no more will come. */
  final: z.boolean().default(false),
  /** Bytes that the sender left out because the log limit was reached; the log itself carries a mark. */
  dropped_bytes: z.number().int().nonnegative().default(0),
});
export type LogChunks = z.infer<typeof logChunksSchema>;
export const logChunksAnswerSchema = z.object({
  next_seq: z.number().int(),
  next_offset: z.number().int(),
  closed: z.boolean(),
});

/** Seed 001 `POST /logs`. */
export const logEntrySchema = z.strictObject({
  name: projectNameSchema,
  version: versionTextSchema,
  content: z.string().max(16 * 1024 * 1024),
  timestamp: timeSchema.optional(),
  run_id: z.string().max(100).optional(),
});
export const logQuerySchema = z.strictObject({
  attempt_id: z.string().optional(),
  /** Bytes from this offset on. */
  offset: z.coerce.number().int().nonnegative().default(0),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(8 * 1024 * 1024)
    .default(1024 * 1024),
});
export const logViewSchema = z.object({
  name: z.string(),
  version: z.string(),
  attempt_id: z.string().nullable(),
  content: z.string(),
  offset: z.number().int(),
  next_offset: z.number().int(),
  size: z.number().int(),
  truncated: z.boolean(),
  dropped_bytes: z.number().int(),
  /** True when the attempt has ended and everything was received. */
  complete: z.boolean(),
  timestamp: timeSchema,
});
export type LogView = z.infer<typeof logViewSchema>;
export const logSearchQuerySchema = listQuery()
  .omit({ offset: true })
  .extend({ q: z.string().min(2).max(200) });
export const logSearchHitSchema = z.object({
  name: z.string(),
  version: z.string(),
  attempt_id: z.string().nullable(),
  line_no: z.number().int(),
  text: z.string(),
  timestamp: timeSchema,
});
