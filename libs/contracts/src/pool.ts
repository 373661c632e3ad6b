import { z } from 'zod';
import { listQuery, plainTextSchema, timeSchema } from './wire-types.ts';

export const poolNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'expected a pool name: lower-case letters, digits and "-", at most 63');

/** How careful builds of a pool are with one provider (seed 003): as usual, rarely, or slowly at first. */
export const providerProfiles = ['standard', 'low_hit', 'warmup'] as const;
export type ProviderProfile = (typeof providerProfiles)[number];

/** By provider: the host name of an index, a mirror or a registry. */
export const poolProfilesSchema = z
  .record(
    z.string().regex(/^[a-z0-9][a-z0-9.-]{0,252}$/, 'expected a host name in lower case'),
    z.enum(providerProfiles),
  )
  .refine((profiles) => Object.keys(profiles).length <= 200, 'expected at most 200 providers');

/** Most jobs that the workers of a pool hold at once; null: as many as they have slots. 0 claims nothing. */
export const maxJobsSchema = z.number().int().min(0).max(100_000).nullable();

/** What a reader saw; a change on top of another's is refused with 409. */
export const revisionSchema = z.number().int().positive();

/** Body of `POST /pools`. */
export const createPoolSchema = z.strictObject({
  name: poolNameSchema,
  description: plainTextSchema(500).default(''),
  profiles: poolProfilesSchema.default({}),
  max_jobs: maxJobsSchema.default(null),
});

/** Body of `PATCH /pools/{pool}`. */
export const editPoolSchema = z.strictObject({
  description: plainTextSchema(500).optional(),
  profiles: poolProfilesSchema.optional(),
  revision: revisionSchema.optional(),
  reason: plainTextSchema(500).optional(),
});

/** Body of `POST /pools/{pool}/scale`. */
export const scalePoolSchema = z.strictObject({
  max_jobs: maxJobsSchema,
  reason: plainTextSchema(500).optional(),
});

/** Body of `POST /pools/{pool}/archive` and `/set-default`. */
export const poolActionSchema = z.strictObject({ reason: plainTextSchema(500).optional() });

export const poolViewSchema = z.object({
  name: z.string(),
  description: z.string(),
  is_default: z.boolean(),
  profiles: poolProfilesSchema,
  max_jobs: maxJobsSchema,
  /** Jobs that its workers hold now. */
  held_jobs: z.number().int(),
  queued_jobs: z.number().int(),
  servers: z.number().int(),
  workers: z.number().int(),
  revision: revisionSchema,
  created_at: timeSchema,
  archived_at: timeSchema.nullable(),
});
export type PoolView = z.infer<typeof poolViewSchema>;

/** Answer of `POST /pools/{pool}/archive`. With `dry_run` the blockers are what a real call would be refused for. */
export const archivedPoolSchema = poolViewSchema.extend({
  dry_run: z.boolean(),
  blockers: z.array(z.string()),
});
export type ArchivedPool = z.infer<typeof archivedPoolSchema>;

/** `archived=true`: those that were archived, instead of the others. */
export const poolsQuerySchema = listQuery().extend({
  archived: z.enum(['true', 'false']).default('false'),
});
