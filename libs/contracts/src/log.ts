import { z } from 'zod';
import { idSchema } from './ids.ts';
import {
  listQuery,
  projectNameSchema,
  queryFlagSchema,
  runIdSchema,
  timeSchema,
  versionTextSchema,
} from './wire-types.ts';

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
  run_id: runIdSchema.optional(),
});
export const logQuerySchema = z.strictObject({
  attempt_id: idSchema('attempt').optional(),
  /** Bytes from this offset on. */
  offset: z.coerce.number().int().nonnegative().default(0),
  /** Bytes; 1 MiB for JSON, everything for plain text, when not given. */
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(8 * 1024 * 1024)
    .optional(),
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
/** Query of `GET /attempts/{id}/log` and of the streams; `follow` makes the former an SSE stream too. */
export const attemptLogQuerySchema = logQuerySchema
  .omit({ attempt_id: true })
  .extend({ follow: queryFlagSchema.default(false) });
export const logStreamQuerySchema = logQuerySchema.pick({ attempt_id: true, offset: true });

/** `data` of each message of a log stream (SSE). Its `id:` is `next_offset`, so that Last-Event-ID resumes there. */
export const logStreamMessageSchema = z.object({
  attempt_id: z.string().nullable(),
  offset: z.number().int(),
  next_offset: z.number().int(),
  text: z.string(),
});
/** `data` of the last message, `event: end`. */
export const logStreamEndSchema = z.object({
  attempt_id: z.string().nullable(),
  size: z.number().int(),
  truncated: z.boolean(),
  dropped_bytes: z.number().int(),
  /** Nothing more will come; a stream that ends without this message is to be asked for again. */
  complete: z.boolean(),
});
export type LogView = z.infer<typeof logViewSchema>;
/** Lines of one answer, and characters of each that are told; what is longer is cut and counted. */
export const logLineLimits = { maxLines: 2_000, maxLineCharacters: 8_000 } as const;

/** Query of `GET /attempts/{id}/log/lines`. `from` counts lines from 1; without it, the last ones. */
export const logLinesQuerySchema = z.strictObject({
  from: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(logLineLimits.maxLines).default(500),
});
export const logLinesSchema = z.object({
  attempt_id: z.string(),
  name: z.string(),
  version: z.string(),
  /** Number of the first of `lines`. */
  from: z.number().int(),
  /** Without their line breaks. */
  lines: z.array(z.string()),
  /** Lines that were longer, with their whole length in characters. */
  cut: z.array(z.object({ line_no: z.number().int(), characters: z.number().int() })),
  /** As of now; a log that is written goes on. */
  total_lines: z.number().int(),
  /** Bytes of the log. */
  size: z.number().int(),
  /** Byte behind the last of `lines`: where a stream goes on. */
  next_offset: z.number().int(),
  /** The last of `lines` has no line break yet: what comes at `next_offset` belongs to it. */
  open_line: z.boolean(),
  truncated: z.boolean(),
  dropped_bytes: z.number().int(),
  /** Nothing more will come. */
  settled: z.boolean(),
});
export type LogLines = z.infer<typeof logLinesSchema>;

/** Query of `GET /attempts/{id}/log/search`: a text within a line. */
export const logFindQuerySchema = z.strictObject({
  q: z
    .string()
    .min(1)
    .max(200)
    .refine((text) => !text.includes('\u0000'), 'must not hold NUL'),
  limit: z.coerce.number().int().min(1).max(5_000).default(1_000),
});
/** Query of `GET /attempts/{id}/log/errors`: the lines with which tools say what is wrong. */
export const logErrorsQuerySchema = logFindQuerySchema.pick({ limit: true });
/** Query of `GET /attempts/{id}/log/raw`; `download`: to be kept as a file. */
export const logRawQuerySchema = z.strictObject({ download: queryFlagSchema.default(false) });
export const logHitsSchema = z.object({
  /** In the order of the log. `text` is what stands around the place. */
  items: z.array(z.object({ line_no: z.number().int(), text: z.string() })),
  /** There may be more: so many were asked for, or the time was over. */
  incomplete: z.boolean(),
});
export type LogHits = z.infer<typeof logHitsSchema>;

export const logSearchQuerySchema = listQuery()
  .omit({ offset: true })
  .extend({
    q: z
      .string()
      .min(2)
      .max(200)
      .refine((text) => !text.includes('\u0000'), 'must not hold NUL'),
  });
export const logSearchHitSchema = z.object({
  name: z.string(),
  version: z.string(),
  attempt_id: z.string().nullable(),
  line_no: z.number().int(),
  text: z.string(),
  timestamp: timeSchema,
});
