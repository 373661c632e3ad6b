import { z } from 'zod';
import { timeSchema } from './wire-types.ts';

export const inputKinds = ['requirements', 'constraints', 'wheel', 'sdist', 'pylock', 'uv_lock'] as const;
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
