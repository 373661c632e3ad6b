import { z } from 'zod';
import { listQuery, sha256Schema, timeSchema } from './wire-types.ts';

export const inputKinds = [
  'requirements',
  'constraints',
  'wheel',
  'sdist',
  'pylock',
  'uv_lock',
  'pyproject',
  /** A Python script with inline metadata (PEP 723). */
  'script',
] as const;
export const inputKindSchema = z.enum(inputKinds);
export type InputKind = z.infer<typeof inputKindSchema>;
export const inputViewSchema = z.object({
  input_id: z.string(),
  kind: inputKindSchema,
  filename: z.string(),
  sha256: z.string(),
  size: z.number().int(),
  created_at: timeSchema,
  /** The run that used it; null while it is pending. */
  run_id: z.string().nullable(),
});
export type InputView = z.infer<typeof inputViewSchema>;

/** Digests that one question may name; a URL has room for them. */
export const mostInputDigests = 100;
/** Query of `GET /inputs`; `sha256`: only inputs of these bytes, separated by commas. */
export const inputsQuerySchema = listQuery().extend({
  sha256: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(sha256Schema).max(mostInputDigests))
    .optional(),
});
