import { z } from 'zod';
import { timeSchema } from '../wire-types.ts';

/** Where a version stands. Only `active` and `superseded` come about until versions can be promoted. */
export const policyStates = [
  'draft',
  'validated',
  'shadowed',
  'canary',
  'active',
  'superseded',
  'rejected',
] as const;

export const policyVersionSchema = z.object({
  version: z.number().int(),
  /** Of the canonical JSON of the document (RFC 8785). */
  sha256: z.string(),
  state: z.enum(policyStates),
  author: z.string(),
  reason: z.string(),
  base_version: z.number().int().nullable(),
  created_at: timeSchema,
  activated_at: timeSchema.nullable(),
});
export type PolicyVersionView = z.infer<typeof policyVersionSchema>;
/** `GET /policies/versions/{version}`. */
export const policyVersionDetailSchema = policyVersionSchema.extend({
  document: z.record(z.string(), z.unknown()),
});

/** `POST /policies/validate`: a document that is looked at and not kept. */
export const validatePolicySchema = z.strictObject({ document: z.record(z.string(), z.unknown()) });
export const policyProblemSchema = z.object({ path: z.string(), code: z.string(), message: z.string() });
export const policyValidationSchema = z.object({
  valid: z.boolean(),
  errors: z.array(policyProblemSchema),
  warnings: z.array(policyProblemSchema),
  /** Against the version in force. */
  diff: z.array(z.object({ path: z.string(), old: z.unknown(), new: z.unknown() })),
  touches: z.object({
    pools: z.array(z.string()),
    providers: z.array(z.string()),
    rules: z.array(z.string()),
  }),
  /** The document with everything filled in, and its digest; null when it does not fit the schema. */
  normalized: z.record(z.string(), z.unknown()).nullable(),
  sha256: z.string().nullable(),
});
export type PolicyValidation = z.infer<typeof policyValidationSchema>;
