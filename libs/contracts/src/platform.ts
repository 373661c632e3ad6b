import { z } from 'zod';
import { listQuery, plainTextSchema, roles, roleSchema, timeSchema, wordSchema } from './wire-types.ts';

export const createTokenSchema = z.strictObject({
  name: plainTextSchema(100).min(1),
  role: roleSchema,
  /** Seconds until it expires; without it the token stays until it is revoked. */
  expires_in_s: z
    .number()
    .int()
    .min(60)
    .max(10 * 365 * 86_400)
    .optional(),
});
export const tokenViewSchema = z.object({
  token_id: z.string(),
  name: z.string(),
  role: roleSchema,
  created_at: timeSchema,
  expires_at: timeSchema.nullable(),
  revoked_at: timeSchema.nullable(),
  last_used_at: timeSchema.nullable(),
});
export type TokenView = z.infer<typeof tokenViewSchema>;
/** The one answer that carries the secret. */
export const createdTokenSchema = tokenViewSchema.extend({ token: z.string() });

/** Body of `POST /session`: a browser signs in, and gets a cookie that holds no token. */
export const openSessionSchema = z.strictObject({ token: z.string().min(1).max(512) });
/** Who the caller is; `anonymous` where reading needs no credential. */
export const sessionViewSchema = z.object({
  token_id: z.string(),
  name: z.string(),
  role: z.enum([...roles, 'anonymous']),
});
export type SessionView = z.infer<typeof sessionViewSchema>;

export const auditQuerySchema = listQuery().extend({
  action: plainTextSchema(100).optional(),
  subject: plainTextSchema(200).optional(),
  /** Part of the name or the id of who did it. */
  actor: plainTextSchema(200).optional(),
});
export const auditEntrySchema = z.object({
  audit_id: z.string(),
  at: timeSchema,
  actor: z.string(),
  role: z.string(),
  remote_addr: z.string(),
  action: z.string(),
  subject: z.string().nullable(),
  reason: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
  correlation_id: z.string(),
});

/** `GET /config`: seed 001's list, without any secret. */
export const configViewSchema = z.object({
  version: z.string(),
  strategy: z.enum(['pinned', 'eager', 'lowest']),
  target: z.object({ python_version: z.string(), python_tag: z.string(), platform_tag: z.string() }),
  index: z.object({
    index_url: z.string().nullable(),
    extra_index_urls: z.array(z.string()),
    upstream_passthrough: z.boolean(),
  }),
  queue_backend: z.string(),
  database: z.object({ kind: z.enum(['embedded', 'external']), server_version: z.string() }),
  artifact_store: z.string(),
  claims_paused: z.boolean(),
  public_url: z.string(),
  environment: z.record(z.string(), z.string()),
});
export const claimsSwitchSchema = z.object({
  paused: z.boolean(),
  reason: z.string().nullable(),
  since: timeSchema.nullable(),
});
export const searchQuerySchema = z.strictObject({
  q: wordSchema(200),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
export const searchHitSchema = z.object({
  kind: z.enum(['job', 'attempt', 'run', 'package', 'worker', 'artifact']),
  id: z.string(),
  title: z.string(),
  state: z.string().nullable(),
});
