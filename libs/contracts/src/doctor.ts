import { z } from 'zod';
import { checkResultSchema } from './command.ts';
import { queryFlagSchema } from './wire-types.ts';

/** With `deep` every byte is read: hashes of files and the blocks of logs. */
export const doctorQuerySchema = z.strictObject({ deep: queryFlagSchema.default(false) });

/** A check of the controller, with what is wrong by name: the first few, where there are many. */
export const doctorCheckSchema = checkResultSchema.extend({ found: z.array(z.string()) });
export type DoctorCheck = z.infer<typeof doctorCheckSchema>;

export const doctorViewSchema = z.object({
  ok: z.boolean(),
  deep: z.boolean(),
  checks: z.array(doctorCheckSchema),
});
export type DoctorView = z.infer<typeof doctorViewSchema>;
