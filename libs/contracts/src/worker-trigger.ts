import { z } from 'zod';

/** `POST /worker/trigger` of seed 001. */
export const triggerAnswerSchema = z.object({
  /** `webhook`: a worker with a queue of its own was told; `local`: workers that wait for work look again. */
  mode: z.enum(['local', 'webhook']),
  detail: z.string(),
  queue_length: z.number().int().nonnegative(),
});
export type TriggerAnswer = z.infer<typeof triggerAnswerSchema>;

/** `POST /worker/smoke` of seed 001: what a trigger needs, looked at without one. */
export const smokeAnswerSchema = z.object({
  ok: z.boolean(),
  mode: z.enum(['local', 'webhook']),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), text: z.string() })),
});
export type SmokeAnswer = z.infer<typeof smokeAnswerSchema>;
