import { z } from 'zod';
import {
  fileNameSchema,
  listQuery,
  projectNameSchema,
  runIdSchema,
  sha256Schema,
  timeSchema,
} from './wire-types.ts';

/** Printable text, which may be empty: no control characters, no half surrogate pairs. */
const plainTextSchema = (max: number) =>
  z
    .string()
    .max(max)

    .refine(
      (text) => text.isWellFormed() && !/[\u0000-\u001f\u007f]/.test(text),
      'must not hold control characters',
    );

export const artifactViewSchema = z.object({
  sha256: sha256Schema,
  filename: fileNameSchema,
  size: z.number().int(),
  name: z.string(),
  version: z.string(),
  build_tag: z.string().nullable(),
  tags: z.array(z.string()),
  requires_python: z.string().nullable(),
  python_tag: z.string(),
  platform_tag: z.string(),
  attempt_id: z.string().nullable(),
  job_id: z.string().nullable(),
  created_at: timeSchema,
  accepted_at: timeSchema.nullable(),
  yanked: z.union([z.literal(false), z.string()]),
  url: z.string(),
});
export type ArtifactView = z.infer<typeof artifactViewSchema>;
export const artifactsQuerySchema = listQuery(200, 1000).extend({ name: projectNameSchema.optional() });
export const yankBodySchema = z.strictObject({ reason: plainTextSchema(500).optional() }).default({});
/** Answer of `PUT /attempts/{id}/artifacts/{filename}`; needs header `x-content-sha256`. */
export const uploadAnswerSchema = z.object({
  filename: z.string(),
  sha256: z.string(),
  size: z.number().int(),
  existed: z.boolean(),
});

/** Seed 001: manifest entry. */
export const manifestEntrySchema = z.object({
  name: projectNameSchema,
  version: plainTextSchema(100),
  wheel: plainTextSchema(255),
  python_tag: plainTextSchema(40),
  platform_tag: plainTextSchema(80),
  status: plainTextSchema(40),
  path: plainTextSchema(2000).optional(),
  url: plainTextSchema(2000).optional(),
  sha256: sha256Schema.optional(),
  size: z.number().int().nonnegative().optional(),
});
export const manifestSchema = z.strictObject({
  run_id: runIdSchema,
  python_tag: plainTextSchema(40),
  platform_tag: plainTextSchema(80),
  entries: z.array(manifestEntrySchema).max(20_000),
});
export const manifestQuerySchema = listQuery(200, 1000).extend({ run_id: runIdSchema.optional() });

/** Where the index answers for a name: `own` never asks upstream, `both` joins the two, own first. */
export const originSchema = z.enum(['own', 'upstream', 'both']);
export const projectViewSchema = z.object({
  name: z.string(),
  origin: originSchema,
  /** When the first wheel of ours was accepted. */
  own_since: timeSchema.nullable(),
  updated_at: timeSchema,
});
export type ProjectView = z.infer<typeof projectViewSchema>;
export const projectsQuerySchema = listQuery();
export const setOriginSchema = z.strictObject({
  origin: originSchema,
  reason: plainTextSchema(500).optional(),
});
