import { z } from 'zod';
import { checkResultSchema } from './command.ts';
import { timeSchema } from './wire-types.ts';

export const bundleStates = ['issued', 'downloaded', 'used', 'expired', 'revoked'] as const;
export type BundleState = (typeof bundleStates)[number];

/** How long a bundle's link holds, and how many random bits stand in it. */
export const bundleTimes = { lifeS: 15 * 60, tokenBits: 128 } as const;

/** `GET /servers/{id}/bundle`: never its secret. */
export const bundleViewSchema = z.object({
  bundle_id: z.string(),
  server_id: z.string(),
  pool: z.string(),
  state: z.enum(bundleStates),
  created_by: z.string(),
  created_at: timeSchema,
  expires_at: timeSchema,
  downloaded_at: timeSchema.nullable(),
  used_at: timeSchema.nullable(),
  revoked_at: timeSchema.nullable(),
});
export type BundleView = z.infer<typeof bundleViewSchema>;

/** `POST /servers/{id}/bundle`: the only answer that holds the link. */
export const createdBundleSchema = bundleViewSchema.extend({
  install_url: z.string(),
  /** What the operator pastes on the host, as root. */
  install_line: z.string(),
});
export type CreatedBundle = z.infer<typeof createdBundleSchema>;

/** `POST /servers/{id}/verify`, and the last one by `GET`. */
export const verificationViewSchema = z.object({
  server_id: z.string(),
  at: timeSchema,
  ok: z.boolean(),
  checks: z.array(checkResultSchema),
});
export type VerificationView = z.infer<typeof verificationViewSchema>;

/** Architectures that hosts may have, as `uname -m` names them. */
export const hostArchitectures = ['x86_64', 'aarch64', 's390x'] as const;
export type HostArchitecture = (typeof hostArchitectures)[number];

/** Least Node that the agent runs on. */
export const leastNodeMajor = 24;

/** Query of `POST /runtimes`; the body is a tar archive of a Node release, gzip or xz. */
export const importRuntimeQuerySchema = z.strictObject({
  /** What the importer takes it for; another one in the file is refused. */
  arch: z.enum(hostArchitectures).optional(),
});

/** A Node runtime that hosts of one architecture get from the controller. */
export const runtimeViewSchema = z.object({
  arch: z.enum(hostArchitectures),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  /** Of the archive that hosts fetch: `bin/node` and its licence. */
  sha256: z.string(),
  bytes: z.number().int(),
  imported_at: timeSchema,
});
export type RuntimeView = z.infer<typeof runtimeViewSchema>;
