import { z } from 'zod';
import { fileNameSchema, listQuery, projectNameSchema, sha256Schema, timeSchema } from './wire-types.ts';

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
export const yankBodySchema = z.strictObject({ reason: z.string().max(500).optional() }).default({});
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
  version: z.string().max(100),
  wheel: z.string().max(255),
  python_tag: z.string().max(40),
  platform_tag: z.string().max(80),
  status: z.string().max(40),
  path: z.string().max(2000).optional(),
  url: z.string().max(2000).optional(),
  sha256: sha256Schema.optional(),
  size: z.number().int().optional(),
});
export const manifestSchema = z.strictObject({
  run_id: z.string().min(1).max(100),
  python_tag: z.string().max(40),
  platform_tag: z.string().max(80),
  entries: z.array(manifestEntrySchema).max(20_000),
});
export const manifestQuerySchema = listQuery(200, 1000).extend({ run_id: z.string().max(100).optional() });
