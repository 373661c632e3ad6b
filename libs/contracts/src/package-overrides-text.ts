import { z } from 'zod';
import { packageOverridesSchema } from './plan.ts';

/** `PLAN_OVERRIDES_JSON`: JSON of what is stated of packages by hand; the first thing that is wrong is named. */
export const packageOverridesText = z.string().transform((text, context) => {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: `expected JSON: ${(error as Error).message}` });
    return z.NEVER;
  }
  const parsed = packageOverridesSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  context.addIssue({
    code: 'custom',
    message: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`,
  });
  return z.NEVER;
});
